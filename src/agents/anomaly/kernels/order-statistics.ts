// Median, quantiles and median absolute deviation of small sets of numbers.

/** Up to here moving values into their place is faster than the engine's sort. */
const shortest = 32;

/** A sorted copy. */
export function sorted(values: readonly number[] | Float64Array): Float64Array {
  return sortInPlace(copied(values));
}

function sortInPlace(values: Float64Array): Float64Array {
  // oxlint-disable-next-line unicorn/no-array-sort -- in place is what it is for
  if (values.length > shortest) return values.sort();
  for (let next = 1; next < values.length; next += 1) {
    const value = values[next] ?? 0;
    let place = next - 1;
    while (place >= 0 && !((values[place] ?? 0) < value) && isAfter(values[place] ?? 0, value)) {
      values[place + 1] = values[place] ?? 0;
      place -= 1;
    }
    values[place + 1] = value;
  }
  return values;
}

/** The order of the engine's sort: not-a-number last, and -0 before 0. */
function isAfter(left: number, right: number): boolean {
  if (left > right) return true;
  if (left < right) return false;
  if (Number.isNaN(right)) return false;
  return Number.isNaN(left) || (left === 0 && right === 0 && !Object.is(left, right) && Object.is(right, -0));
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
  const scratch = copied(values);
  return middleOf(sortInPlace(scratch));
}

/** Median of the distances from `centre`, without any scale factor. */
export function medianAbsoluteDeviation(values: readonly number[] | Float64Array, centre: number): number {
  const distances = copied(values);
  for (let index = 0; index < distances.length; index += 1)
    distances[index] = Math.abs((distances[index] ?? 0) - centre);
  return middleOf(sortInPlace(distances));
}

function middleOf(ordered: Float64Array): number {
  return quantileOfSorted(ordered, 0.5);
}

/** Element by element: the engine's own copy of a plain array takes several times as long for a handful. */
function copied(values: readonly number[] | Float64Array): Float64Array {
  const copy = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) copy[index] = values[index] ?? 0;
  return copy;
}
