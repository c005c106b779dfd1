// The minimum-effect window test: is the newest level further from the same hour of other days than a change that matters?
import { medianAbsoluteDeviation, quantileOfSorted, sorted } from './kernels/order-statistics.ts';
import { studentTail } from './kernels/student-t.ts';
import type { References } from './references.ts';
import { minimumEffect, type SignalTraits } from '../../model/signal-traits.ts';

/** The usual level: location, spread between days, and the band that holds nine of ten reference windows. */
export type Level = {
  readonly location: number;
  readonly spread: number;
  readonly low: number;
  readonly high: number;
  readonly windows: number;
  readonly days: number;
  readonly weaker: 0 | 1 | 2;
  readonly values: Float64Array;
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

export function levelOf(references: References, texture: Texture, traits: SignalTraits, cpuRequest: number): Level {
  const ordered = sorted(references.values);
  const location = quantileOfSorted(ordered, 0.5);
  const minimum = minimumEffect(traits, location, 'up', cpuRequest);
  const floor = Math.max(Math.min(texture.quantum / 2, texture.range / 20), texture.range / 1000, minimum / 50);
  const deciles = (quantileOfSorted(ordered, 0.9) - quantileOfSorted(ordered, 0.1)) / 2.563;
  return {
    location,
    spread: Math.max(1.4826 * medianAbsoluteDeviation(ordered, location), deciles, floor),
    low: quantileOfSorted(ordered, 0.05),
    high: quantileOfSorted(ordered, 0.95),
    windows: ordered.length,
    days: references.days,
    weaker: references.weaker,
    values: ordered,
  };
}

/** detection.md 6.1. The null is "the change is at most the minimum effect". */
export function windowTest(x: number, level: Level, traits: SignalTraits, cpuRequest: number): WindowTest {
  const side = x >= level.location ? 'up' : 'down';
  const isBad = traits.direction === 'both' || traits.direction === side;
  const minimum = minimumEffect(traits, level.location, side, cpuRequest);
  const df = Math.max(1, Math.min(30, 5 * (level.days - 1)));
  const t = (Math.abs(x - level.location) - minimum) / standardError(level);
  const p = isBad ? Math.max(studentTail(t, df), Number.MIN_VALUE) : 1;
  const exceeded = level.values.reduce((sum, one) => sum + ((side === 'up' ? x > one : x < one) ? 1 : 0), 0);
  return { x, side, isBad, minimum, t, df, p, surprise: quantised(-Math.log10(p)), exceeded };
}

/** Whether `x` is certainly less than the minimum effect away on one side: non-inferiority, one-sided 2.5 % and 30 df. */
export function isWithin(
  x: number,
  level: Level,
  side: 'up' | 'down',
  traits: SignalTraits,
  cpuRequest: number,
): boolean {
  const worse = side === 'up' ? x - level.location : level.location - x;
  return worse + 1.94 * standardError(level) < minimumEffect(traits, level.location, side, cpuRequest);
}

function standardError(level: Level): number {
  return level.spread * Math.sqrt(1 + 1 / level.days);
}

function quantised(surprise: number): number {
  return Math.max(0, Math.round(surprise * 1024) / 1024);
}
