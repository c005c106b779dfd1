// When a level changed: the split of a series into two halves with the least absolute distance to their medians.
import { median } from './order-statistics.ts';

const leastBefore = 20;
const leastAfter = 2;

/** Index of the first value of the new level, or null when there are too few values (detection.md 6.2). */
export function onsetIndex(values: readonly number[]): number | null {
  let best: { index: number; cost: number } | null = null;
  for (let index = leastBefore; index <= values.length - leastAfter; index += 1) {
    const cost = spread(values.slice(0, index)) + spread(values.slice(index));
    if (best === null || cost < best.cost) best = { index, cost };
  }
  return best?.index ?? null;
}

function spread(values: readonly number[]): number {
  const centre = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - centre), 0);
}
