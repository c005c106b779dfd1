// How far a signal left its own past, in two scales: interquartile ranges about the median, and standard deviations about the mean.
import type { SignalFinding } from '../model/finding.ts';

const leastBefore = 5;
const farthest = 1e4;
/** Of a normal distribution: what the band of nine windows in ten spans, in interquartile ranges and in standard deviations. */
const quartilesOfBand = 0.41;
const deviationsOfBand = 0.304;

/** The largest distance of several signals; null when there are none. */
export function furthest(
  signals: readonly SignalFinding[],
  distance: (finding: SignalFinding) => number,
): number | null {
  return signals.map(distance).reduce<number | null>((high, one) => (high === null || one > high ? one : high), null);
}

/** Robust scaler of BARO (Pham, Ha and Zhang 2024), at most 10,000; by value and band where no points are known. */
export function robustDistance(finding: SignalFinding): number {
  const { before, after } = halves(finding);
  if (before.length < leastBefore || after.length === 0) return bounded(byBand(finding, quartilesOfBand));
  const ordered = before.toSorted((left, right) => left - right);
  const at = (share: number): number => ordered[Math.round((ordered.length - 1) * share)] ?? 0;
  const scale = scaleOf(at(0.75) - at(0.25), finding);
  return bounded(Math.max(...after.map((value) => Math.abs(value - at(0.5)))) / scale);
}

/** The plain max |z|. */
export function plainDistance(finding: SignalFinding): number {
  const { before, after } = halves(finding);
  if (before.length < leastBefore || after.length === 0) return byBand(finding, deviationsOfBand);
  const mean = before.reduce((sum, one) => sum + one, 0) / before.length;
  const variance = before.reduce((sum, one) => sum + (one - mean) ** 2, 0) / before.length;
  return Math.max(...after.map((value) => Math.abs(value - mean))) / scaleOf(Math.sqrt(variance), finding);
}

function halves({ chart = [], onsetMs }: SignalFinding): { readonly before: number[]; readonly after: number[] } {
  return {
    before: chart.filter(([atMs]) => atMs < onsetMs).map(([, value]) => value),
    after: chart.filter(([atMs]) => atMs >= onsetMs).map(([, value]) => value),
  };
}

function byBand(finding: SignalFinding, share: number): number {
  const [low, high] = finding.band;
  return Math.abs(finding.value - finding.baseline) / scaleOf((high - low) * share, finding);
}

/** A series that stood still has a scale too: a fiftieth of what matters. */
function scaleOf(spread: number, { floor }: SignalFinding): number {
  return Math.max(spread, floor / 50, Number.MIN_VALUE);
}

function bounded(value: number): number {
  return Math.min(farthest, value);
}
