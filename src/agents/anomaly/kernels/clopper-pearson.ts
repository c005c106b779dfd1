// How many of very many requests would fail, at least, when this many of a few did? The exact bound for small numbers.
import { incompleteBeta } from './student-t.ts';

/**
 * The one-sided lower bound of a share with the given confidence (Clopper and Pearson 1934). `bad` and `total` may be
 * fractions, as rates times a window are. 0 when nothing is bad.
 */
export function lowerShare(bad: number, total: number, confidence: number): number {
  if (!(bad > 0) || !(total > 0)) return 0;
  const alpha = 1 - confidence;
  const rest = Math.max(0, total - bad);
  let low = 0;
  let high = Math.min(1, bad / total);
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (incompleteBeta(bad, rest + 1, middle) < alpha) low = middle;
    else high = middle;
  }
  return low;
}

/** P(at least `bad` of `total` are bad) when each is bad with probability `share`. */
export function atLeastTail(bad: number, total: number, share: number): number {
  if (!(bad > 0)) return 1;
  return incompleteBeta(bad, Math.max(0, total - bad) + 1, share);
}
