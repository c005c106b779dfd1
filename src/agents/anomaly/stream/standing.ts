// What can be said of a series now: whether it can be tested, by which kind of test, and how surprising it was of late.
import {
  byte,
  bytesPerSeries,
  channels,
  double,
  doublesPerSeries,
  flag,
  half,
  halvesPerSeries,
  phases,
  word,
  wordsPerSeries,
  type Channel,
  type Records,
} from './layout.ts';
import { bucketMs, constantSamples, meanOfCounts, modeShareOfCounts, staleSteps } from './parameters.ts';

export type Standing = 'warm-up' | 'gap' | 'constant' | 'count' | 'test';

/** Surprises are told and compared in these steps, so that the last bits of an engine's logarithm decide nothing. */
export const surpriseSteps = 1024;

/** detection.md 4, in the order of its rules; `nowMs` is the newest cycle. */
export function standingOf({ f64, f32, u32, u16, u8 }: Records, slot: number, nowMs: number): Standing {
  const o = slot * wordsPerSeries;
  const b = slot * bytesPerSeries;
  const phase = u8[b + byte.phase]!;
  if (nowMs - f64[slot * doublesPerSeries + double.lastMs]! > staleSteps * u32[o + word.stepMs]!) return 'gap';
  if (phase === phases.flat) return 'constant';
  if (phase !== phases.live) return 'warm-up';
  if (u16[slot * halvesPerSeries + half.unchanged]! >= constantSamples) return 'constant';
  if (f32[o + word.modeShare]! > modeShareOfCounts) return 'count';
  const middle = f64[slot * doublesPerSeries + double.anchor]! + f32[o + word.med]!;
  const isWhole = (u8[b + byte.flags]! & flag.fractional) === 0;
  return isWhole && middle >= 0 && middle < meanOfCounts ? 'count' : 'test';
}

/** E of the newest cycle: the summed surprise of all channels, in steps of 1/1024. */
export function surpriseOf({ u16 }: Records, slot: number): number {
  const at = slot * halvesPerSeries + half.votes;
  let sum = 0;
  for (let channel = 0; channel < channels.length; channel += 1) sum += u16[at + channel]!;
  return sum / surpriseSteps;
}

/** The largest E of this quarter of an hour and of the one before. */
export function recentSurpriseOf({ f64, f32 }: Records, slot: number, nowMs: number): number {
  const o = slot * wordsPerSeries;
  const passed = Math.floor(nowMs / bucketMs) - Math.floor(f64[slot * doublesPerSeries + double.lastMs]! / bucketMs);
  if (passed > 1) return 0;
  return passed === 1 ? f32[o + word.bucket]! : Math.max(f32[o + word.bucket]!, f32[o + word.bucketBefore]!);
}

/** Whether a series that had never moved did so by what matters in the last half hour. */
export function movedOf({ f64, u8 }: Records, slot: number, nowMs: number): boolean {
  const b = slot * bytesPerSeries;
  if (u8[b + byte.phase] !== phases.scales || (u8[b + byte.flags]! & flag.moved) === 0) return false;
  return nowMs - f64[slot * doublesPerSeries + double.anchor]! <= 2 * bucketMs;
}

export function votesOf({ u16 }: Records, slot: number): Readonly<Record<Channel, number>> {
  const at = slot * halvesPerSeries + half.votes;
  const vote = (channel: Channel): number => u16[at + channels.indexOf(channel)]! / surpriseSteps;
  return {
    med: vote('med'),
    env: vote('env'),
    mean: vote('mean'),
    vr: vote('vr'),
    last: vote('last'),
    cus: vote('cus'),
  };
}
