// One signal of one replica: its distance from the siblings, the last five tests, and what is open.
import type { SignalFinding } from '../../../model/finding.ts';
import { median } from '../kernels/order-statistics.ts';
import { cyclesToClose, cyclesToOpen, falseDiscoveryRate, leastSamples, openSurprise } from '../settings.ts';
import { createPodPast, type PodPast } from './pod-past.ts';
import { type ResidualLevel, residualLevel, type ResidualTest } from './residual-test.ts';
import type { Residual } from './residuals.ts';

/** What a cycle says of it; null where it could not be tested. */
export type PodResult = {
  readonly atMs: number;
  readonly test: ResidualTest;
  readonly level: ResidualLevel;
  /** Value of the pod and median of its siblings, each a median of five samples. */
  readonly value: number;
  readonly others: number;
  readonly q: number;
  /** Pods that were tested with it. */
  readonly m: number;
} | null;

/** What later cycles ask of a cycle, and all that a restart keeps of it. */
type PodWitness = {
  readonly atMs: number;
  readonly test: Pick<ResidualTest, 'side' | 'isBad' | 'surprise'>;
  readonly q: number;
} | null;

type OpenPod = {
  readonly firstSeenMs: number;
  readonly onsetMs: number;
  readonly onsetRangeMs: readonly [number, number];
  readonly side: 'up' | 'down';
  lastSeenMs: number;
  cleanCycles: number;
  last: NonNullable<PodResult> | null;
};

export type RecentOfPod = {
  readonly atMs: number;
  readonly value: number;
  readonly others: number;
  readonly residual: number;
};

export type PodSeries = {
  readonly pod: string;
  readonly past: PodPast;
  /** Last five samples, oldest first. */
  readonly recent: RecentOfPod[];
  readonly results: PodWitness[];
  /** Cross-sectional deviations in the newest cycle, for the order in which pods are kept. */
  oddness: number;
  /** Samples since the past took one in. */
  unlearned: number;
  open: OpenPod | null;
  closed: { readonly atMs: number; readonly firstSeenMs: number; readonly onsetMs: number } | null;
  level: { readonly version: number; readonly level: ResidualLevel | null } | null;
};

const windowLength = 5;

export function createPodSeries(pod: string): PodSeries {
  return {
    pod,
    past: createPodPast(),
    recent: [],
    results: [],
    oddness: 0,
    unlearned: 0,
    open: null,
    closed: null,
    level: null,
  };
}

/** Takes a sample in; false when it is not newer than the last one. A long gap starts the window anew. */
export function pushPod(
  series: PodSeries,
  atMs: number,
  value: number,
  { others, residual, oddness }: Residual,
  longGapMs: number,
): boolean {
  const last = series.recent.at(-1)?.atMs;
  if (last !== undefined && atMs <= last) return false;
  if (last !== undefined && atMs - last > longGapMs) series.recent.length = 0;
  series.recent.push({ atMs, value, others, residual });
  if (series.recent.length > windowLength) series.recent.shift();
  series.oddness = oddness;
  series.unlearned += 1;
  return true;
}

/** Medians of the last five samples; null while there are fewer than three. */
export function podWindow(series: PodSeries): Omit<RecentOfPod, 'atMs'> | null {
  if (series.recent.length < leastSamples) return null;
  return {
    value: median(series.recent.map((one) => one.value)),
    others: median(series.recent.map((one) => one.others)),
    residual: median(series.recent.map((one) => one.residual)),
  };
}

export function podLevel(series: PodSeries): ResidualLevel | null {
  const { version } = series.past;
  if (series.level?.version !== version) series.level = { version, level: residualLevel(series.past.all()) };
  return series.level.level;
}

/** Takes a result in, opens or closes, and learns what is no fault. `minimum` is what matters at the level of the siblings. */
export function movePod(
  series: PodSeries,
  result: PodResult,
  nowMs: number,
  minimum: number,
  refractoryMs: number,
): void {
  series.results.push(result);
  if (series.results.length > windowLength) series.results.shift();
  if (series.open === null) {
    if (result !== null && shouldOpen(series, result)) open(series, result, nowMs, refractoryMs);
  } else keep(series, series.open, result, nowMs, minimum);
  learn(series, nowMs, result);
}

/** A cycle without a sample of it. */
export function missPod(series: PodSeries): void {
  series.results.push(null);
  if (series.results.length > windowLength) series.results.shift();
}

/** A finding from before a start is open again; what it was tested against is gone with the process. */
export function adoptPod(series: PodSeries, finding: SignalFinding): void {
  series.open ??= {
    firstSeenMs: finding.firstSeenMs,
    onsetMs: finding.onsetMs,
    onsetRangeMs: finding.onsetRangeMs ?? [finding.onsetMs, finding.onsetMs],
    side: finding.direction,
    lastSeenMs: finding.lastSeenMs,
    cleanCycles: 0,
    last: null,
  };
}

/** L ≥ 3 in three of five cycles on one side, and selected against false discoveries in one of them. */
function shouldOpen(series: PodSeries, now: NonNullable<PodResult>): boolean {
  if (!now.test.isBad) return false;
  const same = suspects(series, now.test.side);
  return same.length >= cyclesToOpen && same.some((one) => one.q <= falseDiscoveryRate);
}

function suspects(series: PodSeries, side: 'up' | 'down'): NonNullable<PodWitness>[] {
  return series.results
    .filter((one) => one !== null)
    .filter((one) => one.test.isBad && one.test.side === side && one.test.surprise >= openSurprise);
}

function open(series: PodSeries, result: NonNullable<PodResult>, nowMs: number, refractoryMs: number): void {
  const again = series.closed !== null && nowMs - series.closed.atMs <= refractoryMs ? series.closed : null;
  const firstSuspectMs = suspects(series, result.test.side)[0]?.atMs ?? nowMs;
  const samples = series.recent.map((one) => one.atMs);
  const stepMs = samples.length < 2 ? 0 : ((samples.at(-1) ?? 0) - (samples[0] ?? 0)) / (samples.length - 1);
  // A median of five passes when three of them have moved: the change is two samples older than the first that passed.
  const onsetMs = again?.onsetMs ?? firstSuspectMs - 2 * stepMs;
  series.open = {
    firstSeenMs: again?.firstSeenMs ?? nowMs,
    onsetMs,
    onsetRangeMs: [onsetMs - 2 * stepMs, again === null ? firstSuspectMs : onsetMs],
    side: result.test.side,
    lastSeenMs: nowMs,
    cleanCycles: 0,
    last: result,
  };
}

/** Without a past of its own it is clean when it is less than what matters away from its siblings. */
function keep(series: PodSeries, held: OpenPod, result: PodResult, nowMs: number, minimum: number): void {
  const window = podWindow(series);
  if (result !== null) held.last = result;
  const isClean =
    result === null
      ? window !== null && Math.abs(window.residual) < minimum
      : result.test.surprise < 1 && Math.abs(result.test.x - result.level.location) < result.test.minimum;
  held.cleanCycles = isClean ? held.cleanCycles + 1 : 0;
  if (!isClean) held.lastSeenMs = nowMs;
  if (held.cleanCycles < cyclesToClose) return;
  series.closed = { atMs: nowMs, firstSeenMs: held.firstSeenMs, onsetMs: held.onsetMs };
  series.open = null;
}

/** One window of five samples at a time, never of a stretch that may be a fault. */
function learn(series: PodSeries, nowMs: number, result: PodResult): void {
  if (series.unlearned < windowLength) return;
  const isSuspect = result !== null && result.test.isBad && result.test.surprise >= openSurprise;
  const window = podWindow(series);
  if (series.open !== null || isSuspect || window === null) return;
  series.unlearned = 0;
  series.past.push(nowMs, window.residual);
}
