// The upper tail of the hypergeometric distribution: would this many of a few drawn carry a mark by chance?
import { logGamma } from './student-t.ts';

/** P(at least `seen` of `drawn` carry a mark) when `marked` of `total` do and the draw is without replacement. */
export function hypergeometricTail(seen: number, drawn: number, marked: number, total: number): number {
  if (seen <= Math.max(0, drawn + marked - total)) return 1;
  let sum = 0;
  for (let count = seen; count <= Math.min(drawn, marked); count += 1)
    sum += Math.exp(logChoose(marked, count) + logChoose(total - marked, drawn - count) - logChoose(total, drawn));
  return Math.min(1, sum);
}

function logChoose(of: number, some: number): number {
  return some < 0 || some > of
    ? Number.NEGATIVE_INFINITY
    : logGamma(of + 1) - logGamma(some + 1) - logGamma(of - some + 1);
}
