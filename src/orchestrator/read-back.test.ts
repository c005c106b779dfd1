import { describe, expect, it } from 'vitest';
import { aView } from '../diagnosis/testing/view.ts';
import { steppedClock, type SteppedClock } from '../clock.ts';
import type { History, SeriesKey } from '../model/signal.ts';
import { readBack, type ReadBackPorts } from './read-back.ts';

const nowMs = Date.UTC(2026, 0, 9);
const cpu: SeriesKey = { signal: 'cpu.usage', of: { kind: 'Deployment', namespace: 'shop', name: 'cart' } };
const past: History = { key: cpu, stepMs: 300_000, points: [{ atMs: nowMs - 300_000, value: 1 }] };

type Asked = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number; readonly only: unknown };

function aWorld(
  wanted: readonly SeriesKey[],
  history: (wall: SteppedClock, signal: AbortSignal) => Promise<History[]> = () => Promise.resolve([past]),
) {
  const wall = steppedClock(0);
  const asked: Asked[] = [];
  const given: unknown[] = [];
  const ports: ReadBackPorts = {
    cluster: steppedClock(nowMs),
    wall,
    view: () => aView({}),
    metrics: {
      observe: () => Promise.reject(new Error('not in this test')),
      history: (_view, fromMs, toMs, stepMs, signal, only) => {
        asked.push({ fromMs, toMs, stepMs, only });
        return history(wall, signal);
      },
    },
    anomaly: { pastsWanted: (most) => wanted.slice(0, most), readBack: (...all) => void given.push(all) },
  };
  return { ports, wall, asked, given };
}

describe('the past of suspects', () => {
  it('is asked for eight days back, for those that lack it alone, and handed over', async () => {
    const { ports, asked, given, wall } = aWorld([cpu]);
    await readBack(ports);
    expect(asked).toEqual([{ fromMs: nowMs - 8 * 86_400_000, toMs: nowMs, stepMs: 300_000, only: [cpu] }]);
    expect(given).toEqual([[[cpu], [past]]]);
    expect(wall.pending()).toBe(0);
  });

  it('is not asked for while none lacks it, nor from a source that is not told of', async () => {
    const { ports, asked } = aWorld([]);
    await readBack(ports);
    const { metrics, ...rest } = aWorld([cpu]).ports;
    await readBack({ ...rest, metrics: { observe: metrics.observe } });
    expect(asked).toEqual([]);
  });

  it('is asked for a few at a time', async () => {
    const many = Array.from({ length: 500 }, (_one, at): SeriesKey => ({ ...cpu, of: { ...cpu.of, name: `w-${at}` } }));
    const { ports, asked } = aWorld(many);
    await readBack(ports);
    expect(asked.map((one) => one.only)).toEqual([many.slice(0, 200)]);
  });

  it('holds a cycle up for ten seconds and no longer', async () => {
    const { ports, given } = aWorld([cpu], async (wall, signal) => {
      wall.advance(10_000);
      signal.throwIfAborted();
      return [past];
    });
    await readBack(ports);
    expect(given).toEqual([]);
  });

  it('tells a fault that is none of time', async () => {
    const { ports } = aWorld([cpu], () => Promise.reject(new Error('a fault of the program')));
    await expect(readBack(ports)).rejects.toThrow('a fault of the program');
  });
});
