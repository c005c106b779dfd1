// A straight line through points that single wild values do not turn: the median of the slopes of all pairs.
import { median } from './order-statistics.ts';

export type Line = {
  /** Per unit of `x`. */
  readonly slope: number;
  readonly intercept: number;
};

/**
 * The median slope, and the median of what is left as the intercept (Theil 1950, Sen 1968). `x` must not fall; pairs with the
 * same `x` have no slope. Null with fewer than two distinct `x`. Quadratic in time: meant for windows of about a hundred points.
 */
export function theilSen(x: Float64Array, y: Float64Array): Line | null {
  const slopes = new Float64Array((x.length * (x.length - 1)) / 2);
  let count = 0;
  for (let from = 0; from < x.length; from += 1)
    for (let to = from + 1; to < x.length; to += 1) {
      const run = (x[to] ?? 0) - (x[from] ?? 0);
      if (run === 0) continue;
      slopes[count] = ((y[to] ?? 0) - (y[from] ?? 0)) / run;
      count += 1;
    }
  if (count === 0) return null;
  const slope = median(slopes.subarray(0, count));
  return { slope, intercept: median(y.map((value, index) => value - slope * (x[index] ?? 0))) };
}

/** What the line leaves of each value. */
export function residuals(line: Line, x: Float64Array, y: Float64Array): Float64Array {
  return y.map((value, index) => value - line.intercept - line.slope * (x[index] ?? 0));
}
