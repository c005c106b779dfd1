import { describe, expect, it } from 'vitest';
import { deployment } from '../test/builders/signals.ts';
import { aView } from '../test/builders/view.ts';
import { capturedSeries } from './captured-series.ts';
import { steppedClock } from './clock.ts';
import { paceOf } from './model/pace.ts';
import { pastStepMs, weekendStepMs } from './model/past.ts';
import type { PartOfPast } from './model/signal.ts';

const dayMs = 86_400_000;
const saturdayMs = Date.UTC(2026, 5, 13, 14);
const never = new AbortController().signal;
const late = 'there was no time left to read it';

/** CPU at both ends of a stretch, or that it could not be read. */
function cpu(fromMs: number, toMs: number, stepMs: number, unread: string | null): PartOfPast {
  const points = [fromMs, toMs].map((atMs) => ({ atMs, value: stepMs / 60_000 }));
  const histories = [{ key: { signal: 'cpu.usage', of: deployment() }, stepMs, points }] as const;
  const signals = ['cpu.usage'] as const;
  return unread === null
    ? { signals, histories, unread: new Map() }
    : { signals, histories: [], unread: new Map([['cpu.usage', unread]]) };
}

/** A source that needs so many milliseconds for a stretch of these steps. */
function aSource(needsMs: (stepMs: number) => number) {
  const wall = steppedClock(0);
  const asked: (readonly [fromMs: number, stepMs: number])[] = [];
  const past = async function* (...args: readonly [unknown, number, number, number, AbortSignal]) {
    const [, fromMs, toMs, stepMs, signal] = args;
    asked.push([fromMs, stepMs]);
    wall.advance(needsMs(stepMs));
    yield await Promise.resolve(cpu(fromMs, toMs, stepMs, signal.aborted ? late : null));
  };
  const captured = async (nowMs: number, signal = never) =>
    await capturedSeries({ past }, aView({}, nowMs), paceOf(1), wall, signal);
  return { asked, wall, captured };
}

describe('the measurements of a snapshot', () => {
  it('are read from what every look needs to the oldest weekend, and held in the order of time', async () => {
    const { asked, captured, wall } = aSource(() => 0);
    const { series, unread } = await captured(saturdayMs);
    expect(asked).toEqual([
      [saturdayMs - 15 * 60_000, 60_000],
      [saturdayMs - 8 * dayMs, pastStepMs],
      [Date.UTC(2026, 4, 30), weekendStepMs],
      [Date.UTC(2026, 4, 23), weekendStepMs],
      [saturdayMs - 28 * dayMs, weekendStepMs],
    ]);
    const times = series.flatMap(({ points }) => points.map((one) => one.atMs));
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect([series.length, times.length, times.at(-1), unread]).toEqual([1, 10, saturdayMs, []]);
    expect(wall.pending()).toBe(0);
  });

  it('need no weekend on a working day', async () => {
    const { asked, captured } = aSource(() => 0);
    await captured(saturdayMs - dayMs);
    expect(asked.map(([, stepMs]) => stepMs)).toEqual([60_000, pastStepMs]);
  });

  it('lack no day for weekends that take long, and say nothing of these', async () => {
    const { captured } = aSource((stepMs) => (stepMs === weekendStepMs ? 90_000 : 0));
    const { series, unread } = await captured(saturdayMs);
    expect(series[0]?.points.map((one) => one.value)).toEqual([15, 15, 5, 1, 5, 1]);
    expect(unread).toEqual([]);
  });

  it('have the weekends though the days took all of their time', async () => {
    const { captured } = aSource((stepMs) => (stepMs === pastStepMs ? 180_000 : 0));
    const { series, unread } = await captured(saturdayMs);
    expect(series[0]?.points.map((one) => one.value)).toContain(15);
    expect(unread).toMatchObject([{ signals: ['cpu.usage'], reason: late }]);
  });

  it('are given up with their caller', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(aSource(() => 0).captured(saturdayMs, stop.signal)).rejects.toThrow('enough');
  });
});
