// When a level changed: the split of a series into two parts with the least absolute distance to their medians.
import { median } from './order-statistics.ts';

const leastBefore = 20;
const leastAfter = 2;
/** Splits that cost at most this much more than the best one may be the true one too. */
const tolerance = 1.05;
/** Share of a change that a value must show to belong to it: a rate over two samples shows half of it in the first one. */
const leastShare = 0.3;

/** Index of the first value of the new level, and the first and last index at which it may have begun. */
export type Split = { readonly index: number; readonly first: number; readonly last: number };

/**
 * Null when there are too few values (detection.md 6.2; after Matteson and James 2014, with absolute distances). A value that
 * is an average over `overlap` samples shows a change in parts: up to `overlap` values before the split belong to it too.
 */
export function onsetSplit(values: readonly number[], overlap = 0): Split | null {
  const costs: number[] = [];
  for (let index = leastBefore; index <= values.length - leastAfter; index += 1)
    costs.push(distance(values.slice(0, index)) + distance(values.slice(index)));
  if (costs.length === 0) return null;
  const least = Math.min(...costs);
  const near = (cost: number): boolean => cost <= least * tolerance;
  const index = stepBack(values, leastBefore + costs.indexOf(least), overlap);
  return {
    index,
    first: Math.min(index, leastBefore + costs.findIndex(near)),
    last: Math.max(index, leastBefore + costs.findLastIndex(near)),
  };
}

function stepBack(values: readonly number[], index: number, overlap: number): number {
  const from = median(values.slice(0, index));
  const change = median(values.slice(index)) - from;
  let first = index;
  while (index - first < overlap && first > 1 && ((values[first - 1] ?? from) - from) / change > leastShare) first -= 1;
  return first;
}

function distance(values: readonly number[]): number {
  const centre = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - centre), 0);
}
