// How a new series gets its scales: from its first 100 samples in batch, each from its own statistic; then 100 more set the tails.
import {
  cusumCap,
  cusumClip,
  cusumSlack,
  halfScalesPerDeviation,
  meanLength,
  roughnessLength,
  scaleSamples,
  settledSamples,
} from './parameters.ts';
import {
  flag,
  half,
  byte,
  halvesPerSeries,
  bytesPerSeries,
  doublesPerSeries,
  double,
  phases,
  word,
  wordsPerSeries,
  channels,
  wordsPerTail,
} from './layout.ts';
import type { Shard } from './shard.ts';
import { startTail } from './tail.ts';
import { giveRow, takeRow, warmRowLength } from './warm-rows.ts';

const largestKept = 6;

/** Takes one of the first 100 samples; the last of them sets anchor, floor and scales. */
export function gatherScales(shard: Shard, slot: number): void {
  const { u32, u8 } = shard.records;
  const value = shard.scratch.now[0]!;
  const o = slot * wordsPerSeries;
  if (u32[o + word.warmRow] === 0) u32[o + word.warmRow] = takeRow(shard.warm);
  const row = u32[o + word.warmRow]!;
  if (row === 0) return;
  const n = u32[o + word.count]!;
  shard.warm.f64[row * warmRowLength + n] = value;
  if (!Number.isInteger(value)) u8[slot * bytesPerSeries + byte.flags]! |= flag.fractional;
  u32[o + word.count] = n + 1;
  if (n + 1 === scaleSamples) setScales(shard, slot, row);
}

/** Keeps the six largest values of each channel in the row that held the samples. */
export function gatherTails(shard: Shard, row: number, a: Float64Array): void {
  const { f64 } = shard.warm;
  for (let channel = 0; channel < channels.length; channel += 1) {
    const first = row * warmRowLength + channel * largestKept;
    let index = largestKept - 1;
    const value = a[channel]!;
    if (!(value > f64[first + index]!)) continue;
    for (; index > 0 && value > f64[first + index - 1]!; index -= 1) f64[first + index] = f64[first + index - 1]!;
    f64[first + index] = value;
  }
}

/** Ends the warm-up: tails from their six largest values; the row goes back. */
export function setTails(shard: Shard, slot: number): void {
  const { f32, u32, u16, u8 } = shard.records;
  const o = slot * wordsPerSeries;
  const row = u32[o + word.warmRow]!;
  for (let channel = 0; channel < channels.length; channel += 1) {
    u16[slot * halvesPerSeries + half.exceedances + channel] = startTail(
      f32,
      o + word.tails + channel * wordsPerTail,
      shard.warm.f64,
      row * warmRowLength + channel * largestKept,
    );
  }
  giveRow(shard.warm, row);
  u32[o + word.warmRow] = 0;
  u8[slot * bytesPerSeries + byte.phase] = phases.live;
}

function setScales(shard: Shard, slot: number, row: number): void {
  const { f64, f32, u32, u8 } = shard.records;
  const o = slot * wordsPerSeries;
  const raw = shard.warm.f64.subarray(row * warmRowLength, (row + 1) * warmRowLength);
  const ordered = shard.scratch.ordered.fill(0);
  ordered.set(raw);
  ordered.sort();
  const anchor = ordered[scaleSamples / 2 - 1]! / 2 + ordered[scaleSamples / 2]! / 2;
  const range = ordered[scaleSamples - 1]! - ordered[0]!;
  f64[slot * doublesPerSeries + double.anchor] = anchor;
  if (range === 0) {
    giveRow(shard.warm, row);
    u32[o + word.warmRow] = 0;
    f32[o + word.prev] = 0;
    u8[slot * bytesPerSeries + byte.phase] = phases.flat;
    return;
  }
  setMode(shard, slot, ordered, anchor);
  const floor = floorOf(ordered, range, f32[o + word.deltaMin]!);
  f32[o + word.floor] = floor;
  f32[o + word.med] = 0;
  const values = shard.scratch.values;
  for (let index = 0; index < scaleSamples; index += 1) values[index] = raw[index]! - anchor;
  setHalfScales(shard, o + word.scaleUp, values, 0, floor);
  setRoughness(shard, o, values, floor);
  setMean(shard, o, values, floor);
  setCusum(f32, o, values);
  f32[o + word.prev] = values[scaleSamples - 1]!;
  raw.fill(Number.NEGATIVE_INFINITY);
  u8[slot * bytesPerSeries + byte.settled] = settledSamples;
  u8[slot * bytesPerSeries + byte.phase] = phases.tails;
}

/** detection.md 5.1: from the steps and the range of the values, never from their size. */
function floorOf(ordered: Float64Array, range: number, deltaMin: number): number {
  let quantum = range;
  for (let index = 1; index < ordered.length; index += 1) {
    const step = ordered[index]! - ordered[index - 1]!;
    if (step > 0 && step < quantum) quantum = step;
  }
  return Math.max(Math.min(quantum / 2, range / 20), range / 1000, deltaMin / 50);
}

function setMode(shard: Shard, slot: number, ordered: Float64Array, anchor: number): void {
  const { f32, u16 } = shard.records;
  let best = 0;
  let mode = 0;
  for (let index = 0, run = 0; index < ordered.length; index += 1) {
    run = index > 0 && ordered[index] === ordered[index - 1] ? run + 1 : 1;
    if (run <= best) continue;
    best = run;
    mode = ordered[index]!;
  }
  f32[slot * wordsPerSeries + word.mode] = mode - anchor;
  f32[slot * wordsPerSeries + word.modeShare] = best / ordered.length;
  u16[slot * halvesPerSeries + half.unchanged] = 0;
}

/** Half-scales above and below 0 into two neighbouring words: medians of the distances from `from` on, each of its side. */
function setHalfScales(shard: Shard, at: number, values: Float64Array, from: number, floor: number): void {
  const { f32 } = shard.records;
  const { ordered } = shard.scratch;
  for (let side = 0; side < 2; side += 1) {
    ordered.fill(Number.POSITIVE_INFINITY);
    let n = 0;
    for (let index = from; index < values.length; index += 1) {
      const distance = side === 0 ? values[index]! : -values[index]!;
      if (distance > 0) {
        ordered[n] = distance;
        n += 1;
      }
    }
    ordered.sort();
    const middle = n === 0 ? 0 : (ordered[(n - 1) >> 1]! + ordered[n >> 1]!) / 2;
    f32[at + side] = Math.max(floor, middle);
  }
}

function setRoughness(shard: Shard, o: number, values: Float64Array, floor: number): void {
  const { f32 } = shard.records;
  const { ordered } = shard.scratch;
  ordered.fill(Number.POSITIVE_INFINITY);
  const n = values.length - 1;
  for (let index = 0; index < n; index += 1) ordered[index] = Math.abs(values[index + 1]! - values[index]!);
  ordered.sort();
  const jump = Math.max(floor, (ordered[(n - 1) >> 1]! + ordered[n >> 1]!) / 2);
  let sum = 0;
  for (let index = 0; index < n; index += 1) sum += Math.min(Math.abs(values[index + 1]! - values[index]!), 10 * jump);
  let rough = sum / n;
  for (let index = 0; index < n; index += 1)
    rough += (Math.min(Math.abs(values[index + 1]! - values[index]!), 10 * jump) - rough) / roughnessLength;
  f32[o + word.jump] = jump;
  f32[o + word.rough] = rough;
  f32[o + word.usualRough] = sum / n;
  f32[o + word.bandScale] = jump;
}

function setMean(shard: Shard, o: number, values: Float64Array, floor: number): void {
  const { f32 } = shard.records;
  const means = shard.scratch.means;
  const widest = 10 * Math.max(f32[o + word.scaleUp]!, f32[o + word.scaleDown]!, f32[o + word.jump]!);
  let mean = 0;
  for (let index = 0; index < values.length; index += 1) {
    mean += Math.min(widest, Math.max(-widest, values[index]! - mean)) / meanLength;
    means[index] = mean;
  }
  f32[o + word.mean] = mean;
  setHalfScales(shard, o + word.meanUp, means, meanLength, floor);
}

function setCusum(f32: Float32Array, o: number, values: Float64Array): void {
  let up = 0;
  let down = 0;
  for (let index = 0; index < values.length; index += 1) {
    const scale = f32[o + (values[index]! >= 0 ? word.scaleUp : word.scaleDown)]!;
    const z = Math.min(cusumClip, Math.max(-cusumClip, values[index]! / scale)) / halfScalesPerDeviation;
    up = Math.min(cusumCap, Math.max(0, up + z - cusumSlack));
    down = Math.min(cusumCap, Math.max(0, down - z - cusumSlack));
  }
  f32[o + word.cusumUp] = up;
  f32[o + word.cusumDown] = down;
}
