// Does a use grow toward its capacity, and when does it meet it? A trend test that knows of autocorrelation, and an interval, never a point (detection.md 11).
import { blockJackknife } from '../kernels/block-jackknife.ts';
import { mannKendall, mannKendallCorrected, type TrendTest } from '../kernels/mann-kendall.ts';
import { median } from '../kernels/order-statistics.ts';
import { residuals, theilSen } from '../kernels/theil-sen.ts';
import type { Capacity } from './capacity.ts';
import { type Points, startingAt } from './median-ring.ts';

const leastPoints = 24;
const significance = 0.005;
/** Share of the capacity that a trend must add within the horizon to matter. */
const leastGrowth = 0.15;
/** Share of the capacity that a level falls by when what held it was let go. */
export const leastFall = 0.05;
/** Of the window, counted from its end. */
const parts = [1, 2 / 3, 1 / 2] as const;
const blocks = 8;
const coverage = 0.9;
/** An upper end further away than this many windows reads "or never". */
const mostWindows = 10;
const floorMs = 30 * 60_000;
const hourMs = 3_600_000;

export type Trend = {
  readonly test: TrendTest;
  /** Of the test, times the looks that were made at parts of the window: what it counts for among others. */
  readonly p: number;
  readonly points: number;
  readonly fromMs: number;
  /** Values of the line at the first and the last point. */
  readonly first: number;
  readonly now: number;
  readonly perHour: number;
  /** Hours from the last point until the limit is met, at least and at most; null reads "or never". */
  readonly fromHours: number;
  readonly toHours: number | null;
  readonly low: number;
  readonly high: number;
  /** The points that the line goes through, by time. */
  readonly chart: readonly (readonly [atMs: number, value: number])[];
  /** Met within the horizon at the latest. */
  readonly isNear: boolean;
};

/**
 * Null without a significant trend toward the limit that matters, or with too few points after the last reset. A growth that
 * began within the window bends the line through all of it: the last two thirds and the last half are looked at, too, with
 * a fifth of the significance. `scale` is that of the pace.
 */
export function trendOf(all: Points, capacity: Capacity, scale: number): Trend | null {
  const width = capacity.isSawtooth ? Math.max(1, Math.round(floorMs / scale / all.stepMs)) : 1;
  const level = capacity.isSawtooth ? floorUnder(all, width) : all;
  const points = afterReset(level, leastFall * capacity.limit);
  const n = points.values.length;
  const about = {
    ...capacity,
    horizonHours: capacity.horizonHours / scale,
    lagHours: ((width - 1) * all.stepMs) / hourMs,
  };
  let first: Trend | null = null;
  for (const part of parts) {
    const found = trendIn(
      startingAt(points, n - Math.round(n * part)),
      about,
      part === 1 ? significance : significance / 5,
    );
    if (found?.isNear === true) return found;
    first ??= found;
  }
  return first;
}

type About = Pick<Capacity, 'limit' | 'horizonHours'> & {
  /** Where a use only grows its floor is the value at the beginning of the half hour. */
  readonly lagHours: number;
};

function trendIn(points: Points, { limit, horizonHours, lagHours }: About, alpha: number): Trend | null {
  const { hours, values } = points;
  const n = values.length;
  // The plain test is never less sure: what it does not see need not be looked at closer, and it costs a hundredth.
  if (n < leastPoints || mannKendall(values).p >= alpha) return null;
  const line = theilSen(hours, values);
  if (line === null || !(line.slope > 0)) return null;
  const length = (hours.at(-1) ?? 0) + lagHours;
  const now = line.intercept + line.slope * length;
  if (now >= limit || line.slope * horizonHours < leastGrowth * limit) return null;
  const test = mannKendallCorrected(values, residuals(line, hours, values));
  if (test.p >= alpha) return null;
  const interval = blockJackknife(n, blocks, coverage, (places) => inverseReach(points, places, limit));
  if (interval === null) return null;
  const { fromHours, toHours } = reached(interval, length);
  return {
    test,
    p: Math.min(1, (test.p * significance) / alpha),
    points: n,
    fromMs: points.fromMs,
    first: line.intercept,
    now,
    perHour: line.slope,
    fromHours,
    toHours,
    low: values.reduce((low, one) => Math.min(low, one), Number.POSITIVE_INFINITY),
    high: values.reduce((high, one) => Math.max(high, one), Number.NEGATIVE_INFINITY),
    chart: Array.from(
      values,
      (value, at) => [points.fromMs + (hours[at] ?? 0) * hourMs + points.stepMs, value] as const,
    ),
    isNear: toHours !== null && toHours <= horizonHours,
  };
}

/** 1 / (time until the limit + window): it has no pole where the slope passes zero, so that an interval of it can be taken back. */
function inverseReach({ hours, values }: Points, places: readonly number[], limit: number): number | null {
  const pick = (all: Float64Array): Float64Array => Float64Array.from(places, (place) => all[place] ?? 0);
  const line = theilSen(pick(hours), pick(values));
  if (line === null || !(limit > line.intercept)) return null;
  return line.slope / (limit - line.intercept);
}

function reached(
  interval: { readonly low: number; readonly high: number },
  length: number,
): { readonly fromHours: number; readonly toHours: number | null } {
  const fromHours = Math.max(0, 1 / interval.high - length);
  const upper = interval.low <= 0 ? Number.POSITIVE_INFINITY : 1 / interval.low - length;
  return { fromHours, toHours: upper > mostWindows * length ? null : Math.max(fromHours, upper) };
}

/** Lowest value of the last half hour: the floor under the sawtooth, without single dips. */
function floorUnder(points: Points, width: number): Points {
  const smooth = points.values.map((_, at, values) => median(values.slice(Math.max(0, at - 1), at + 2)));
  const floor = smooth.map((_, at) => Math.min(...smooth.slice(Math.max(0, at - width + 1), at + 1)));
  return startingAt({ ...points, values: floor }, width - 1);
}

/** What comes after the newest fall of the level that lasts: a restart, a reset, a cleaned disk. */
function afterReset(points: Points, fall: number): Points {
  const { values } = points;
  for (let at = values.length - 3; at >= 3; at -= 1) {
    const before = median(values.slice(at - 3, at));
    const after = median(values.slice(at, at + 3));
    if (before - after >= fall) return startingAt(points, lowestAfter(values, at));
  }
  return points;
}

/** The medians meet the fall within two points of it. */
function lowestAfter(values: Float64Array, at: number): number {
  let lowest = at;
  for (let next = at - 1; next <= at + 2; next += 1) if ((values[next] ?? 0) < (values[lowest] ?? 0)) lowest = next;
  return lowest;
}
