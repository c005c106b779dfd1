// When the share of bad events rose: the split of counted events into two shares that explains them best (maximum likelihood of a change point; Hinkley 1970).
import type { Counted } from './budget-ring.ts';

export type CountedCell = Counted & { readonly fromMs: number; readonly toMs: number };

export type BurnOnset = { readonly atMs: number; readonly rangeMs: readonly [number, number] };

/** Log likelihood that two shares must gain over one: less is chance. */
const leastGain = 6;
/** Splits that lose at most this much may be the true one too: half the 95 % quantile of chi square with one degree. */
const tolerance = 1.92;
const leastBefore = 3;

/**
 * `cells` are oldest first. `alarmShare` is the share that is an alarm: what was above it before the split did not begin there.
 * Null when the events show no such rise. No probability is taken from it: the split was chosen on the same events.
 */
export function burnOnset(cells: readonly CountedCell[], alarmShare: number): BurnOnset | null {
  const counted = cells.filter((one) => one.total > 0);
  const all = sumOf(counted);
  const gains: number[] = [];
  let before: Counted = { bad: 0, total: 0 };
  for (const cell of counted) {
    gains.push(likelihood(before) + likelihood(without(all, before)) - likelihood(all));
    before = { bad: before.bad + cell.bad, total: before.total + cell.total };
  }
  const choices = gains.slice(leastBefore);
  const best = Math.max(...choices);
  if (!(best >= leastGain)) return null;
  const index = leastBefore + choices.lastIndexOf(best);
  const old = sumOf(counted.slice(0, index));
  const young = without(all, old);
  if (old.bad / old.total >= Math.min(alarmShare, young.bad / young.total)) return null;
  const isNear = (gain: number): boolean => gain >= best - tolerance;
  const first = leastBefore + choices.findIndex(isNear);
  const last = leastBefore + choices.findLastIndex(isNear);
  const startOf = (at: number): number => counted[at]?.fromMs ?? 0;
  // A cell is as long as it is: within it nothing is known.
  return { atMs: startOf(index), rangeMs: [counted[first - 1]?.fromMs ?? startOf(first), counted[last]?.toMs ?? 0] };
}

/** Of its own share; zero for none and for all. */
function likelihood({ bad, total }: Counted): number {
  if (!(total > 0)) return 0;
  return bad * log(bad / total) + (total - bad) * log(1 - bad / total);
}

function log(share: number): number {
  return share > 0 ? Math.log(share) : 0;
}

function sumOf(cells: readonly Counted[]): Counted {
  return cells.reduce<Counted>((sum, one) => ({ bad: sum.bad + one.bad, total: sum.total + one.total }), {
    bad: 0,
    total: 0,
  });
}

/** Rounding may leave a little less than nothing. */
function without(all: Counted, part: Counted): Counted {
  return { bad: Math.max(0, all.bad - part.bad), total: Math.max(0, all.total - part.total) };
}
