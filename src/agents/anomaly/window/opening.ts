// When tests are enough to open a finding; how far out the series' own past days lay says how much is asked of it.
import type { Marks } from '../past/marks.ts';
import { knowsOwnPast, ownPastOf } from '../past/own-past.ts';
import type { CycleResult, SeriesState } from '../series-state.ts';
import { cyclesToOpen, falseDiscoveryRate, lastingSurprise, openSurprise, type Windows } from '../settings.ts';

type Tested = NonNullable<CycleResult>;

/** Below this the second furthest of the past days says that the series is calm: half a standard error inside the edge of the null. */
const calmBelow = -0.5;
/** What is not calm must be further out than its own past: by so much, and half of what its furthest day shows. */
const leastT = 4;
const shareOfFurthest = 0.5;
/** Series whose past days are looked at in one cycle, the most surprising first: a second of work. Others open by the common rule. */
const mostPasts = 100;

/**
 * L ≥ 3 in three of five cycles on one side, or a little less for as long as the long window, found by the family's test for false
 * discoveries, and still so: cycles share their samples, so that three far ones in a row would do, which are over before anybody could look.
 * A little less is enough at once where no two of the series' own past days came near, and more is asked of one that goes far by itself.
 */
export function mayOpen(state: SeriesState, now: Tested, nowMs: number, windows: Windows): boolean {
  if (!isNear(state, now, windows)) return false;
  // An answer of another hour may be a month old: where many are near at once not all are looked at.
  const past = knowsOwnPast(state, now.test.side, nowMs) ? (state.ownPast?.found ?? null) : null;
  if (past === null) return isSeen(state, now, openSurprise) || isLasting(state, now, windows);
  if (past.second < calmBelow) return true;
  const isFurther = now.test.t >= leastT + shareOfFurthest * past.highest;
  return isFurther && (isSeen(state, now, openSurprise) || isLasting(state, now, windows));
}

/** Looks at the past days of what could open in this cycle, once an hour each. */
export function lookAtOwnPasts(
  states: readonly SeriesState[],
  nowMs: number,
  windows: Windows,
  requestsOf: (state: SeriesState) => Marks | null,
): void {
  const due: { readonly state: SeriesState; readonly test: Tested['test'] }[] = [];
  for (const state of states) {
    const now = state.tested;
    if (state.open !== null || now === null || isCounted(state)) continue;
    if (isNear(state, now, windows) && !knowsOwnPast(state, now.test.side, nowMs)) due.push({ state, test: now.test });
  }
  if (due.length > mostPasts)
    due.sort((left, right) => right.test.surprise - left.test.surprise || (left.state.id < right.state.id ? -1 : 1));
  for (const { state, test } of due.slice(0, mostPasts)) ownPastOf(state, test.side, nowMs, requestsOf(state));
}

/** What happens in whole numbers has no such past: restarts have a test of their own, and ready replicas are held against the wanted ones. */
function isCounted({ traits }: SeriesState): boolean {
  return traits.family === 'restarts' || traits.family === 'ready';
}

/** Whether a finding could open, whatever its past days say. */
function isNear(state: SeriesState, now: Tested, windows: Windows): boolean {
  return (
    now.test.isBad && isStillOut(state, now) && (isSeen(state, now, lastingSurprise) || isLasting(state, now, windows))
  );
}

function isSeen(state: SeriesState, now: Tested, surprise: number): boolean {
  if (now.test.surprise < surprise) return false;
  const same = state.results.filter((one) => one?.test.side === now.test.side && one.test.surprise >= surprise);
  return same.length >= cyclesToOpen && same.some((one) => one !== null && one.q <= falseDiscoveryRate);
}

function isLasting(state: SeriesState, now: Tested, windows: Windows): boolean {
  return state.lasting * windows.cycleMs >= windows.longMs && now.q <= falseDiscoveryRate;
}

/** The newest sample alone differs by what matters on the side of the test. */
function isStillOut(state: SeriesState, { test, level }: Tested): boolean {
  const newest = state.window.at(-1)?.value ?? Number.NaN;
  return (test.side === 'up' ? newest - level.location : level.location - newest) > test.minimum;
}
