// One pass of tier one over a shard: every series takes its sample of the cycle, says how surprising it is, and learns from it.
// Pure over the views it is given: no clock, no allocation, no order between series, so any thread may run any shard.
import type { Bands } from './bands.ts';
import { env, last, learn, measure, vr } from './channels.ts';
import {
  byte,
  bytesPerSeries,
  directions,
  double,
  doublesPerSeries,
  flag,
  half,
  halvesPerSeries,
  phases,
  ringLength,
  word,
  wordsPerSeries,
  wordsPerTail,
} from './layout.ts';
import {
  bucketMs,
  coldGapMs,
  coldSamples,
  constantSamples,
  forgetMs,
  largestValue,
  longGapMs,
  roughnessMemory,
  scaleSamples,
  staleSteps,
  tailShare,
  tailSamples,
} from './parameters.ts';
import type { Shard } from './shard.ts';
import { surpriseSteps } from './standing.ts';
import { learnTail, tailRate, tailSurprise } from './tail.ts';
import { gatherScales, gatherTails, setTails } from './warm-up.ts';
import { giveRow } from './warm-rows.ts';

const channelCount = 6;
/**
 * Steps the first `count` records of a shard. `values[first + slot]` is the sample of a series in this cycle (a rate, never a
 * raw counter), NaN where there is none. `bands` are only read: `learnBands` writes them once all shards have passed.
 */
export function stepShard(
  shard: Shard,
  bands: Bands,
  values: Float64Array,
  first: number,
  count: number,
  atMs: number,
): void {
  for (let slot = 0; slot < count; slot += 1) stepSeries(shard, slot, bands, values[first + slot]!, atMs);
}

/** One sample of one series; what is not a number, comes twice or comes late is dropped. */
export function stepSeries(shard: Shard, slot: number, bands: Bands, value: number, atMs: number): void {
  shard.scratch.now[0] = value;
  step(shard, slot, bands, atMs);
}

function step(shard: Shard, slot: number, bands: Bands, atMs: number): void {
  const { f64, f32, u32, u8 } = shard.records;
  const { now } = shard.scratch;
  const value = now[0]!;
  const b = slot * bytesPerSeries;
  if (u8[b + byte.phase] === phases.empty) return;
  silence(shard, slot);
  const lastMs = f64[slot * doublesPerSeries + double.lastMs]!;
  const isFrozen = (u8[b + byte.flags]! & flag.frozen) !== 0;
  const isUsable = Math.abs(value) <= largestValue;
  // One that a lost thread took already teaches the bands, too.
  shard.heard[slot] = isUsable && atMs >= lastMs && !isFrozen ? 1 : 0;
  if (!isUsable || !(atMs > lastMs)) return;
  rollBuckets(f32, slot * wordsPerSeries, lastMs, atMs);
  f64[slot * doublesPerSeries + double.lastMs] = atMs;
  afterGap(shard, slot, atMs - lastMs);
  if (u8[b + byte.phase] === phases.flat) stepFlat(shard, slot, value, atMs);
  if (u8[b + byte.phase] === phases.flat) return;
  if (u8[b + byte.phase] === phases.scales) {
    if (!isFrozen) gatherScales(shard, slot, value);
    return;
  }
  now[1] = value - f64[slot * doublesPerSeries + double.anchor]!;
  const sides = measure(shard, slot, bands, atMs);
  if (u8[b + byte.phase] === phases.live) {
    speak(shard, slot, sides);
    if (!isFrozen) learnTails(shard, slot);
  }
  if (!isFrozen) {
    const o = slot * wordsPerSeries;
    u32[o + word.count] = Math.min(u32[o + word.count]! + 1, 0xffff_ffff);
    if (u8[b + byte.phase] === phases.tails) {
      gatherTails(shard, u32[o + word.warmRow]!, shard.scratch.a);
      if (u32[o + word.count] === scaleSamples + tailSamples) setTails(shard, slot);
    }
    learn(shard, slot, bands, atMs);
  }
  remember(shard, slot);
}

/** Makes a series forget all but what it is: its next sample is its first. */
function restartSeries(shard: Shard, slot: number): void {
  const { u32, u8 } = shard.records;
  const o = slot * wordsPerSeries;
  if (u32[o + word.warmRow] !== 0) giveRow(shard.warm, u32[o + word.warmRow]!);
  u32[o + word.warmRow] = 0;
  u32[o + word.count] = 0;
  u8[slot * bytesPerSeries + byte.phase] = phases.scales;
  u8[slot * bytesPerSeries + byte.cold] = 0;
  u8[slot * bytesPerSeries + byte.flags]! &= flag.frozen;
}

/** Starts the short memories anew; scales, tails and bands stay. */
export function restartShort(shard: Shard, slot: number): void {
  const { f32, u8 } = shard.records;
  const o = slot * wordsPerSeries;
  f32[o + word.prev] = Number.NaN;
  f32[o + word.mean] = f32[o + word.med]!;
  f32[o + word.cusumUp] = 0;
  f32[o + word.cusumDown] = 0;
  f32[o + word.rough] = f32[o + word.usualRough]!;
  u8[slot * bytesPerSeries + byte.ringFill] = 0;
}

function silence({ records }: Shard, slot: number): void {
  const at = slot * halvesPerSeries + half.votes;
  for (let channel = 0; channel < channelCount; channel += 1) records.u16[at + channel] = 0;
}

function rollBuckets(f32: Float32Array, o: number, lastMs: number, atMs: number): void {
  const passed = Math.floor(atMs / bucketMs) - Math.floor(lastMs / bucketMs);
  if (passed < 1) return;
  f32[o + word.bucketBefore] = passed === 1 ? f32[o + word.bucket]! : 0;
  f32[o + word.bucket] = 0;
}

/** detection.md 4: what a gap takes away. */
function afterGap(shard: Shard, slot: number, gapMs: number): void {
  const { u32, u8 } = shard.records;
  const longestStep = staleSteps * u32[slot * wordsPerSeries + word.stepMs]!;
  if (gapMs <= longGapMs || gapMs <= longestStep) return;
  if (gapMs > Math.max(forgetMs, longestStep)) restartSeries(shard, slot);
  const phase = u8[slot * bytesPerSeries + byte.phase]!;
  if (phase !== phases.tails && phase !== phases.live) return;
  restartShort(shard, slot);
  if (gapMs > Math.max(coldGapMs, longestStep)) u8[slot * bytesPerSeries + byte.cold] = coldSamples;
}

/** A series that never moved has no scales: its first move is as rare as its age says, and starts a warm-up. */
function stepFlat(shard: Shard, slot: number, value: number, atMs: number): void {
  const { f64, f32, u32, u8, u16 } = shard.records;
  const o = slot * wordsPerSeries;
  const n = u32[o + word.count]!;
  const change = value - f64[slot * doublesPerSeries + double.anchor]!;
  u32[o + word.count] = Math.min(n + 1, 0xffff_ffff);
  if (change === 0) return;
  const weight = weightOf(u8[slot * bytesPerSeries + byte.direction]!, change > 0);
  const surprise = Math.round(Math.log10(n + 2) * weight * surpriseSteps);
  u16[slot * halvesPerSeries + half.votes + last] = surprise;
  f32[o + word.bucket] = Math.max(f32[o + word.bucket]!, surprise / surpriseSteps);
  restartSeries(shard, slot);
  if (Math.abs(change) < f32[o + word.deltaMin]!) return;
  u8[slot * bytesPerSeries + byte.flags]! |= flag.moved;
  f64[slot * doublesPerSeries + double.anchor] = atMs;
}

/** Turns non-conformities into surprises and keeps the largest sum of the quarter of an hour. */
function speak(shard: Shard, slot: number, sides: number): void {
  const { f32, u8, u16 } = shard.records;
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  const at = slot * halvesPerSeries + half.votes;
  // Computed while cold, but not used.
  if (u8[b + byte.cold]! > 0) {
    u8[b + byte.cold]! -= 1;
    return;
  }
  const direction = u8[b + byte.direction]!;
  let sum = 0;
  for (let channel = 0; channel < channelCount; channel += 1) {
    const surprise = tailSurprise(f32, o + word.tails + channel * wordsPerTail, shard.scratch.a[channel]!);
    if (surprise === 0) continue;
    const weight = channel === vr ? 1 : weightOf(direction, ((sides >>> channel) & 1) === 1);
    const told = Math.min(65_535, Math.round(surprise * weight * surpriseSteps));
    u16[at + channel] = told;
    sum += told;
  }
  f32[o + word.bucket] = Math.max(f32[o + word.bucket]!, sum / surpriseSteps);
}

/** When only one side is bad, the other contributes half. */
function weightOf(direction: number, isUp: boolean): number {
  return direction === directions.both || (direction === directions.up) === isUp ? 1 : 0.5;
}

function learnTails(shard: Shard, slot: number): void {
  const { f32, u32, u16 } = shard.records;
  const o = slot * wordsPerSeries;
  const n = u32[o + word.count]! - scaleSamples;
  const known = shard.scratch.rate;
  if (known[0] !== n) {
    known[0] = n;
    known[1] = tailRate(n);
  }
  const at = slot * halvesPerSeries + half.exceedances;
  for (let channel = 0; channel < channelCount; channel += 1) {
    const a = shard.scratch.a[channel]!;
    if (a !== a) continue;
    const seen = u16[at + channel]!;
    // The bands speak later and their tail starts from nothing, so it takes longer steps.
    const rate = channel === env ? tailRate(Math.min(n, (seen + 1) / tailShare) / 4) : known[1]!;
    if (learnTail(f32, o + word.tails + channel * wordsPerTail, a, rate, seen))
      u16[at + channel] = Math.min(seen + 1, 65_535);
  }
}

function remember(shard: Shard, slot: number): void {
  const { f32, u8, u16 } = shard.records;
  const value = shard.scratch.now[0]!;
  const v = shard.scratch.now[1]!;
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  const kept = Math.fround(v);
  const at = slot * halvesPerSeries + half.unchanged;
  u16[at] = kept === f32[o + word.prev] ? Math.min(u16[at]! + 1, 65_535) : 0;
  if (u16[at] === constantSamples) f32[o + word.mode] = kept;
  f32[o + word.modeShare] =
    f32[o + word.modeShare]! + ((kept === f32[o + word.mode] ? 1 : 0) - f32[o + word.modeShare]!) / roughnessMemory;
  if (!Number.isInteger(value)) u8[b + byte.flags]! |= flag.fractional;
  f32[o + word.prev] = kept;
  for (let index = 1; index < ringLength; index += 1) f32[o + word.ring + index - 1] = f32[o + word.ring + index]!;
  f32[o + word.ring + ringLength - 1] = kept;
  if (u8[b + byte.ringFill]! < ringLength) u8[b + byte.ringFill]! += 1;
}
