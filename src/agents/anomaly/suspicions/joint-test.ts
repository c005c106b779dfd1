// Do several signals of one workload, each too small to matter alone, lie off together? One test over all of them that allows for their moving together.
import { minimumEffect } from '../../../model/signal-traits.ts';
import { median } from '../kernels/order-statistics.ts';
import { studentTail } from '../kernels/student-t.ts';
import { usualAt, type SeriesState } from '../series-state.ts';
import { leastSamples } from '../settings.ts';
import type { Level } from '../window/window-test.ts';
import { normalQuantile, normalTail } from './normal.ts';

export type JointTest = {
  readonly stat: number;
  readonly p: number;
  /** -log10 p, in steps of 1/1024. */
  readonly surprise: number;
  readonly signals: readonly {
    readonly state: SeriesState;
    readonly level: Level;
    readonly x: number;
    readonly z: number;
  }[];
};

/**
 * Half of what matters is enough of each when several agree: the null is that every signal moved by at most half its least effect.
 * Stouffer's sum of normal scores over its standard deviation under the correlation of the signals' own past (Stouffer 1949; for
 * correlated scores Strube 1985). Null while fewer than two families can be tested.
 */
export function jointTest(
  states: readonly SeriesState[],
  nowMs: number,
  oldestMs: number,
  correlation: (one: SeriesState, other: SeriesState) => number,
): JointTest | null {
  const signals = states.flatMap((state) => {
    const level = usualAt(state, nowMs);
    if (level === null || level.weaker === 2 || !isFresh(state, oldestMs)) return [];
    const x = median(state.window.map((one) => one.value));
    return [{ state, level, x, z: scoreOf(state, level, x) }];
  });
  if (new Set(signals.map((one) => one.state.traits.family)).size < 2) return null;
  let variance = 0;
  for (const [at, one] of signals.entries())
    for (const [other, two] of signals.entries()) variance += at === other ? 1 : correlation(one.state, two.state);
  const stat = signals.reduce((sum, one) => sum + one.z, 0) / Math.sqrt(variance);
  const p = Math.max(normalTail(stat), Number.MIN_VALUE);
  return { stat, p, surprise: Math.max(0, Math.round(-Math.log10(p) * 1024) / 1024), signals };
}

/** Values that are older say nothing of now: a series that fell silent is a gap, not a witness. */
export function isFresh(state: SeriesState, oldestMs: number): boolean {
  return state.window.length >= leastSamples && (state.window.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= oldestMs;
}

/** A score is held to ±6, so that one signal alone never decides: that is what the window test is for. */
const mostScore = 6;

function scoreOf(state: SeriesState, level: Level, x: number): number {
  const { traits, cpuRequest } = state;
  const side = traits.direction === 'both' ? (x >= level.location ? 'up' : 'down') : traits.direction;
  const worse = side === 'up' ? x - level.location : level.location - x;
  const margin = minimumEffect(traits, level.location, side, cpuRequest) / 2;
  const df = Math.max(1, Math.min(30, 5 * (level.days - 1)));
  const t = (worse - margin) / (level.spread * Math.sqrt(1 + 1 / level.days));
  const p = Math.min(1 - 1e-12, Math.max(studentTail(t, df), 1e-12));
  return Math.max(-mostScore, Math.min(mostScore, normalQuantile(1 - p)));
}
