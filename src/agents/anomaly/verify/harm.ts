// Did a write do harm? Guards are read often; two of three reads must be worse than before it or than the usual.
import type { SignalFinding } from '../../../model/finding.ts';
import { seriesId, type SeriesKey } from '../../../model/signal.ts';
import { sameRef } from '../../../model/target.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { Harm } from '../anomaly-agent-port.ts';
import { median } from '../kernels/order-statistics.ts';
import { type SeriesState, usualAt } from '../series-state.ts';
import type { SeriesTable } from '../series-table.ts';
import { leastSamples, notFixedSurprise, type Windows } from '../settings.ts';
import { minimumEffect, type SignalFamily, type SignalTraits } from '../../../model/signal-traits.ts';
import { shownBand, shownValue } from '../sentence/wording.ts';
import { windowTest, type WindowTest } from '../window/window-test.ts';

/** Of three reads two must agree. */
const readsKept = 3;
const readsNeeded = 2;
const newestSamples = 5;
/** Harm while a change has not settled is at least this many times the least effect that is worth a word. */
const unsettledFloors = 3;
/** Share of the replicas that a rolling update may take down by default (maxUnavailable 25 %). */
const rollingShare = 0.25;
/** Counts begin anew with a change: the usual level says nothing about them. */
const counts: ReadonlySet<SignalFamily> = new Set(['ready', 'restarts']);

const notBad = { isBad: false, sentence: '' } as const;

type Read = { readonly atMs: number; readonly isBad: boolean; readonly sentence: string };

/** `settledAtMs` is null while the change is still under way. */
type Write = { readonly writtenAtMs: number; readonly settledAtMs: number | null };

export interface HarmWatch {
  /** `impacts` are the error budgets that burn now. */
  harmed(
    guards: readonly SeriesKey[],
    write: Write,
    table: SeriesTable,
    view: ClusterView | null,
    impacts: readonly SignalFinding[],
  ): Harm;
}

/** detection.md 16: Bonferroni over the guards; a guard that is not measured is not known, never harmed. */
export function createHarmWatch(windows: Windows): HarmWatch {
  const reads = new Map<string, Read[]>();
  return {
    harmed(guards, write, table, view, impacts) {
      const { writtenAtMs } = write;
      const known = guards
        .map((key) => table.get(seriesId(key)))
        .filter((state) => state !== undefined)
        .filter((state) => before(state, writtenAtMs, windows).length > 0)
        .toSorted((left, right) => (left.id < right.id ? -1 : 1));
      forgetOlder(reads, writtenAtMs);
      const harmed: Read[] = [];
      const names: string[] = [];
      const lost: SeriesState[] = [];
      for (const state of known) {
        const newest = state.live.newestMs ?? 0;
        if (table.nowMs - newest > 2.5 * windows.cycleMs) {
          lost.push(state);
          continue;
        }
        const key = `${writtenAtMs} ${state.id}`;
        const past = reads.get(key) ?? [];
        reads.set(key, past);
        const read = readGuard(state, write, table.nowMs, guards.length, replicasOf(state, view), windows);
        if (read !== null && past.at(-1)?.atMs !== newest) past.push({ ...read, atMs: newest });
        if (past.length > readsKept) past.shift();
        const bad = past.filter((one) => one.isBad);
        const last = bad.at(-1);
        if (bad.length >= readsNeeded && last !== undefined) {
          harmed.push(last);
          names.push(state.id);
        }
      }
      const burning = burnsSince(guards, write, table.nowMs, impacts, windows);
      if (burning.length > 0)
        return {
          word: 'harmed',
          sentence: burning.map((one) => one.sentence).join('; '),
          series: burning.map((one) => seriesId({ signal: one.signal, of: one.of })),
        };
      if (harmed.length > 0)
        return { word: 'harmed', sentence: harmed.map((one) => one.sentence).join('; '), series: names };
      if (lost.length > 0 || known.length === 0)
        return {
          word: 'not known',
          sentence:
            known.length === 0
              ? 'none of the guard signals is measured'
              : `${lost.map((one) => one.traits.title).join(', ')} stopped arriving`,
          series: lost.map((one) => one.id),
        };
      return { word: 'fine', sentence: `${known.length} guard signals are no worse than before the write`, series: [] };
    },
  };
}

/** Budgets that began to burn after the change: a window that still counts the fault before it proves nothing against the write. */
function burnsSince(
  guards: readonly SeriesKey[],
  { writtenAtMs, settledAtMs }: Write,
  nowMs: number,
  impacts: readonly SignalFinding[],
  windows: Windows,
): readonly SignalFinding[] {
  const fromMs = settledAtMs ?? writtenAtMs + windows.settleMs;
  return impacts.filter(
    ({ of, onsetMs, firstSeenMs, burn }) =>
      guards.some((guard) => sameRef(guard.of, of)) &&
      onsetMs > writtenAtMs &&
      firstSeenMs > writtenAtMs &&
      burn !== undefined &&
      nowMs - fromMs >= burn.shortMs,
  );
}

/** Null while too few values lie wholly after the change. */
function readGuard(
  state: SeriesState,
  { writtenAtMs, settledAtMs }: Write,
  nowMs: number,
  guards: number,
  replicas: number | null,
  windows: Windows,
): Omit<Read, 'atMs'> | null {
  // What a workload declares to matter decides what is found; what is taken back is nobody's to declare.
  const { shipped: traits, cpuRequest } = state;
  // Until then a value still counts what the fault did before the repair could take hold, or what a start costs.
  const startMs = traits.family === 'throttling' ? windows.startMs : 0;
  const fromMs = (settledAtMs ?? writtenAtMs + windows.settleMs) + startMs + windows.rateMs;
  const after = state.live.between(fromMs, nowMs).slice(-newestSamples);
  if (after.length < leastSamples) return null;
  const x = median(after);
  const was = before(state, writtenAtMs, windows);
  const side = badSide(state, x, median(was));
  // Traffic and load that rise are no harm that a write did, and a share that leaves room is none at all.
  if (side === null || (side === 'up' && x < (traits.harmlessBelow ?? Number.NEGATIVE_INFINITY))) return notBad;
  const level = usualAt(state, nowMs);
  // Requests that a fault repeated or kept away tell nothing of what the write did.
  if (level === null && traits.family === 'traffic') return notBad;
  // A fault that began a few minutes before the write is at its level when the write is made, not at the median of ten minutes.
  const atWrite = median(was.slice(-leastSamples));
  const worst = worstBefore(traits, side, was, atWrite);
  const isSettling = settledAtMs === null;
  const worseThan = (from: number): number => (side === 'up' ? x - from : from - x);
  const margin = (from: number): number =>
    Math.max(
      minimumEffect(traits, from, side, cpuRequest),
      isSettling ? (traits.family === 'ready' ? Math.ceil(from * rollingShare) : unsettledFloor(traits)) : 0,
    );
  const wasOut = level !== null && isOutOn(side, windowTest(atWrite, level, traits, cpuRequest));
  if (level !== null && traits.family === 'memory' && !isResizedSince(state, writtenAtMs) && level.high > worst)
    return {
      // A repair brings the memory of a service that works back with its traffic: that is no more than it always took.
      isBad: worseThan(level.high) > margin(level.high),
      sentence: told(state, x, `usual ${shownBand(level.low, level.location, level.high, traits.unit)}`),
    };
  if (level === null || wasOut || traits.family === 'memory' || counts.has(traits.family)) {
    const from = traits.family === 'ready' && replicas !== null ? Math.min(worst, replicas) : worst;
    return {
      isBad: worseThan(from) > margin(from),
      sentence: told(state, x, `${shownValue(from, traits.unit)} before the write`),
    };
  }
  const test = windowTest(x, level, traits, cpuRequest);
  const isOut = test.side === side && test.p * Math.max(1, guards) < 10 ** -notFixedSurprise;
  // Visitors come and go by themselves: only those are lost that were there at the write.
  const alsoSinceWrite = isSettling || traits.family === 'traffic';
  const isBad = isOut && (!alsoSinceWrite || worseThan(atWrite) > margin(atWrite));
  return { isBad, sentence: told(state, x, `usual ${shownBand(level.low, level.location, level.high, traits.unit)}`) };
}

/** While a change does not settle, pods come and go and the fault may still grow. */
function unsettledFloor({ floor }: SeriesState['traits']): number {
  return floor.absolute * unsettledFloors;
}

/** The side on which a move would be harm: traffic may only fall, everything else has its own bad side. */
function badSide(state: SeriesState, x: number, was: number): 'up' | 'down' | null {
  const { direction, family } = state.traits;
  if (family === 'traffic') return x < was ? 'down' : null;
  if (state.traits.follows === 'traffic') return null;
  if (direction !== 'both') return direction;
  return x >= was ? 'up' : 'down';
}

function isOutOn(side: 'up' | 'down', test: WindowTest): boolean {
  return test.isBad && test.side === side && test.surprise >= notFixedSurprise;
}

/** Then shares refer to another limit, and what was usual of them says nothing of how much room is left. */
function isResizedSince({ resizedMs }: SeriesState, writtenAtMs: number): boolean {
  return resizedMs !== null && resizedMs >= writtenAtMs;
}

/** A kill cuts a working set off at its highest: the median of what grows and is killed lies far below its limit. */
function worstBefore({ family }: SignalTraits, side: 'up' | 'down', was: readonly number[], atWrite: number): number {
  if (family === 'memory') return Math.max(...was);
  return side === 'up' ? Math.max(median(was), atWrite) : Math.min(median(was), atWrite);
}

function before(state: SeriesState, writtenAtMs: number, windows: Windows): number[] {
  return state.live.between(writtenAtMs - windows.beforeWriteMs, writtenAtMs);
}

function replicasOf(state: SeriesState, view: ClusterView | null): number | null {
  return view?.workload(state.key.of)?.replicas ?? null;
}

function told(state: SeriesState, x: number, against: string): string {
  const { title, suffix = '', unit } = state.traits;
  return `${title} ${shownValue(x, unit)}${suffix}, ${against}`;
}

/** Reads of writes that nobody watches any more. */
function forgetOlder(reads: Map<string, Read[]>, writtenAtMs: number): void {
  if (reads.size < 1_000) return;
  for (const key of reads.keys()) if (Number(key.split(' ', 1)[0]) < writtenAtMs) reads.delete(key);
}
