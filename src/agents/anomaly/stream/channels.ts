// The six channels of tier one: how strange a sample is by each, before it is learned, and what each learns from it.
import { bandWidth, beyondBand, type Bands } from './bands.ts';
import { byte, bytesPerSeries, double, doublesPerSeries, ringLength, word, wordsPerSeries } from './layout.ts';
import {
  cusumCap,
  cusumClip,
  cusumSlack,
  halfScalesPerDeviation,
  meanLength,
  minuteMs,
  quickStep,
  roughnessLength,
  roughnessMemory,
  slowStep,
} from './parameters.ts';
import type { Shard } from './shard.ts';

/** Order of the channels in votes, tails and scratch. */
const med = 0;
export const env = 1;
const mean = 2;
export const vr = 3;
export const last = 4;
const cus = 5;

/**
 * Moves the short memories and writes the non-conformity of each channel, NaN where it is silent, into the shard's
 * scratch. Returns which sides it lies on: bit per channel, set for upward.
 */
export function measure(shard: Shard, slot: number, bands: Bands, atMs: number): number {
  const { f32, f64, u32, u8 } = shard.records;
  const { a, now } = shard.scratch;
  const v = now[1]!;
  const o = slot * wordsPerSeries;
  const r = v - f32[o + word.med]!;
  const scale = f32[o + (r >= 0 ? word.scaleUp : word.scaleDown)]!;
  const jump = f32[o + word.jump]!;
  const full = u8[slot * bytesPerSeries + byte.ringFill]! >= ringLength;
  let sides = r >= 0 ? 1 << med : 0;
  a[med] = Math.abs(r) / scale;

  const beyond = beyondBand(bands, u32[o + word.profile]!, f64[slot * doublesPerSeries + double.anchor]! + v, atMs);
  if (beyond > 0) sides |= 1 << env;
  a[env] = Math.abs(beyond) / f32[o + word.bandScale]!;

  const widest = 10 * Math.max(f32[o + word.scaleUp]!, f32[o + word.scaleDown]!, jump);
  const before = f32[o + word.mean]!;
  f32[o + word.mean] = before + clip(v - before, widest) / meanLength;
  const off = f32[o + word.mean]! - f32[o + word.med]!;
  if (off >= 0) sides |= 1 << mean;
  a[mean] = full ? Math.abs(off) / f32[o + (off >= 0 ? word.meanUp : word.meanDown)]! : Number.NaN;

  const step = v - f32[o + word.prev]!;
  const distance = Math.abs(step);
  const hasPrev = distance === distance;
  if (hasPrev)
    f32[o + word.rough] =
      f32[o + word.rough]! + (Math.min(distance, 10 * jump) - f32[o + word.rough]!) / roughnessLength;
  const floor = f32[o + word.floor]!;
  sides |= 1 << vr;
  a[vr] = full ? Math.abs(Math.log((f32[o + word.rough]! + floor) / (f32[o + word.usualRough]! + floor))) : Number.NaN;
  if (step >= 0) sides |= 1 << last;
  a[last] = distance / jump;

  const z = clip(r / scale, cusumClip) / halfScalesPerDeviation;
  const up = Math.min(cusumCap, Math.max(0, f32[o + word.cusumUp]! + z - cusumSlack));
  const down = Math.min(cusumCap, Math.max(0, f32[o + word.cusumDown]! - z - cusumSlack));
  f32[o + word.cusumUp] = up;
  f32[o + word.cusumDown] = down;
  if (up >= down) sides |= 1 << cus;
  a[cus] = full ? Math.max(up, down) : Number.NaN;
  return sides;
}

/** Moves the long memories: the median, every scale, the usual roughness. */
export function learn(shard: Shard, slot: number, bands: Bands, atMs: number): void {
  const { f32, u32 } = shard.records;
  const v = shard.scratch.now[1]!;
  const o = slot * wordsPerSeries;
  const floor = f32[o + word.floor]!;
  const g = slowStep * Math.min(10, u32[o + word.stepMs]! / minuteMs);
  const r = v - f32[o + word.med]!;
  const off = f32[o + word.mean]! - f32[o + word.med]!;
  const distance = Math.abs(v - f32[o + word.prev]!);
  if (r > 0) {
    f32[o + word.med] = f32[o + word.med]! + f32[o + word.scaleUp]! * g;
    f32[o + word.scaleUp] = moved(f32[o + word.scaleUp]!, r, g, floor);
  } else if (r < 0) {
    f32[o + word.med] = f32[o + word.med]! - f32[o + word.scaleDown]! * g;
    f32[o + word.scaleDown] = moved(f32[o + word.scaleDown]!, -r, g, floor);
  }
  if (off > 0) f32[o + word.meanUp] = moved(f32[o + word.meanUp]!, off, g, floor);
  else if (off < 0) f32[o + word.meanDown] = moved(f32[o + word.meanDown]!, -off, g, floor);
  f32[o + word.usualRough] =
    f32[o + word.usualRough]! + (f32[o + word.rough]! - f32[o + word.usualRough]!) / roughnessMemory;
  if (distance === distance) f32[o + word.jump] = moved(f32[o + word.jump]!, distance, quickStep, floor);
  const profile = u32[o + word.profile]!;
  const anchor = shard.records.f64[slot * doublesPerSeries + double.anchor]!;
  const beyond = Math.abs(beyondBand(bands, profile, anchor + v, atMs));
  if (beyond > 0)
    f32[o + word.bandScale] = moved(
      f32[o + word.bandScale]!,
      beyond,
      quickStep,
      Math.max(floor, bandWidth(bands, profile, atMs) / 100),
    );
}

/** A running median of distances: a step up or down by a share of itself, never below the floor. */
function moved(scale: number, distance: number, step: number, floor: number): number {
  return Math.max(floor, scale * (distance > scale ? 1 + step : 1 - step));
}

function clip(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}
