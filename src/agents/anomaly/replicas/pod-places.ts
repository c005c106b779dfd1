// Which replicas are followed when there are more than the agent has room for: what is open stays, then the most suspicious.

export type Place = {
  readonly id: string;
  /** Deviations from the group; orders, proves nothing. */
  readonly oddness: number;
  /** It is open, or too young to have shown anything: driven out now, its place would have been for nothing. */
  readonly isKept: boolean;
};

/** At 2.6 kB each about 52 MB. */
export const mostPlaces = 20_000;
/** Newcomers less odd than this drive nobody out. */
const suspicious = 3.5;

/** Ids to let in and ids to let go, so that at most `most` are held. Ties break by id. */
export function placesFor(
  held: readonly Place[],
  newcomers: readonly Place[],
  most: number,
): { readonly admitted: readonly string[]; readonly evicted: readonly string[] } {
  const free = Math.max(0, most - held.length);
  const wanting = newcomers.toSorted((left, right) => right.oddness - left.oddness || (left.id < right.id ? -1 : 1));
  const admitted = wanting.slice(0, free).map((one) => one.id);
  if (wanting.length <= free) return { admitted, evicted: [] };
  const leaving = held
    .filter((one) => !one.isKept)
    .toSorted((left, right) => left.oddness - right.oddness || (left.id < right.id ? 1 : -1));
  const evicted: string[] = [];
  for (const one of wanting.slice(free)) {
    const least = leaving[evicted.length];
    if (least === undefined || one.oddness < suspicious || one.oddness <= least.oddness) break;
    admitted.push(one.id);
    evicted.push(least.id);
  }
  return { admitted, evicted };
}
