// The tail of one channel: how surprising a value beyond its 99 % quantile is, by a generalised Pareto law fitted with moments.
// Peaks over threshold after Siffer et al. 2017 (SPOT), without stored peaks and without iteration.
import * as parameters from './parameters.ts';

// Constants of this file, for the reason that channels.ts gives.
const { longestTail, tailMemory, tailShare } = parameters;
const threshold = 0;
const excess = 1;
const variance = 2;
const size = 3;
/** Values further than this many mean excesses beyond the threshold teach no more than that. */
const winsor = 20;
/** A mean excess under this share of the threshold comes from ties, not from a tail. */
const leastExcess = 0.02;
/** Exceeds its scale in one of ten values, in half of those by another scale: 99 % quantile, mean and variance beyond it. */
const priorTail = [Math.log2(10), 1 / Math.LN2, 1 / Math.LN2 ** 2, Math.log2(10)];
const log10 = 1 / Math.LN10;

/** What a tail is told, and tells: a value, the rate at which it learns, and how surprising the value is. One by one they would be boxed. */
export const saidLength = 3;
const valueSaid = 0;
const rateSaid = 1;
const surpriseSaid = 2;

/**
 * Says -log10 of the probability of a value of at least `said[0]` in `said[2]`; 0 up to the threshold. `at` is the first word of
 * the tail.
 */
export function tailSurprise(f32: Float32Array, at: number, said: Float64Array): void {
  const a = said[valueSaid]!;
  const t = f32[at + threshold]!;
  if (!(a > t)) {
    said[surpriseSaid] = 0;
    return;
  }
  const m = Math.max(f32[at + excess]!, leastExcess * f32[at + size]!, Number.MIN_VALUE);
  const u = f32[at + variance]!;
  const xi = u > 0 ? Math.min(longestTail, Math.max(0, (1 - (m * m) / u) / 2)) : 0;
  const y = (a - t) / (m * (1 - xi));
  said[surpriseSaid] = 2 + (xi < 1e-3 ? y * log10 : (Math.log1p(xi * y) * log10) / xi);
}

/** How far the threshold of a tail that has seen `n` values moves, as a share of its size. */
export function tailRate(n: number): number {
  return Math.max(n ** -0.85, 1 / tailMemory);
}

/** Takes one value that lies within the threshold into the tail, at the rate `said[1]`: all that `learnTail` would do with it. */
export function settleTail(f32: Float32Array, at: number, said: Float64Array): void {
  const t = f32[at + threshold]!;
  const s = f32[at + size]!;
  const step = 6 * Math.max(s, f32[at + excess]!) * said[rateSaid]!;
  f32[at + threshold] = t + step * -tailShare;
  f32[at + size] = s + 0.01 * (Math.abs(t) - s);
}

/** Takes the value `said[0]` into the tail, at the rate `said[1]`; `exceedances` were seen before it. Returns whether it exceeded. */
export function learnTail(f32: Float32Array, at: number, said: Float64Array, exceedances: number): boolean {
  const t = f32[at + threshold]!;
  const m = f32[at + excess]!;
  const s = f32[at + size]!;
  const b = Math.min(said[valueSaid]!, t + winsor * Math.max(m, leastExcess * s));
  const step = 6 * Math.max(s, m) * said[rateSaid]!;
  const exceeds = b > t;
  if (exceeds) {
    const w = Math.max(1 / (exceedances + 1), 1 / 200);
    const y = b - t;
    f32[at + excess] = m + w * (y - m);
    f32[at + variance] = (1 - w) * (f32[at + variance]! + w * (y - m) ** 2);
  }
  f32[at + threshold] = t + step * (exceeds ? 1 - tailShare : -tailShare);
  f32[at + size] = s + 0.01 * (Math.abs(t) - s);
  return exceeds;
}

/**
 * Starts a tail from the six largest of its first values, largest first: the sixth is the threshold. Returns how many
 * exceedances it now rests on.
 */
export function startTail(f32: Float32Array, at: number, largest: Float64Array, first: number): number {
  const t = largest[first + 5]!;
  if (!(t > 0)) {
    // Nothing to start from: a channel whose values halve with each further half-scale.
    f32.set(priorTail, at);
    return 1;
  }
  let mean = 0;
  for (let index = 0; index < 5; index += 1) mean += (largest[first + index]! - t) / 5;
  let spread = 0;
  for (let index = 0; index < 5; index += 1) spread += (largest[first + index]! - t - mean) ** 2 / 5;
  f32[at + threshold] = t;
  f32[at + excess] = mean;
  f32[at + variance] = spread;
  f32[at + size] = Math.abs(t);
  return 5;
}
