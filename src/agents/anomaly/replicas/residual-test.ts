// The minimum-effect window test of one replica: has its distance from its siblings left what it always was, by an amount that matters?
import { medianAbsoluteDeviation, quantileOfSorted, sorted } from '../kernels/order-statistics.ts';
import { studentTail } from '../kernels/student-t.ts';
import type { WindowTest } from '../window/window-test.ts';

/** Windows of five samples without which a pod has no past of its own. */
const leastWindows = 12;
const mostDf = 30;

/** What a pod's distance from its siblings usually is. */
export type ResidualLevel = {
  readonly location: number;
  readonly spread: number;
  readonly low: number;
  readonly high: number;
  readonly windows: number;
  readonly values: Float64Array;
};

/** As of a window test; `exceeded` counts windows of the pod's own past. */
export type ResidualTest = WindowTest;

/** Null while the pod has fewer than twelve windows of its own. */
export function residualLevel(past: Float32Array): ResidualLevel | null {
  if (past.length < leastWindows) return null;
  const ordered = sorted(Float64Array.from(past));
  const location = quantileOfSorted(ordered, 0.5);
  const deciles = (quantileOfSorted(ordered, 0.9) - quantileOfSorted(ordered, 0.1)) / 2.563;
  const range = (ordered.at(-1) ?? 0) - (ordered[0] ?? 0);
  return {
    location,
    spread: Math.max(1.4826 * medianAbsoluteDeviation(ordered, location), deciles, range / 1000),
    low: quantileOfSorted(ordered, 0.05),
    high: quantileOfSorted(ordered, 0.95),
    windows: ordered.length,
    values: ordered,
  };
}

/** detection.md 6.1 and 12. `minimum` is the least change that matters at the level of the siblings. */
export function residualTest(
  x: number,
  level: ResidualLevel,
  minimum: number,
  direction: 'up' | 'down' | 'both',
): ResidualTest {
  const side = x >= level.location ? 'up' : 'down';
  const isBad = direction === 'both' || direction === side;
  const df = Math.min(mostDf, level.windows - 1);
  const t = (Math.abs(x - level.location) - minimum) / standardError(level, minimum);
  const p = isBad ? Math.max(studentTail(t, df), Number.MIN_VALUE) : 1;
  const exceeded = level.values.reduce((sum, one) => sum + ((side === 'up' ? x > one : x < one) ? 1 : 0), 0);
  const surprise = Math.max(0, Math.round(-Math.log10(p) * 1024) / 1024);
  return { x, side, isBad, minimum, t, df, p, surprise, exceeded };
}

/** A pod that never differed from its siblings still has a scale: a fiftieth of what matters. */
function standardError(level: ResidualLevel, minimum: number): number {
  return Math.max(level.spread, minimum / 50) * Math.sqrt(1 + 1 / level.windows);
}
