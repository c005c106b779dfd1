// How surprising a sample is by each channel, said in the record, and what the tails of the channels learn from it.
import { channelAt } from './channels.ts';
import * as layout from './layout.ts';
import * as parameters from './parameters.ts';
import type { Shard } from './shard.ts';
import * as standing from './standing.ts';
import { learnTail, settleTail, tailRate, tailSurprise } from './tail.ts';

// Constants of this file, for the reason that channels.ts gives.
const { byte, bytesPerSeries, directions, half, halvesPerSeries, word, wordsPerSeries, wordsPerTail } = layout;
const { scaleSamples, tailShare } = parameters;
const { surpriseSteps } = standing;
const { env, vr } = channelAt;

const channelCount = 6;
const mostSeen = 65_535;
const mostTold = 65_535;

/** The bands speak later than the other channels and their tail starts from nothing, so it takes longer steps. */
const bandAge = 1 / 4;
/** The rate of the tail of the bands by its exceedances; after the last it moves at the least rate that there is. */
const bandRates = Float64Array.from({ length: 4_600 }, (_, seen) => tailRate(((seen + 1) / tailShare) * bandAge));

/**
 * Turns the non-conformities of the scratch into surprises and keeps the largest sum of the quarter of an hour; the tails take
 * them in if it `learns`.
 */
export function tell(shard: Shard, slot: number, sides: number, learns: boolean): void {
  const { f32, u32, u8, u16 } = shard.records;
  const { a, rate, said } = shard.scratch;
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  const h = slot * halvesPerSeries;
  const age = u32[o + word.count]! - scaleSamples;
  // Most series of a shard have one age.
  if (rate[0] !== age) setRates(rate, age);
  // Computed while cold, but not used.
  const isCold = u8[b + byte.cold]! > 0;
  if (isCold) u8[b + byte.cold]! -= 1;
  let sum = 0;
  for (let channel = 0; channel < channelCount; channel += 1) {
    const value = a[channel]!;
    if (value !== value) continue;
    const at = o + word.tails + channel * wordsPerTail;
    said[1] = rate[1]!;
    if (channel === env) {
      const seen = u16[h + half.exceedances + channel]!;
      said[1] = age < (seen + 1) / tailShare ? rate[2]! : bandRates[Math.min(seen, bandRates.length - 1)]!;
    }
    if (value > f32[at]!) sum += exceed(shard, slot, channel, (sides >>> channel) & 1, isCold, learns);
    else if (learns) settleTail(f32, at, said);
  }
  if (sum > 0) f32[o + word.bucket] = Math.max(f32[o + word.bucket]!, sum / surpriseSteps);
}

/** One of a hundred samples, for a channel: the vote for it, in steps of surprise, and what its tail learns. */
function exceed(shard: Shard, slot: number, channel: number, side: number, isCold: boolean, learns: boolean): number {
  const { f32, u8, u16 } = shard.records;
  const { a, said } = shard.scratch;
  const at = slot * wordsPerSeries + word.tails + channel * wordsPerTail;
  const h = slot * halvesPerSeries + channel;
  said[0] = a[channel]!;
  let told = 0;
  if (!isCold) {
    const weight = channel === vr ? 1 : weightOf(u8[slot * bytesPerSeries + byte.direction]!, side === 1);
    tailSurprise(f32, at, said);
    told = Math.min(mostTold, Math.round(said[2]! * weight * surpriseSteps));
    u16[h + half.votes] = told;
  }
  const seen = u16[h + half.exceedances]!;
  if (learns && learnTail(f32, at, said, seen)) u16[h + half.exceedances] = Math.min(seen + 1, mostSeen);
  return told;
}

function setRates(rate: Float64Array, age: number): void {
  rate[0] = age;
  rate[1] = tailRate(age);
  rate[2] = tailRate(age * bandAge);
}

/** When only one side is bad, the other contributes half. */
export function weightOf(direction: number, isUp: boolean): number {
  return direction === directions.both || (direction === directions.up) === isUp ? 1 : 0.5;
}
