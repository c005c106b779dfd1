// Tests a share of few requests, such as errors at night: five samples of it have no level, but so many bad ones of so many have a probability.
import { atLeastTail } from '../kernels/clopper-pearson.ts';
import { type Marks, marksPerDay, slotOf } from '../past/marks.ts';
import { type SeriesState, usualAt } from '../series-state.ts';
import { leastSamples, type Windows } from '../settings.ts';
import { type Level, type WindowTest, windowTest, withP } from './window-test.ts';

/** Fewer bad ones than this are an accident, whatever they are of. */
const leastBad = 5;
/** Failures come in clumps, of a client that tries again or a pod that starts: two of them weigh as one. */
const clump = 2;
const daysRead = 7;
/** An hour of marks: less says nothing about what is usual. */
const leastMarks = 12;

/** What was found is gone when so few bad ones would be this rare if it were not. */
const rareIfStill = 0.05;
/** However few requests there are, half of them failing is not needed to call it a fault. */
const mostFound = 0.3;
/** Below this a test says nothing that is worth keeping. */
const leastSurprise = 1;

type Few = { readonly bad: number; readonly total: number };

/**
 * detection.md 6.3: the chance of at least so many bad ones if the share were the usual one and what matters more. Null where it is no
 * share of requests, where it is as usual and nothing is open, and where it cannot be told whether what is open has ended: that a few
 * requests went well says little.
 */
export function testFew(
  state: SeriesState,
  nowMs: number,
  windows: Windows,
): { readonly test: WindowTest; readonly level: Level } | null {
  const few = countedIn(state, windows);
  const level = few === null ? null : usualAt(state, nowMs);
  if (few === null || level === null) return null;
  const test = ratioTest(few, level, state, usualShare(state.marks, nowMs));
  if (test.surprise >= leastSurprise) return { test, level };
  if (state.open === null) return null;
  // The least that so many requests could have shown.
  const found = Math.min(mostFound, leastBad / few.total);
  return 1 - atLeastTail(few.bad + 1, few.total, found) <= rareIfStill ? { test, level } : null;
}

function ratioTest(few: Few, level: Level, state: SeriesState, usual: number): WindowTest {
  const test = windowTest(few.bad / few.total, level, state.traits, state.cpuRequest);
  if (!test.isBad || few.bad < leastBad || Number.isNaN(usual)) return withP(test, 1);
  return withP(test, atLeastTail(few.bad / clump, few.total / clump, Math.min(1, usual + test.minimum)));
}

/** What the newest samples counted; null without a request. Rate windows overlap, so each counts the part since the one before. */
function countedIn({ traits, window }: SeriesState, windows: Windows): Few | null {
  if (traits.unit !== 'ratio' || traits.direction !== 'up' || window.length < leastSamples) return null;
  const share = Math.min(1, windows.cycleMs / windows.rateMs);
  const total = window.reduce((sum, { weight = 0 }) => sum + weight * share, 0);
  const bad = window.reduce((sum, { value, weight = 0 }) => sum + value * weight * share, 0);
  return total > 0 ? { bad, total } : null;
}

/** Mean share of the last week; NaN when less than an hour of it is known. */
function usualShare(marks: Marks, nowMs: number): number {
  const seen = marks.between(slotOf(nowMs) - daysRead * marksPerDay, slotOf(nowMs));
  return seen.length < leastMarks ? Number.NaN : seen.reduce((sum, one) => sum + one, 0) / seen.length;
}
