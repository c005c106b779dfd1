// Tests a series over five samples and over half an hour, and shares the promised rate of false alarms between the two.
import { countTest } from './count-test.ts';
import type { Expected } from '../past/expected-level.ts';
import { median } from '../kernels/order-statistics.ts';
import { beliefAt, type SeriesState } from '../series-state.ts';
import type { Windows } from '../settings.ts';
import {
  daysAsFar,
  daysWithExcursion,
  isLikeToday,
  type Level,
  type WindowTest,
  windowTest,
  withP,
} from './window-test.ts';

export type Tested = { readonly test: WindowTest; readonly level: Level };

/** Over which restarts and kills are counted. */
const countMs = 10 * 60_000;
/** Shares of the rate; a step is seen by the short window first, what is small and lasts by the long one alone. */
const shortShare = 0.75;
const longShare = 0.25;
/** A far value on two of seven days at this hour is no news. */
const daysToBeUsual = 2;
/** The long window cannot change an answer that the short one is this sure of. */
const surelyNothing = 0.9;
/** Share of the cycles of the long window without whose samples it has no median: 20 of 30 minutes. */
const leastOfLong = 2 / 3;

export function testWindows(
  x: number,
  state: SeriesState,
  expected: Expected,
  nowMs: number,
  windows: Windows,
): Tested {
  const { traits, cpuRequest } = state;
  const level = expected.short;
  const plain = windowTest(x, level, traits, cpuRequest);
  if (traits.family === 'restarts')
    return { test: plain.isBad ? countTest(plain, beliefAt(state, nowMs, countMs), countMs) : plain, level };
  const quiet = plain.p < 0.5 && (isHabit(plain, level) || isLikeToday(plain, level)) ? withP(plain, 1) : plain;
  const short = withP(quiet, quiet.p / shortShare);
  if (!plain.isBad || plain.p > surelyNothing) return { test: short, level };
  const { longMs, cycleMs } = windows;
  const samples = state.live.between(nowMs - longMs, nowMs);
  const longLevel = samples.length < (leastOfLong * longMs) / cycleMs ? null : expected.long();
  if (longLevel === null) return { test: short, level };
  const lasting = windowTest(median(samples), longLevel, traits, cpuRequest);
  if (lasting.side !== plain.side || isUsual(lasting, longLevel)) return { test: short, level };
  // The weighted harmonic mean keeps the promise as the smaller of two shares does, and what both windows see need not be halved for it.
  const p = 1 / (shortShare / quiet.p + longShare / lasting.p);
  return lasting.p / longShare < quiet.p / shortShare
    ? { test: withP(lasting, p), level: longLevel }
    : { test: withP(quiet, p), level };
}

/** Two of the other days show the like at this hour, as a window or as a short stretch. The latter is said of the short window only: what lasts is no job. */
export function isHabit(test: WindowTest, level: Level): boolean {
  return daysAsFar(test, level) >= daysToBeUsual || daysWithExcursion(test, level) >= daysToBeUsual;
}

function isUsual(test: WindowTest, level: Level): boolean {
  return daysAsFar(test, level) >= daysToBeUsual || isLikeToday(test, level);
}
