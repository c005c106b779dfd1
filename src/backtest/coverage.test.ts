import { describe, expect, it } from 'vitest';
import type { Observation, Sample, SignalId } from '../model/signal.ts';
import { createCoverage } from './coverage.ts';

const stepMs = 60_000;

function aSample(signal: SignalId, name: string, pod?: string): Sample {
  const of = { kind: 'Deployment', namespace: 'shop', name };
  return { key: { signal, of, ...(pod === undefined ? {} : { pod }) }, atMs: 0, value: 1 };
}

function seen(cycles: readonly (readonly Sample[])[]) {
  const coverage = createCoverage(stepMs);
  for (const [at, samples] of cycles.entries()) {
    const observation: Observation = { atMs: at * stepMs, samples, sources: [], missing: [] };
    coverage.cycle(observation);
  }
  return coverage.result();
}

const times = (count: number, ...samples: readonly Sample[]) => Array.from({ length: count }, () => samples);
const cart = aSample('cpu.usage', 'cart');
const reviews = aSample('memory.share', 'reviews');

describe('coverage of a history', () => {
  it('counts series-days by samples of workloads, not of pods', () => {
    const result = seen(times(1440, cart, aSample('cpu.usage', 'cart', 'cart-1')));
    expect(result).toMatchObject({ cycles: 1440, series: 1, seriesDays: 1 });
  });

  it('counts them by signal', () => {
    const result = seen([...times(720, cart, reviews), ...times(720, cart)]);
    expect(result.bySignal.get('cpu.usage')).toEqual({ series: 1, seriesDays: 1 });
    expect(result.bySignal.get('memory.share')).toEqual({ series: 1, seriesDays: 0.5 });
  });

  it('tells a stretch without any sample as a gap of the source, not of each series', () => {
    const result = seen([...times(10, cart), ...times(7), ...times(10, cart)]);
    expect(result.sourceGaps).toEqual([{ fromMs: 10 * stepMs, toMs: 17 * stepMs }]);
    expect(result.seriesGaps).toEqual([]);
  });

  it('tells one that lasts to the end', () => {
    expect(seen([...times(3, cart), ...times(6)]).sourceGaps).toEqual([{ fromMs: 3 * stepMs, toMs: 9 * stepMs }]);
  });

  it('does not tell a missed scrape', () => {
    const result = seen([...times(10, cart, reviews), ...times(2), ...times(4, cart), ...times(10, cart, reviews)]);
    expect(result).toMatchObject({ sourceGaps: [], seriesGaps: [], seriesWithGaps: 0 });
  });

  it('tells a series that was away while others were there, longest first', () => {
    const errors = aSample('sli.err', 'cart');
    const result = seen([
      ...times(10, cart, reviews, errors),
      ...times(6, cart, errors),
      ...times(8, cart),
      ...times(5, cart, reviews, errors),
    ]);
    expect(result.seriesWithGaps).toBe(2);
    expect(result.seriesGaps).toEqual([
      {
        series: 'memory.share@shop/Deployment/reviews',
        gaps: 1,
        missingMs: 14 * stepMs,
        longestFromMs: 10 * stepMs,
        longestMs: 14 * stepMs,
      },
      {
        series: 'sli.err@shop/Deployment/cart',
        gaps: 1,
        missingMs: 8 * stepMs,
        longestFromMs: 16 * stepMs,
        longestMs: 8 * stepMs,
      },
    ]);
  });
});
