// Recent points of a series, enough to draw it beside its band and to see where it left it.
import { markMs, slotOf } from '../past/marks.ts';
import type { SeriesState } from '../series-state.ts';
import { sixDigits } from '../signal-findings.ts';

const mostPoints = 120;
const reachMs = 2 * 3_600_000;

/** At most 120 points of the last two hours, oldest first: live samples, before them what was learned. */
export function chartOf(state: SeriesState, nowMs: number): [number, number][] {
  const live = state.live.all().filter((one) => one.atMs > nowMs - reachMs);
  const firstMs = live[0]?.atMs ?? nowMs;
  const learned: [number, number][] = [];
  for (let slot = slotOf(nowMs - reachMs); slot * markMs < firstMs; slot += 1) {
    const value = state.marks.at(slot);
    if (!Number.isNaN(value)) learned.push([slot * markMs, sixDigits(value)]);
  }
  const every = Math.max(1, Math.ceil(live.length / (mostPoints - learned.length)));
  const thinned = live.filter((_, at) => (live.length - 1 - at) % every === 0);
  return [...learned, ...thinned.map(({ atMs, value }): [number, number] => [atMs, sixDigits(value)])].slice(
    -mostPoints,
  );
}
