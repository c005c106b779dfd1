// A quantile of cumulative histogram buckets by linear interpolation, as `histogram_quantile` of Prometheus computes it.

/** Cumulative rates by upper bound (`le` as text). Null when there are no observations or no +Inf bucket. */
export function quantileOfBuckets(quantile: number, buckets: ReadonlyMap<string, number>): number | null {
  const sorted = [...buckets]
    .map(([le, count]) => ({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .toSorted((left, right) => left.bound - right.bound);
  const last = sorted.at(-1);
  if (last === undefined || last.bound !== Number.POSITIVE_INFINITY || sorted.length < 2 || !(last.count > 0))
    return null;
  const rank = quantile * last.count;
  let lower = 0;
  let below = 0;
  for (const { bound, count } of sorted) {
    // Rates of neighbouring buckets may differ by rounding: a cumulative count never falls.
    const monotone = Math.max(count, below);
    if (monotone >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return lower;
      if (bound <= 0) return bound;
      const inside = monotone - below;
      return inside === 0 ? bound : lower + ((bound - lower) * (rank - below)) / inside;
    }
    lower = bound;
    below = monotone;
  }
  return lower;
}
