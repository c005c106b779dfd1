// The upper tail of the normal distribution and the quantiles of Student's t, where a test statistic needs one.
import { studentTail } from './student-t.ts';

/** P(Z > z), relative error below 2e-7 (Numerical Recipes 6.2, Chebyshev fit of erfc); it never answers 0 before z = 38. */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  let sum = 0;
  for (let index = fit.length - 1; index >= 0; index -= 1) sum = sum * t + (fit[index] ?? 0);
  const tail = 0.5 * t * Math.exp(-x * x + sum);
  return z >= 0 ? tail : 1 - tail;
}

const fit = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** The value that Student's t with `df` degrees of freedom exceeds with probability `tail` (at most 0.5). */
export function studentQuantile(tail: number, df: number): number {
  let low = 0;
  let high = 1e3;
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (studentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
