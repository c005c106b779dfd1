// The minimum-effect window test: is the newest level further from the same hour of other days than a change that matters?
import { median, medianAbsoluteDeviation, quantileOfSorted, sorted } from '../kernels/order-statistics.ts';
import { studentTail } from '../kernels/student-t.ts';
import type { References } from '../past/references.ts';
import { minimumEffect, type SignalTraits } from '../../../model/signal-traits.ts';

/** The usual level: location, spread between days, and the band that holds nine of ten reference windows. */
export type Level = {
  readonly location: number;
  readonly spread: number;
  /** Spread of the half above the location and of the half below it: what is skewed strays further on one side. */
  readonly sides: { readonly up: number; readonly down: number };
  readonly low: number;
  readonly high: number;
  readonly windows: number;
  readonly days: number;
  readonly weaker: 0 | 1 | 2;
  /** Reference windows in order, before `move`. */
  readonly values: Float64Array;
  /** Highest and lowest window of each day, before `move`. */
  readonly dayHighs: readonly number[];
  readonly dayLows: readonly number[];
  readonly excursions: References['excursions'];
  /** Median of the few days of today's type, when days of every type had to be used; null else. */
  readonly likeLocation: number | null;
  /** What today's last hours and requests make of the usual: `value * factor + shift`. */
  readonly move: { readonly factor: number; readonly shift: number };
};

export type WindowTest = {
  readonly x: number;
  readonly side: 'up' | 'down';
  /** Whether that side is a bad one. */
  readonly isBad: boolean;
  readonly minimum: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
  /** -log10 p, in steps of 1/1024 so that the last bits of the engine's logarithm decide nothing. */
  readonly surprise: number;
  /** Reference windows that `x` lies beyond. */
  readonly exceeded: number;
};

type Texture = { readonly range: number; readonly quantum: number };

export type ReferenceWindows = Pick<
  References,
  'values' | 'daysBack' | 'chosen' | 'like' | 'excursions' | 'days' | 'weaker'
>;

export function levelOf(
  references: ReferenceWindows,
  texture: Texture,
  traits: SignalTraits,
  cpuRequest: number,
): Level {
  const ordered = sorted(references.values);
  const { highs, lows } = extremes(references);
  const location = quantileOfSorted(ordered, 0.5);
  const minimum = minimumEffect(traits, location, 'up', cpuRequest);
  const floor = Math.max(Math.min(texture.quantum / 2, texture.range / 20), texture.range / 1000, minimum / 50);
  const deciles = (quantileOfSorted(ordered, 0.9) - quantileOfSorted(ordered, 0.1)) / 2.563;
  const spread = Math.max(1.4826 * medianAbsoluteDeviation(ordered, location), deciles, floor);
  return {
    location,
    spread,
    sides: {
      up: Math.max(spread, (quantileOfSorted(ordered, 0.95) - location) / upperDeviations),
      down: Math.max(spread, (location - quantileOfSorted(ordered, 0.05)) / upperDeviations),
    },
    low: quantileOfSorted(ordered, 0.05),
    high: quantileOfSorted(ordered, 0.95),
    windows: ordered.length,
    days: references.days,
    weaker: references.weaker,
    values: ordered,
    dayHighs: highs,
    dayLows: lows,
    excursions: references.excursions,
    likeLocation: middleOfLike(references),
    move: unmoved,
  };
}

/** Standard deviations from the median to the 95 % quantile of a normal law, by which the halves are measured. */
const upperDeviations = 1.645;
/** Less than this is even. */
const leastSkew = 1.02;

const unmoved = { factor: 1, shift: 0 };

/** The same level on a day that is as a whole above or below the others. */
export function movedLevel(level: Level, move: Level['move']): Level {
  const { factor, shift } = move;
  return {
    ...level,
    location: level.location * factor + shift,
    spread: level.spread * factor,
    sides: { up: level.sides.up * factor, down: level.sides.down * factor },
    low: level.low * factor + shift,
    high: level.high * factor + shift,
    likeLocation: level.likeLocation === null ? null : level.likeLocation * factor + shift,
    move,
  };
}

function middleOfLike({ values, daysBack, like }: ReferenceWindows): number | null {
  if (like.length === 0) return null;
  const found = values.filter((_, index) => like.includes(daysBack[index] ?? 0));
  return found.length === 0 ? null : median(found);
}

function extremes({ values, daysBack, chosen }: ReferenceWindows): { highs: number[]; lows: number[] } {
  const highs = chosen.map(() => Number.NEGATIVE_INFINITY);
  const lows = chosen.map(() => Number.POSITIVE_INFINITY);
  for (let index = 0; index < values.length; index += 1) {
    const day = chosen.indexOf(daysBack[index] ?? 0);
    if (day < 0) continue;
    const value = values[index] ?? 0;
    highs[day] = Math.max(highs[day] ?? value, value);
    lows[day] = Math.min(lows[day] ?? value, value);
  }
  return { highs, lows };
}

/** detection.md 6.1. The null is "the change is at most the minimum effect". */
export function windowTest(x: number, level: Level, traits: SignalTraits, cpuRequest: number): WindowTest {
  const side = x >= level.location ? 'up' : 'down';
  const isBad = traits.direction === 'both' || traits.direction === side;
  const minimum = minimumEffect(traits, level.location, side, cpuRequest);
  const df = Math.max(1, Math.min(30, 5 * (level.days - 1)));
  const t = beyond(Math.abs(x - level.location), minimum, level, side);
  const p = isBad ? Math.max(studentTail(t, df), Number.MIN_VALUE) : 1;
  const exceeded = side === 'up' ? below(level.values, before(x, level)) : above(level.values, before(x, level));
  return { x, side, isBad, minimum, t, df, p, surprise: quantised(-Math.log10(p)), exceeded };
}

/**
 * How many standard errors `distance` lies beyond `minimum`. What strays further above than below has no normal tail: it is measured on the
 * square root, as counts and sums of waits are, after the shift that makes its two halves even there. A logarithm keeps the promise as well
 * and sees less of what lies far out. Below there is an end to how far anything can go, and no such tail.
 */
function beyond(distance: number, minimum: number, level: Level, side: 'up' | 'down'): number {
  const { up, down } = level.sides;
  if (side === 'down' || !(up > leastSkew * down))
    return (distance - minimum) / standardError(level.sides[side], level.days);
  const reach = (upperDeviations * (up + down) ** 2) / (8 * (up - down));
  const root = (value: number): number => Math.sqrt(reach + value);
  const deviation = (root(upperDeviations * up) - root(0)) / upperDeviations;
  return (root(distance) - root(minimum)) / standardError(deviation, level.days);
}

/** The same test with another p, as the share of a test among several. */
export function withP(test: WindowTest, p: number): WindowTest {
  const bounded = Math.min(1, Math.max(p, Number.MIN_VALUE));
  return { ...test, p: bounded, surprise: quantised(-Math.log10(bounded)) };
}

/** Days on which this hour saw a window about as far out: what a job by the clock does is usual, however rare it is. */
export function daysAsFar(test: WindowTest, level: Level): number {
  const margin = Math.max(nearEnough * test.minimum, nearShare * Math.abs(test.x - level.location));
  const x = before(test.x, level);
  return test.side === 'up'
    ? level.dayHighs.filter((high) => high >= x - margin).length
    : level.dayLows.filter((low) => low <= x + margin).length;
}

/** Days of any type whose own hour has a stretch about as far from the rest of it: that is how a short job shows. */
export function daysWithExcursion(test: WindowTest, level: Level): number {
  const least = (1 - nearShare) * Math.abs(test.x - level.location);
  return level.excursions().filter((day) => (test.side === 'up' ? day.up : day.down) >= least).length;
}

/** Whether `x` is what the few days of today's type show: on a weekend the last one weighs more than five working days. */
export function isLikeToday(test: WindowTest, { likeLocation }: Level): boolean {
  if (likeLocation === null) return false;
  const worse = test.side === 'up' ? test.x - likeLocation : likeLocation - test.x;
  return worse <= test.minimum;
}

/** In minimum effects, and as a share of the distance: a past of five-minute means shows a short job flatter than it is. */
const nearEnough = 0.25;
const nearShare = 0.55;

/** Whether `x` is certainly less than the minimum effect away on one side: non-inferiority, one-sided 2.5 % and 30 df. */
export function isWithin(
  x: number,
  level: Level,
  side: 'up' | 'down',
  traits: SignalTraits,
  cpuRequest: number,
): boolean {
  const worse = side === 'up' ? x - level.location : level.location - x;
  return (
    worse + 1.94 * standardError(level.spread, level.days) < minimumEffect(traits, level.location, side, cpuRequest)
  );
}

/** What `x` would be on a day like the others. */
function before(x: number, { move }: Level): number {
  return (x - move.shift) / move.factor;
}

/** How many of the ordered values lie below `x`. */
function below(ordered: Float64Array, x: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function above(ordered: Float64Array, x: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return ordered.length - low;
}

function standardError(spread: number, days: number): number {
  return spread * Math.sqrt(1 + 1 / days);
}

function quantised(surprise: number): number {
  return Math.max(0, Math.round(surprise * 1024) / 1024);
}
