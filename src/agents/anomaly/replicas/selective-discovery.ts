// False discoveries among pods: only groups that stand out are looked into, and each pays for having been chosen.
import { benjaminiHochberg } from '../kernels/false-discovery.ts';

export type TestedGroup = {
  /** p of its pods. */
  readonly p: readonly number[];
  /** Its workload has an open finding of its own. */
  readonly isSelected: boolean;
};

/**
 * q of every pod by group, in the order given; 1 in groups that were not selected. A group is selected by its workload's finding or by
 * its pods taken together (Simes, then Benjamini–Hochberg over all groups); inside, q is raised by all / selected.
 * Benjamini and Bogomolov 2014; detection.md 14 F2.
 */
export function selectiveDiscovery(groups: readonly TestedGroup[], rate: number): readonly (readonly number[])[] {
  const together = benjaminiHochberg(groups.map((one) => simes(one.p)));
  const isChosen = groups.map((one, at) => one.isSelected || (together[at] ?? 1) <= rate);
  const chosen = isChosen.filter(Boolean).length;
  return groups.map((one, at) =>
    isChosen[at] === true
      ? benjaminiHochberg(one.p).map((q) => Math.min(1, (q * groups.length) / chosen))
      : one.p.map(() => 1),
  );
}

/** p of "none of these deviates" (Simes 1986): the least of the adjusted ones. */
function simes(p: readonly number[]): number {
  return benjaminiHochberg(p).reduce((least, one) => Math.min(least, one), 1);
}
