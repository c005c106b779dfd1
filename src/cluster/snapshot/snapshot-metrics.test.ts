import { describe, expect, it } from 'vitest';
import { historiesOf } from '../../../test/builders/past.ts';
import type { PartOfPast } from '../../model/signal.ts';
import type { Manifest } from './manifest.ts';
import { createSnapshotMetrics } from './snapshot-metrics.ts';

const atMs = Date.UTC(2026, 5, 9, 14, 0);
const manifest: Manifest = {
  capturedAtMs: atMs,
  cluster: { id: 'a', name: 'a', version: '' },
  namespaces: null,
  complete: new Set(),
  logs: 'none',
  missing: [],
};
const key = { signal: 'sli.err', of: { kind: 'Deployment', namespace: 'shop', name: 'cart' } } as const;

async function partsOf(past: AsyncIterable<PartOfPast>): Promise<PartOfPast[]> {
  const parts: PartOfPast[] = [];
  for await (const part of past) parts.push(part);
  return parts;
}

describe('measurements of a snapshot', () => {
  it('are the newest value of each series, with its weight', async () => {
    const points = [
      { atMs: atMs - 120_000, value: 0.1, weight: 30 },
      { atMs: atMs - 60_000, value: 0.2, weight: 40 },
    ];

    const seen = await createSnapshotMetrics({ manifest, series: [{ key, unit: 'ratio', points }] }).observe();

    expect(seen.samples).toEqual([{ key, atMs: atMs - 60_000, value: 0.2, weight: 40 }]);
    expect(seen.atMs).toBe(atMs);
    expect(seen.sources).toEqual([{ source: 'prometheus', newestMs: atMs - 60_000 }]);
  });

  it('are not known where the newest value is old or lies after the snapshot', async () => {
    const series = [
      { key, unit: 'ratio', points: [{ atMs: atMs - 301_000, value: 1 }] },
      { key, unit: 'ratio', points: [{ atMs: atMs + 1_000, value: 1 }] },
    ];

    const seen = await createSnapshotMetrics({ manifest, series }).observe();

    expect(seen.samples).toEqual([]);
    expect(seen.sources).toEqual([]);
  });

  it('say what it costs that there are none', async () => {
    const seen = await createSnapshotMetrics({ manifest, series: [] }).observe();

    expect(seen.missing).toMatchObject([{ capability: 'metrics', reason: 'the snapshot holds no series' }]);
  });

  it('have a past on multiples of the step, without filling gaps', async () => {
    const start = atMs - 600_000;
    const points = [
      { atMs: start - 1, value: 1 },
      { atMs: start + 50_000, value: 2 },
      { atMs: start + 110_000, value: 3 },
      { atMs: start + 120_000, value: 4 },
      { atMs: start + 300_000, value: 5 },
    ];
    const metrics = createSnapshotMetrics({ manifest, series: [{ key, unit: 'ratio', points }] });

    const [found] = await historiesOf(metrics.past(null, start, start + 240_000, 60_000, null));

    expect(found?.points).toEqual([
      { atMs: start, value: 1 },
      { atMs: start + 60_000, value: 2 },
      { atMs: start + 120_000, value: 4 },
    ]);
  });

  it('teach their past in one part, with nothing left unread', async () => {
    const points = [{ atMs: atMs - 60_000, value: 1 }];
    const other = { ...key, signal: 'sli.rps' } as const;
    const metrics = createSnapshotMetrics({
      manifest,
      series: [
        { key, unit: 'ratio', points },
        { key: other, unit: 'per_second', points },
      ],
    });

    const all = await partsOf(metrics.past(null, atMs - 120_000, atMs, 60_000, null));
    const some = await partsOf(metrics.past(null, atMs - 120_000, atMs, 60_000, null, new Set(['sli.rps'])));

    expect(all.map((one) => [one.signals, one.histories.length, one.unread.size])).toEqual([
      [['sli.err', 'sli.rps'], 2, 0],
    ]);
    expect(some.map((one) => one.signals)).toEqual([['sli.rps']]);
    const named = await historiesOf(metrics.past(null, atMs - 120_000, atMs, 60_000, null, [other]));
    expect(named.map((one) => one.key)).toEqual([other]);
  });

  it('keep the weight of a ratio in their past: without it the ratio cannot be tested', async () => {
    const points = [{ atMs: atMs - 60_000, value: 0.3, weight: 40 }];
    const metrics = createSnapshotMetrics({ manifest, series: [{ key, unit: 'ratio', points }] });

    const [found] = await historiesOf(metrics.past(null, atMs - 120_000, atMs, 60_000, null));

    expect(found?.points).toEqual(points);
  });
});
