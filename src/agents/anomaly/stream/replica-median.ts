// The median of what the replicas of a workload say in one cycle, in place: there may be three of them or five thousand.

/** Up to here moving values into their place is faster than looking for the middle. */
const shortest = 32;

/** Moves the median of the first `n` values, of which none is NaN, to the front: a number that is returned may be boxed. */
export function medianToFront(values: Float64Array, n: number): void {
  const lower = (n - 1) >> 1;
  if (n <= shortest) order(values, n);
  else select(values, n, lower);
  const upper = n % 2 === 1 ? lower : n <= shortest ? lower + 1 : leastFrom(values, lower + 1, n);
  values[0] = values[lower]! / 2 + values[upper]! / 2;
}

function order(values: Float64Array, n: number): void {
  for (let next = 1; next < n; next += 1) {
    const value = values[next]!;
    let at = next;
    for (; at > 0 && values[at - 1]! > value; at -= 1) values[at] = values[at - 1]!;
    values[at] = value;
  }
}

/** Puts the value of rank `rank` in its place, none after it less and none before it greater (Hoare's quickselect). */
function select(values: Float64Array, n: number, rank: number): void {
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const moved = values[left]!;
      values[left] = values[right]!;
      values[right] = moved;
      left += 1;
      right -= 1;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

/** Where the least value from `from` on lies. */
function leastFrom(values: Float64Array, from: number, n: number): number {
  let least = from;
  for (let at = from + 1; at < n; at += 1) if (values[at]! < values[least]!) least = at;
  return least;
}
