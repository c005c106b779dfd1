// Is there a trend at all? Kendall's S over time, with the variance corrected for values that hang together.
import { normalTail } from './normal.ts';

export type TrendTest = {
  /** Pairs that rise minus pairs that fall. */
  readonly s: number;
  readonly z: number;
  /** One-sided, toward a rise. */
  readonly p: number;
  /** What autocorrelation multiplies the variance of S by; at least 1. */
  readonly inflation: number;
};

const leastToCorrect = 8;
const mostCorrelated = 0.995;

/** Mann 1945, Kendall 1975: for values without autocorrelation. Its p is never above that of the corrected test when S is positive. */
export function mannKendall(y: Float64Array): TrendTest {
  return judged(kendallS(y), y, 1);
}

/**
 * The test with the variance of Hamed and Rao 1998 for values that hang together, here with the correlations of a first-order
 * process fitted to the ranks of the detrended `residuals`: those of single lags are too small in short windows, and
 * the published sum raises ten to twenty times its promise. `y` and `residuals` are equally spaced in time.
 */
export function mannKendallCorrected(y: Float64Array, residuals: Float64Array): TrendTest {
  return judged(kendallS(y), y, inflationOf(residuals));
}

function judged(s: number, y: Float64Array, inflation: number): TrendTest {
  const variance = varianceOf(y) * inflation;
  // One step toward zero: S moves by two at a time.
  const z = variance > 0 ? (s - Math.sign(s)) / Math.sqrt(variance) : 0;
  return { s, z, p: normalTail(z), inflation };
}

function kendallS(y: Float64Array): number {
  let s = 0;
  for (let from = 0; from < y.length; from += 1)
    for (let to = from + 1; to < y.length; to += 1) s += Math.sign((y[to] ?? 0) - (y[from] ?? 0));
  return s;
}

/** Equal values make fewer orders possible. */
function varianceOf(y: Float64Array): number {
  const n = y.length;
  const ordered = y.toSorted();
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && ordered[end] === ordered[start]) end += 1;
    const t = end - start;
    ties += t * (t - 1) * (2 * t + 5);
    start = end;
  }
  return (n * (n - 1) * (2 * n + 5) - ties) / 18;
}

/**
 * The lag-one correlation of what a line leaves is too small by (2 + 4ρ)/n, and is itself uncertain by √((1 − ρ²)/n): it is
 * raised by both, and all lags are taken from it.
 */
function inflationOf(values: Float64Array): number {
  const n = values.length;
  if (n < leastToCorrect) return 1;
  const ranks = ranksOf(values);
  const centred = ranks.map((rank) => rank - (n + 1) / 2);
  const power = centred.reduce((sum, one) => sum + one * one, 0);
  if (power === 0) return 1;
  const product = centred.reduce((sum, one, at) => sum + one * (centred[at + 1] ?? 0), 0);
  const unbiased = Math.min(mostCorrelated, (product / power + 2 / n) / (1 - 4 / n));
  const memory = Math.min(mostCorrelated, unbiased + Math.sqrt((1 - unbiased * unbiased) / n));
  if (!(memory > 0)) return 1;
  let sum = 0;
  for (let lag = 1; lag < n - 2; lag += 1) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * memory ** lag;
  return 1 + (2 * sum) / (n * (n - 1) * (n - 2));
}

/** Ranks from 1; equal values share the middle of theirs. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values, (_, index) => index).toSorted(
    (left, right) => (values[left] ?? 0) - (values[right] ?? 0) || left - right,
  );
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let at = start; at < end; at += 1) ranks[order[at] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
