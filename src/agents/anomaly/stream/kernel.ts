// One pass of tier one over a shard: every series takes its sample of the cycle, says how surprising it is, and learns from it.
// Pure over the views it is given: no clock, no allocation, no order between series, so any thread may run any shard.
import { hourOf, type Bands } from './bands.ts';
import { channelAt, measure } from './channels.ts';
import * as layout from './layout.ts';
import * as parameters from './parameters.ts';
import type { Shard } from './shard.ts';
import * as standing from './standing.ts';
import { tell, weightOf } from './surprise.ts';
import { gatherScales, gatherTails, setTails } from './warm-up.ts';
import { giveRow } from './warm-rows.ts';

// Constants of this file, for the reason that channels.ts gives.
const { byte, bytesPerSeries, double, doublesPerSeries, flag, half, halvesPerSeries, phases, word, wordsPerSeries } =
  layout;
const { bucketMs, coldGapMs, coldSamples, constantSamples, forgetMs, largestValue, longGapMs } = parameters;
const { roughnessMemory, scaleSamples, settledSamples, staleSteps, tailSamples } = parameters;
const { surpriseSteps } = standing;
const votesWord = half.votes / 2;
const lastVote = half.votes + channelAt.last;

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
  startPass(shard, atMs);
  for (let slot = 0; slot < count; slot += 1) stepSeries(shard, slot, bands, values, first + slot);
}

/** Begins the cycle `atMs`: what its time says to all series alike. */
export function startPass({ scratch: { time } }: Shard, atMs: number): void {
  if (time.at[0] === atMs) return;
  time.at[0] = atMs;
  time.at[1] = Math.floor(atMs / bucketMs) * bucketMs;
  time.hour[0] = hourOf(atMs);
}

/**
 * Takes the sample `values[index]` of one series in the cycle that was begun; what is not a number, comes twice or comes late
 * is dropped. No number with a fraction is handed from function to function: each would be an object on the heap.
 */
export function stepSeries(shard: Shard, slot: number, bands: Bands, values: Float64Array, index: number): void {
  const { f64, u32, u8 } = shard.records;
  const { now, time } = shard.scratch;
  const value = values[index]!;
  const atMs = time.at[0]!;
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  if (u8[b + byte.phase] === phases.empty) return;
  silence(shard, slot);
  const lastMs = f64[slot * doublesPerSeries + double.lastMs]!;
  const learns = (u8[b + byte.flags]! & flag.frozen) === 0;
  const isUsable = Math.abs(value) <= largestValue;
  // One that a lost thread took already teaches the bands, too.
  shard.heard[slot] = isUsable && atMs >= lastMs && learns ? 1 : 0;
  if (!isUsable || !(atMs > lastMs)) return;
  now[0] = value;
  if (!(lastMs >= time.at[1]!)) rollBuckets(shard, slot);
  f64[slot * doublesPerSeries + double.lastMs] = atMs;
  if (atMs - lastMs > longGapMs) afterGap(shard, slot, atMs - lastMs);
  if (u8[b + byte.phase] === phases.flat) stepFlat(shard, slot);
  const phase = u8[b + byte.phase]!;
  if (phase === phases.flat) return;
  if (phase === phases.scales) {
    if (learns) gatherScales(shard, slot);
    return;
  }
  now[1] = value - f64[slot * doublesPerSeries + double.anchor]!;
  const sides = measure(shard, slot, bands, learns, phase === phases.live);
  if (phase === phases.live) tell(shard, slot, sides, learns);
  if (learns) {
    const count = Math.min(u32[o + word.count]! + 1, 0xffff_ffff);
    u32[o + word.count] = count;
    if (phase === phases.tails) gatherTails(shard, u32[o + word.warmRow]!, shard.scratch.a);
    if (phase === phases.tails && count === scaleSamples + tailSamples) setTails(shard, slot);
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
  u8[slot * bytesPerSeries + byte.settled] = 0;
}

/** The votes of six channels, two in a word. */
function silence({ records: { u32 } }: Shard, slot: number): void {
  const at = slot * wordsPerSeries + votesWord;
  u32[at] = 0;
  u32[at + 1] = 0;
  u32[at + 2] = 0;
}

function rollBuckets({ records: { f32, f64 }, scratch: { time } }: Shard, slot: number): void {
  const o = slot * wordsPerSeries;
  const lastMs = f64[slot * doublesPerSeries + double.lastMs]!;
  const passed = Math.floor(time.at[0]! / bucketMs) - Math.floor(lastMs / bucketMs);
  if (passed < 1) return;
  f32[o + word.bucketBefore] = passed === 1 ? f32[o + word.bucket]! : 0;
  f32[o + word.bucket] = 0;
}

/** detection.md 4: what a gap of more than half an hour takes away. */
function afterGap(shard: Shard, slot: number, gapMs: number): void {
  const { u32, u8 } = shard.records;
  const longestStep = staleSteps * u32[slot * wordsPerSeries + word.stepMs]!;
  if (gapMs <= longestStep) return;
  if (gapMs > Math.max(forgetMs, longestStep)) restartSeries(shard, slot);
  const phase = u8[slot * bytesPerSeries + byte.phase]!;
  if (phase !== phases.tails && phase !== phases.live) return;
  restartShort(shard, slot);
  if (gapMs > Math.max(coldGapMs, longestStep)) u8[slot * bytesPerSeries + byte.cold] = coldSamples;
}

/** A series that never moved has no scales: its first move is as rare as its age says, and starts a warm-up. */
function stepFlat(shard: Shard, slot: number): void {
  const { f64, f32, u32, u8, u16 } = shard.records;
  const { now, time } = shard.scratch;
  const o = slot * wordsPerSeries;
  const n = u32[o + word.count]!;
  const change = now[0]! - f64[slot * doublesPerSeries + double.anchor]!;
  u32[o + word.count] = Math.min(n + 1, 0xffff_ffff);
  if (change === 0) return;
  const weight = weightOf(u8[slot * bytesPerSeries + byte.direction]!, change > 0);
  const surprise = Math.round(Math.log10(n + 2) * weight * surpriseSteps);
  u16[slot * halvesPerSeries + lastVote] = surprise;
  f32[o + word.bucket] = Math.max(f32[o + word.bucket]!, surprise / surpriseSteps);
  restartSeries(shard, slot);
  if (Math.abs(change) < f32[o + word.deltaMin]!) return;
  u8[slot * bytesPerSeries + byte.flags]! |= flag.moved;
  f64[slot * doublesPerSeries + double.anchor] = time.at[0]!;
}

/** What the gate asks for later: whether the series still moves, how often it is at one value, whether it has fractions. */
function remember(shard: Shard, slot: number): void {
  const { f32, u8, u16 } = shard.records;
  const value = shard.scratch.now[0]!;
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  const kept = Math.fround(shard.scratch.now[1]!);
  const at = slot * halvesPerSeries + half.unchanged;
  const unchanged = kept === f32[o + word.prev] ? Math.min(u16[at]! + 1, 65_535) : 0;
  u16[at] = unchanged;
  if (unchanged === constantSamples) f32[o + word.mode] = kept;
  const share = f32[o + word.modeShare]!;
  f32[o + word.modeShare] = share + ((kept === f32[o + word.mode] ? 1 : 0) - share) / roughnessMemory;
  const flags = u8[b + byte.flags]!;
  if ((flags & flag.fractional) === 0 && !Number.isInteger(value)) u8[b + byte.flags] = flags | flag.fractional;
  f32[o + word.prev] = kept;
  if (u8[b + byte.settled]! < settledSamples) u8[b + byte.settled]! += 1;
}
