// Everything that the anomaly agent keeps of one series: its past, its live samples, the last five tests and what is open.
import { seriesId, type Sample, type SeriesKey } from '../../model/signal.ts';
import { createLiveSamples, type LiveSamples } from './past/live-samples.ts';
import type { RateBelief } from './kernels/negative-binomial.ts';
import { median } from './kernels/order-statistics.ts';
import { createMarks, type Marks } from './past/marks.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { countBelief, countSlot } from './window/count-test.ts';
import type { Expectation, Habits } from './past/day-level.ts';
import { type References, referencesAt } from './past/references.ts';
import { lastingSurprise } from './settings.ts';
import { type Level, levelOf, type WindowTest } from './window/window-test.ts';

/** One cycle of the test; null where the series had a gap, too little traffic or nothing to compare with. */
export type CycleResult = {
  readonly test: WindowTest;
  readonly level: Level;
  readonly q: number;
  readonly family: number;
} | null;

/** What later cycles ask of a cycle, and all that a restart keeps of it. */
type Witness = {
  readonly test: Pick<WindowTest, 'side' | 'isBad' | 'surprise'>;
  readonly q: number;
} | null;

/** A test and the level behind it without the windows that it was worked out from. */
type TestNumbers = {
  readonly test: WindowTest;
  readonly level: Pick<Level, 'location' | 'low' | 'high' | 'windows' | 'days' | 'weaker'>;
  readonly q: number;
  readonly family: number;
};

/** The test's `t` at its highest on the furthest and on the second furthest of the past days, each tested against the others. */
export type OwnPast = { readonly highest: number; readonly second: number; readonly days: number };

type OpenSignal = {
  readonly firstSeenMs: number;
  readonly onsetMs: number;
  readonly onsetRangeMs: readonly [number, number];
  readonly side: 'up' | 'down';
  lastSeenMs: number;
  cleanCycles: number;
  /** The newest test; null until one was possible after a start without what was kept. */
  last: TestNumbers | null;
};

/** A stretch in which the newest sample lay further from the last hour than what matters. */
export type Episode = {
  readonly startedMs: number;
  cycles: number;
  quietCycles: number;
  /** Furthest value of the stretch with its test, in minimum effects against the last hour. */
  furthest: {
    readonly value: number;
    readonly lastHour: number;
    readonly effects: number;
    readonly result: CycleResult;
  };
  told: boolean;
};

export type SeriesState = {
  readonly id: string;
  readonly key: SeriesKey;
  /** As shipped, with the floors of this workload. */
  traits: SignalTraits;
  readonly shipped: SignalTraits;
  readonly marks: Marks;
  /** Of ready replicas, how many more than the wanted ones there were: never above 0. Null until one was seen. */
  besideWanted: Marks | null;
  readonly live: LiveSamples;
  /** Last five samples of cycles, oldest first. */
  readonly window: { atMs: number; value: number; weight: number | undefined }[];
  /** Last five cycles, oldest first. */
  readonly results: Witness[];
  /** The newest of them. */
  tested: CycleResult;
  /** Cycles in a row, up to the newest, that were on one bad side and surprising enough for what lasts. */
  lasting: number;
  open: OpenSignal | null;
  closed: {
    readonly atMs: number;
    readonly firstSeenMs: number;
    readonly onset: { readonly atMs: number; readonly rangeMs: readonly [number, number] };
  } | null;
  episode: Episode | null;
  /** Memory limits in bytes that shares refer to. */
  basis: number | null;
  /** When they were last seen to have changed. */
  resizedMs: number | null;
  /** CPU request of the workload in cores. */
  cpuRequest: number;
  /** Median of the window; null when a sample came since. */
  median: number | null;
  /** Median of the last hour, worked out again every five cycles. */
  lastHour: { readonly atMs: number; readonly level: number } | null;
  expected: Expectation | null;
  /** What the week says about the rate of a count; worked out again when it learned more. */
  counted: {
    readonly slot: number;
    readonly version: number;
    readonly newest: number | null;
    readonly belief: RateBelief;
  } | null;
  habits: { readonly day: number; readonly withRequests: boolean; readonly habits: Habits } | null;
  /** Id of the requests of the same workload, for what follows them. */
  readonly requestsId: string | null;
  /** How far out its own past days would have been found, worked out again each hour when it is asked for. */
  ownPast: { readonly hour: number; readonly side: 'up' | 'down'; readonly found: OwnPast | null } | null;
  usual: {
    readonly slot: number;
    readonly version: number;
    readonly found: { readonly references: References; readonly level: Level } | null;
  } | null;
  /** Replicas that could be compared with one another in the newest cycle, and those that are odd; null when none has a past. */
  peers: { readonly pods: number; readonly odd: readonly string[] } | null;
};

const windowLength = 5;
export const quarterMs = 15 * 60_000;

/** Live samples younger than `liveMs` are held; two hours when absent. */
export function createSeriesState(key: SeriesKey, traits: SignalTraits, liveMs?: number): SeriesState {
  return {
    id: seriesId(key),
    key,
    traits,
    shipped: traits,
    marks: createMarks(),
    besideWanted: null,
    live: createLiveSamples(liveMs),
    window: [],
    results: [],
    tested: null,
    lasting: 0,
    open: null,
    closed: null,
    episode: null,
    basis: null,
    resizedMs: null,
    cpuRequest: 0,
    median: null,
    lastHour: null,
    expected: null,
    counted: null,
    habits: null,
    ownPast: null,
    requestsId: traits.follows === 'traffic' ? seriesId({ signal: 'sli.rps', of: key.of }) : null,
    usual: null,
    peers: null,
  };
}

/** Null brings the floors of the catalogue back. What was worked out with other floors is worked out again. */
export function keepFloor(state: SeriesState, floor: SignalTraits['floor'] | null): void {
  const wanted = floor ?? state.shipped.floor;
  if (wanted.absolute === state.traits.floor.absolute && wanted.relative === state.traits.floor.relative) return;
  state.traits = { ...state.shipped, floor: wanted };
  state.usual = null;
  state.expected = null;
  state.habits = null;
  state.ownPast = null;
}

/** Takes a cycle's sample into the window; a long gap starts it anew. */
export function pushCycle(state: SeriesState, sample: Sample, longGapMs: number): void {
  const last = state.window.at(-1);
  if (last !== undefined && sample.atMs <= last.atMs) return;
  if (last !== undefined && sample.atMs - last.atMs > longGapMs) state.window.length = 0;
  state.window.push({ atMs: sample.atMs, value: sample.value, weight: sample.weight });
  if (state.window.length > windowLength) state.window.shift();
  state.median = null;
}

/** Median of the last five samples; NaN before the first. */
export function windowMedian(state: SeriesState): number {
  state.median ??= median(state.window.map((one) => one.value));
  return state.median;
}

export function pushResult(state: SeriesState, result: CycleResult): void {
  const side = state.results.at(-1)?.test.side;
  if (result === null || !result.test.isBad || result.test.surprise < lastingSurprise) state.lasting = 0;
  else state.lasting = result.test.side === side ? state.lasting + 1 : 1;
  state.results.push(result);
  state.tested = result;
  if (state.results.length > windowLength) state.results.shift();
}

/** Cycles of the last five whose surprise toward the bad side is at least `surprise`. */
export function cyclesAt(state: SeriesState, surprise: number): number {
  return state.results.filter((one) => one !== null && one.test.isBad && one.test.surprise >= surprise).length;
}

/** What is usual at a time of day, or null when too little was learned. */
export function usualAt(state: SeriesState, atMs: number): Level | null {
  return usualWindowsAt(state, atMs)?.level ?? null;
}

/** The same with the windows that it was worked out from; once each quarter of an hour. */
export function usualWindowsAt(
  state: SeriesState,
  atMs: number,
): { readonly references: References; readonly level: Level } | null {
  const slot = Math.round(atMs / quarterMs);
  const version = state.marks.version();
  if (state.usual?.slot === slot && state.usual.version === version) return state.usual.found;
  const references = referencesAt(state.marks, slot * quarterMs);
  const found =
    references === null
      ? null
      : { references, level: levelOf(references, state.marks.texture(), state.traits, state.cpuRequest) };
  state.usual = { slot, version, found };
  return found;
}

/** What the last week says about the rate of events of which a window shows `windowMs`. */
export function beliefAt(state: SeriesState, nowMs: number, windowMs: number): RateBelief {
  const slot = countSlot(nowMs);
  const version = state.marks.version();
  const newest = state.marks.newestSlot();
  const known = state.counted;
  if (known?.slot === slot && known.version === version && known.newest === newest) return known.belief;
  const belief = countBelief(state.marks, nowMs, windowMs);
  state.counted = { slot, version, newest, belief };
  return belief;
}
