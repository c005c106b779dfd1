// Median, quantiles and median absolute deviation of small sets of numbers.

/** A sorted copy. */
export function sorted(values: readonly number[] | Float64Array): Float64Array {
  return Float64Array.from(values).toSorted();
}

/** Quantile by linear interpolation between order statistics (type 7). NaN when empty. */
export function quantileOfSorted(ordered: Float64Array, quantile: number): number {
  if (ordered.length === 0) return Number.NaN;
  const position = (ordered.length - 1) * quantile;
  const below = Math.floor(position);
  const low = ordered[below] ?? Number.NaN;
  const high = ordered[Math.min(below + 1, ordered.length - 1)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (position - below);
}

export function median(values: readonly number[] | Float64Array): number {
  return quantileOfSorted(sorted(values), 0.5);
}

/** Median of the distances from `centre`, without any scale factor. */
export function medianAbsoluteDeviation(values: readonly number[] | Float64Array, centre: number): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}
