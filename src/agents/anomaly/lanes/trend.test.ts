import { describe, expect, it } from 'vitest';
import { autocorrelated, normal, startMs } from '../../../../test/builders/signals.ts';
import { median } from '../kernels/order-statistics.ts';
import type { Capacity } from './capacity.ts';
import type { Points } from './median-ring.ts';
import { trendOf } from './trend.ts';

const fiveMs = 5 * 60_000;
const memory: Capacity = { limit: 1, horizonHours: 6, isSawtooth: true };
const disk: Capacity = { limit: 1, horizonHours: 24, isSawtooth: false };

/** Six hours in steps of five minutes unless told otherwise. */
function points(value: (hour: number, index: number) => number, count = 72, stepMs = fiveMs): Points {
  const hours = Float64Array.from({ length: count }, (_, index) => (index * stepMs) / 3_600_000);
  return { hours, values: hours.map((hour, index) => value(hour, index)), fromMs: startMs, stepMs };
}

/** Medians of five minutes of noise that remembers by the minute. */
function noise(seed: number, by: number): () => number {
  const next = autocorrelated(seed, by);
  return () => median([next(), next(), next(), next(), next()]);
}

describe('trend to exhaustion', () => {
  it('says between when and when a leak meets its limit', () => {
    const small = noise(1, 0.5);
    const found = trendOf(
      points((hour) => 0.4 + 0.07 * hour + 0.004 * small()),
      memory,
      1,
    );
    // 0.4 + 0.07 · 5.9 h leave 2.7 h.
    expect(found?.perHour).toBeCloseTo(0.07, 2);
    expect(found?.fromHours).toBeLessThan(2.9);
    expect(found?.toHours).toBeGreaterThan(2.5);
    expect(found?.isNear).toBe(true);
  });

  it('is not near when the limit is met after the horizon', () => {
    expect(
      trendOf(
        points((hour) => 0.2 + 0.03 * hour),
        memory,
        1,
      )?.isNear,
    ).toBe(false);
  });

  it('does not matter when it adds less than 15 points within the horizon', () => {
    expect(
      trendOf(
        points((hour) => 0.2 + 0.02 * hour),
        memory,
        1,
      ),
    ).toBeNull();
    expect(
      trendOf(
        points((hour) => 0.2 + 0.02 * hour),
        disk,
        1,
      ),
    ).not.toBeNull();
  });

  it('is none where a use falls, stands still, or is at its limit already', () => {
    expect(
      trendOf(
        points((hour) => 0.9 - 0.05 * hour),
        disk,
        1,
      ),
    ).toBeNull();
    expect(
      trendOf(
        points(() => 0.97),
        memory,
        1,
      ),
    ).toBeNull();
    expect(
      trendOf(
        points((hour) => 0.9 + 0.05 * hour),
        disk,
        1,
      ),
    ).toBeNull();
  });

  it('needs two hours of points', () => {
    expect(
      trendOf(
        points((hour) => 0.5 + 0.2 * hour, 20),
        disk,
        1,
      ),
    ).toBeNull();
    expect(
      trendOf(
        points((hour) => 0.5 + 0.2 * hour, 24),
        disk,
        1,
      ),
    ).not.toBeNull();
  });

  it('follows the floor under a sawtooth, not its teeth', () => {
    const tooth = (index: number): number => 0.25 * ((index % 6) / 6);
    const flat = trendOf(
      points((_, index) => 0.5 + tooth(index)),
      memory,
      1,
    );
    const leaking = trendOf(
      points((hour, index) => 0.3 + 0.05 * hour + tooth(index)),
      memory,
      1,
    );
    expect(flat).toBeNull();
    expect(leaking?.perHour).toBeCloseTo(0.05, 2);
  });

  it('starts anew after a restart', () => {
    const restarted = points((hour) => (hour < 3 ? 0.5 + 0.15 * hour : 0.3 + 0.1 * (hour - 3)));
    const found = trendOf(restarted, memory, 1);
    expect(found?.points).toBeLessThan(36);
    expect(found?.perHour).toBeCloseTo(0.1, 2);
    expect(Math.abs((found?.fromMs ?? 0) - startMs - 3 * 3_600_000)).toBeLessThanOrEqual(6 * fiveMs);
  });

  it('says nothing in the first two hours after a restart', () => {
    expect(
      trendOf(
        points((hour) => (hour < 5 ? 0.2 + 0.1 * hour : 0.2 + 0.1 * (hour - 5))),
        memory,
        1,
      ),
    ).toBeNull();
  });

  it('is not broken off by one dip', () => {
    const dipped = points((hour, index) => (index === 40 ? 0.1 : 0.4 + 0.07 * hour));
    expect(trendOf(dipped, memory, 1)?.points).toBeGreaterThan(60);
    expect(trendOf(dipped, disk, 1)?.points).toBe(72);
  });

  it('reads or never where the slope may be none', () => {
    const wild = noise(2, 0.9);
    const found = trendOf(
      points((hour) => 0.2 + 0.012 * hour + 0.02 * wild()),
      disk,
      1,
    );
    expect(found?.toHours).toBeNull();
    expect(found?.isNear).toBe(false);
  });

  it('divides horizon and windows by the pace', () => {
    const fast = points((hour) => 0.4 + 1.4 * hour, 72, fiveMs / 20);
    expect(trendOf(fast, memory, 20)?.isNear).toBe(true);
    expect(trendOf(fast, memory, 20)?.perHour).toBeCloseTo(1.4, 6);
  });
});

describe('its promises', () => {
  const alarms = (by: number, capacity: Capacity, runs: number): number =>
    Array.from({ length: runs }, (_, run) => {
      const next = noise(2_000 + run, by);
      return trendOf(
        points(() => 0.6 + 0.05 * next()),
        capacity,
        1,
      );
    }).filter((one) => one?.isNear === true).length;

  it.each([
    [0, disk],
    [0.5, disk],
    [0.9, disk],
    [0.98, disk],
    [0, memory],
    [0.9, memory],
    [0.98, memory],
  ])('raises no more than one in 200 windows without a trend that hang together by %d', (by, capacity) => {
    expect(alarms(by, capacity, 200)).toBeLessThanOrEqual(4);
  });

  const covered = (by: number, runs: number): number => {
    const small = (run: number): Points => {
      const next = noise(5_000 + run, by);
      return points((hour) => 0.5 * (hour / (71 / 12)) + 0.02 * next());
    };
    const found = Array.from({ length: runs }, (_, run) => trendOf(small(run), { ...disk, horizonHours: 100 }, 1));
    // 0.5 after 71 steps: as long again to the limit.
    const truth = 71 / 12;
    const seen = found.filter((one) => one !== null);
    return seen.filter((one) => one.fromHours <= truth && (one.toHours ?? 1e9) >= truth).length / seen.length;
  };

  it.each([
    [0, 0.84],
    [0.9, 0.8],
    [0.98, 0.6],
  ])('covers the true time where minutes hang together by %d in at least %d of the cases', (by, least) => {
    expect(covered(by, 100)).toBeGreaterThanOrEqual(least);
  });

  it('raises nothing on white noise around any level', () => {
    const next = normal(77);
    const found = Array.from({ length: 60 }, (_, run) =>
      trendOf(
        points(() => 0.3 + run / 100 + 0.02 * next()),
        memory,
        1,
      ),
    );
    expect(found.filter((one) => one !== null)).toEqual([]);
  });
});
