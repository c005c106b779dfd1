// Did untouched neighbours get well at the same time? A repair that starts at a peak looks good by itself (regression to the mean).
import { keyOf, sameRef, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { median } from './kernels/order-statistics.ts';
import { type SeriesState, usualAt } from './series-state.ts';
import type { SeriesTable } from './series-table.ts';
import { leastSamples, notFixedSurprise, type Windows } from './settings.ts';
import { isWithin, windowTest } from './window/window-test.ts';

const mostNamed = 3;
const mostSteps = 1_000;

/**
 * Workloads of the same namespace that nobody wrote to and that do not call or are called by the repaired one, whose same signal was bad
 * at the write and is back now. They say nothing against the repair, but they are told beside it (detection.md 16).
 */
export function alsoRecovered(
  repaired: SeriesState,
  sinceMs: number,
  table: SeriesTable,
  view: ClusterView,
  isTouched: (of: ObjectRef) => boolean,
  windows: Windows,
): readonly ObjectRef[] {
  const { of, signal } = repaired.key;
  const related = relatives(of, view);
  return table
    .all()
    .filter((one) => one.key.signal === signal && one.key.of.namespace === of.namespace && !sameRef(one.key.of, of))
    .filter((one) => !related.has(keyOf(one.key.of)) && !isTouched(one.key.of))
    .filter((one) => wasBad(one, sinceMs, windows) && isBack(one, table.nowMs, windows))
    .map((one) => one.key.of);
}

/** "; shop/cart recovered as well, untouched". Empty when there is none. */
export function besideIt(also: readonly ObjectRef[]): string {
  if (also.length === 0) return '';
  const names = also.slice(0, mostNamed).map((one) => `${one.namespace}/${one.name}`);
  const more = also.length > mostNamed ? ` and ${also.length - mostNamed} more` : '';
  return `; untouched ${names.join(', ')}${more} recovered as well, so it may have passed by itself`;
}

function wasBad(state: SeriesState, sinceMs: number, windows: Windows): boolean {
  const level = usualAt(state, sinceMs);
  const before = state.live.between(sinceMs - windows.verifyMs, sinceMs);
  if (level === null || before.length < leastSamples) return false;
  const test = windowTest(median(before), level, state.traits, state.cpuRequest);
  return test.isBad && test.surprise >= notFixedSurprise;
}

function isBack(state: SeriesState, nowMs: number, windows: Windows): boolean {
  const level = usualAt(state, nowMs);
  const now = state.live.between(nowMs - windows.verifyMs, nowMs);
  if (level === null || now.length < leastSamples) return false;
  const { direction } = state.traits;
  const sides: ('up' | 'down')[] = direction === 'both' ? ['up', 'down'] : [direction];
  return sides.every((side) => isWithin(median(now), level, side, state.traits, state.cpuRequest));
}

/** Keys of everything that is connected by calls, in either direction. */
function relatives(of: ObjectRef, view: ClusterView): ReadonlySet<string> {
  const seen = new Set([keyOf(of)]);
  const queue = [of];
  for (let current = queue.shift(); current !== undefined && seen.size < mostSteps; current = queue.shift())
    for (const one of [
      ...view.callersOf(current).map((edge) => edge.caller),
      ...view.calleesOf(current).map((edge) => edge.callee),
    ]) {
      if (seen.has(keyOf(one))) continue;
      seen.add(keyOf(one));
      queue.push(one);
    }
  return seen;
}
