// Opens, keeps and closes findings of signals out of the last five tests, and writes them down with their numbers.
import type { SignalFinding } from '../../model/finding.ts';
import { mayOpen } from './window/opening.ts';
import { onsetSplit } from './kernels/onset.ts';
import { markMs } from './past/marks.ts';
import { cyclesAt, type CycleResult, type SeriesState, usualAt, windowMedian } from './series-state.ts';
import { corroboratedSurprise, cyclesToClose, cyclesToOpen, type Windows } from './settings.ts';
import { shownBand, shownValue } from './sentence/wording.ts';

type Tested = NonNullable<CycleResult>;

export function signalFindingId(state: SeriesState): string {
  return `signal:${state.id}`;
}

/** Moves one series by one cycle. `isQuiet` holds its opening back: pods of a new template are still starting. */
export function moveSignal(state: SeriesState, nowMs: number, isQuiet: boolean, windows: Windows): void {
  const result = state.tested;
  if (state.open === null) {
    if (result !== null && !isQuiet && mayOpen(state, result, nowMs, windows)) open(state, result, nowMs, windows);
    return;
  }
  const isClean = result === null ? isBack(state, nowMs) : isUsual(result);
  if (isClean === null) return;
  if (result !== null) state.open.last = result;
  state.open.cleanCycles = isClean ? state.open.cleanCycles + 1 : 0;
  if (!isClean) state.open.lastSeenMs = nowMs;
  if (state.open.cleanCycles >= cyclesToClose) closeSignal(state, nowMs);
}

function isUsual({ test, level }: Tested): boolean {
  return test.surprise < 1 && Math.abs(test.x - level.location) < test.minimum;
}

/**
 * A finding that lasts for days learns nothing and outlives what it was compared with: then the last level that was known tells
 * whether the signal is back. Null while there is no sample, or no such level.
 */
function isBack(state: SeriesState, nowMs: number): boolean | null {
  const last = state.open?.last ?? null;
  if (last === null || state.window.at(-1)?.atMs !== nowMs || usualAt(state, nowMs) !== null) return null;
  return Math.abs(windowMedian(state) - last.level.location) < last.test.minimum;
}

export function closeSignal(state: SeriesState, nowMs: number): void {
  if (state.open === null) return;
  state.closed = {
    atMs: nowMs,
    firstSeenMs: state.open.firstSeenMs,
    onset: { atMs: state.open.onsetMs, rangeMs: state.open.onsetRangeMs },
  };
  state.open = null;
}

function open(state: SeriesState, result: Tested, nowMs: number, windows: Windows): void {
  const again = state.closed !== null && nowMs - state.closed.atMs <= windows.refractoryMs ? state.closed : null;
  const onset = again?.onset ?? onsetOf(state, result, nowMs, windows);
  state.open = {
    firstSeenMs: again?.firstSeenMs ?? nowMs,
    onsetMs: onset.atMs,
    onsetRangeMs: onset.rangeMs,
    side: result.test.side,
    lastSeenMs: nowMs,
    cleanCycles: 0,
    last: result,
  };
  // What was learned since it began is the fault, not the usual.
  state.marks.dropFrom(Math.floor(onset.atMs / markMs));
}

type Onset = { readonly atMs: number; readonly rangeMs: readonly [number, number] };

/** When it began, and between when and when that may have been. */
function onsetOf(state: SeriesState, result: Tested, nowMs: number, windows: Windows): Onset {
  const samples = state.live.all().filter((one) => one.atMs > nowMs - windows.onsetMs);
  const timeOf = (index: number): number => samples[index]?.atMs ?? nowMs;
  const residuals = samples.map(({ atMs, value }) => value - (usualNear(state, atMs) ?? result.level.location));
  const split = onsetSplit(residuals, Math.max(0, Math.ceil(windows.rateMs / windows.cycleMs) - 1));
  if (split !== null) return { atMs: timeOf(split.index), rangeMs: [timeOf(split.first), timeOf(split.last)] };
  const first = samples.findLastIndex(({ value }) => Math.abs(value - result.level.location) <= result.test.minimum);
  // The newest sample alone may be back in its band: then the change is as young as it can be, never as old as the samples.
  return { atMs: timeOf(first + 1), rangeMs: [timeOf(Math.max(0, first)), timeOf(first + 1)] };
}

function usualNear(state: SeriesState, atMs: number): number | null {
  return usualAt(state, atMs)?.location ?? null;
}

/** Whether the signal is sure enough to corroborate with another one. */
function isStrong(state: SeriesState): boolean {
  return cyclesAt(state, corroboratedSurprise) >= cyclesToOpen;
}

/** Null while a finding that was taken over after a start has not been tested yet. */
export function signalFindingOf(state: SeriesState, hasCompany: boolean): SignalFinding | null {
  const { open: held, traits } = state;
  if (held === null || held.last === null) return null;
  const { test, level, q } = held.last;
  const strong = hasCompany && isStrong(state);
  return {
    kind: 'signal',
    id: signalFindingId(state),
    of: state.key.of,
    severity: test.x < (traits.harmlessBelow ?? Number.NEGATIVE_INFINITY) ? 'info' : traits.severity,
    onsetMs: held.onsetMs,
    onsetRangeMs: [...held.onsetRangeMs],
    firstSeenMs: held.firstSeenMs,
    lastSeenMs: held.lastSeenMs,
    sentence: signalSentence(state, test.x),
    signal: state.key.signal,
    unit: traits.unit,
    value: test.x,
    baseline: level.location,
    band: [level.low, level.high],
    floor: test.minimum,
    direction: held.side,
    test: {
      name: level.weaker === 2 ? 'minimum effect against the day before' : 'minimum effect against the same hour',
      stat: sixDigits(test.t),
      df: test.df,
      p: sixDigits(test.p),
      q: sixDigits(q),
      windows: level.windows,
      exceeded: test.exceeded,
      family: traits.family,
      m: held.last.family,
    },
    confidence:
      level.weaker === 0
        ? strong
          ? 'corroborated'
          : 'validated'
        : level.weaker === 1 && strong
          ? 'validated'
          : 'candidate',
  };
}

/** "p99 900 ms, usual 180 ms". */
function signalSentence(state: SeriesState, value: number): string {
  const { title, suffix = '', unit } = state.traits;
  const level = state.open?.last?.level ?? null;
  const usual = level === null ? '' : `, usual ${shownBand(level.low, level.location, level.high, unit)}`;
  return `${title} ${shownValue(value, unit)}${suffix}${usual}`;
}

export function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
