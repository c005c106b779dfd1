// The six channels of tier one: how strange a sample is by each, before it is learned, and what each learns from it.
import { bandWidth, beyondBand, type Bands } from './bands.ts';
import * as layout from './layout.ts';
import * as parameters from './parameters.ts';
import type { Shard } from './shard.ts';

// The engine reads an imported number from memory and checks it at every use; a constant of the file it writes into its code.
// That is a sixth of a pass, so the files of the pass take what they import for constants of their own.
const { byte, bytesPerSeries, double, doublesPerSeries, word, wordsPerSeries, wordsPerTail } = layout;
const { cusumCap, cusumClip, cusumSlack, halfScalesPerDeviation, meanLength, minuteMs } = parameters;
const { quickStep, roughnessLength, roughnessMemory, settledSamples, slowStep } = parameters;

/** Order of the channels in votes, tails and scratch. */
export const channelAt = { med: 0, env: 1, mean: 2, vr: 3, last: 4, cus: 5 } as const;
const { med, env, mean, vr, last, cus } = channelAt;
const thresholdOfVr = word.tails + vr * wordsPerTail;

/**
 * Writes the non-conformity of each channel into the shard's scratch, NaN where it is silent, and moves the short memories;
 * the long ones, the median, every scale and the usual roughness, if it `learns`. `isLive`: the tails have thresholds, and a
 * non-conformity of `vr` under its own need not be exact. Returns which sides the sample lies on: bit per channel, set for
 * upward.
 */
export function measure(shard: Shard, slot: number, bands: Bands, learns: boolean, isLive: boolean): number {
  const { f32, f64, u32, u8 } = shard.records;
  const { a, now, time } = shard.scratch;
  const v = now[1]!;
  const o = slot * wordsPerSeries;
  const floor = f32[o + word.floor]!;
  const jump = f32[o + word.jump]!;
  const isSettled = u8[slot * bytesPerSeries + byte.settled]! >= settledSamples;
  const pace = slowStep * Math.min(10, u32[o + word.stepMs]! / minuteMs);

  // Before the scales move: how far the short mean lags behind, which a wild value moves by a few scales at most.
  const before = f32[o + word.mean]!;
  let lag = v - before;
  if (Math.abs(lag) > 10 * jump) {
    const widest = 10 * Math.max(f32[o + word.scaleUp]!, f32[o + word.scaleDown]!, jump);
    lag = Math.min(widest, Math.max(-widest, lag));
  }
  const short = Math.fround(before + lag / meanLength);
  f32[o + word.mean] = short;

  const centre = f32[o + word.med]!;
  const r = v - centre;
  const isBelow = bit(r < 0);
  const ofPoint = o + word.scaleUp + isBelow;
  const scale = f32[ofPoint]!;
  const deviation = r / scale;
  a[med] = Math.abs(deviation);
  if (learns && r !== 0) {
    f32[o + word.med] = centre + (1 - 2 * isBelow) * scale * pace;
    f32[ofPoint] = moved(scale, Math.abs(r), pace, floor);
  }

  const anchor = f64[slot * doublesPerSeries + double.anchor]!;
  const beyond = beyondBand(bands, u32[o + word.profile]!, anchor + v, time.hour[0]!);
  const outside = Math.abs(beyond);
  a[env] = outside / f32[o + word.bandScale]!;
  if (learns && outside > 0) {
    now[2] = outside;
    learnOutside(shard, slot, bands);
  }

  const off = short - centre;
  const isLow = bit(off < 0);
  const ofMean = o + word.meanUp + isLow;
  const meanScale = f32[ofMean]!;
  a[mean] = isSettled ? Math.abs(off) / meanScale : Number.NaN;
  if (learns && off !== 0) f32[ofMean] = moved(meanScale, Math.abs(off), pace, floor);

  const step = v - f32[o + word.prev]!;
  const distance = Math.abs(step);
  const usual = f32[o + word.usualRough]!;
  let rough = f32[o + word.rough]!;
  a[last] = distance / jump;
  // No distance is known to the sample after a gap.
  if (distance === distance) {
    rough = Math.fround(rough + (Math.min(distance, 10 * jump) - rough) / roughnessLength);
    f32[o + word.rough] = rough;
    if (learns) f32[o + word.jump] = moved(jump, distance, quickStep, floor);
  }
  a[vr] = Number.NaN;
  if (isSettled) {
    const q = (rough + floor) / (usual + floor);
    // |ln q| <= |q - 1/q| / 2, and what is under the threshold need not be exact: a logarithm costs as much as a channel.
    const bound = Math.abs(q - 1 / q) * (0.5 + 1e-9);
    a[vr] = isLive && bound <= f32[o + thresholdOfVr]! ? bound : Math.abs(Math.log(q));
  }
  if (learns) f32[o + word.usualRough] = usual + (rough - usual) / roughnessMemory;

  const z = Math.min(cusumClip, Math.max(-cusumClip, deviation)) / halfScalesPerDeviation;
  const rise = f32[o + word.cusumUp]! + z - cusumSlack;
  const fall = f32[o + word.cusumDown]! - z - cusumSlack;
  // The sum or 0, whichever is greater, without a branch.
  const up = Math.min(cusumCap, (rise + Math.abs(rise)) / 2);
  const down = Math.min(cusumCap, (fall + Math.abs(fall)) / 2);
  f32[o + word.cusumUp] = up;
  f32[o + word.cusumDown] = down;
  a[cus] = isSettled ? Math.max(up, down) : Number.NaN;

  const ofLevel = ((1 - isBelow) << med) | (bit(beyond > 0) << env) | ((1 - isLow) << mean);
  return ofLevel | (1 << vr) | (bit(step >= 0) << last) | (bit(up >= down) << cus);
}

/**
 * The scale of the hour bands from `now[2]`, how far the sample lies outside its band. A call that is seldom made is not inlined,
 * and a number handed over in it would be boxed.
 */
function learnOutside(shard: Shard, slot: number, bands: Bands): void {
  const { f32, u32 } = shard.records;
  const { now, time } = shard.scratch;
  const o = slot * wordsPerSeries;
  const least = Math.max(f32[o + word.floor]!, bandWidth(bands, u32[o + word.profile]!, time.hour[0]!) / 100);
  f32[o + word.bandScale] = moved(f32[o + word.bandScale]!, now[2]!, quickStep, least);
}

/** A running median of distances: a step up or down by a share of itself, never below the floor. */
function moved(scale: number, distance: number, step: number, floor: number): number {
  return Math.max(floor, scale * (1 + step * (2 * bit(distance > scale) - 1)));
}

/** 1 where it holds, else 0, without a branch: on which side noise falls no processor can guess, and each wrong guess costs it 20 cycles. */
function bit(holds: boolean): number {
  return Number(holds) | 0;
}
