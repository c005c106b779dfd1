// One cycle over all measured signals: gate, test, false discoveries by family, findings, dismissals, learning.
import type { Dismissal } from '../../model/finding.ts';
import { apiServerRef, type Sample } from '../../model/signal.ts';
import { lookAtOwnPasts } from './window/opening.ts';
import { keyOf, sameRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { moveEpisode } from './dismissals.ts';
import { gateOf } from './gate.ts';
import { benjaminiHochberg } from './kernels/false-discovery.ts';
import { markMs } from './past/marks.ts';
import { testFew } from './window/ratio-test.ts';
import { pushCycle, pushResult, type SeriesState, windowMedian } from './series-state.ts';
import type { SeriesTable } from './series-table.ts';
import { leastSamples, openSurprise, type Windows } from './settings.ts';
import { closeSignal, moveSignal } from './signal-findings.ts';
import type { SignalFamily } from '../../model/signal-traits.ts';
import { testWindows } from './window/two-windows.ts';
import { expectedOf, learnBesideWanted, wantedOf } from './past/wanted-replicas.ts';
import { type Level, type WindowTest, withP } from './window/window-test.ts';

type Pending = { readonly state: SeriesState; readonly test: WindowTest; readonly level: Level };

/** Share of the replicas that a rolling update may take down by default (maxUnavailable 25 %). */
const rollingShare = 0.25;

/** Families in which pods that are still starting look bad by themselves. */
const startUp: ReadonlySet<SignalFamily> = new Set(['cpu', 'memory', 'latency', 'throttling']);

/**
 * `isStarting` tells objects whose template was changed a short while ago. Only `suspects` are tested, all series when null; those
 * that are calm count all the same, since choosing by the same data must not make a family smaller.
 */
export function cycleSignals(
  table: SeriesTable,
  fresh: ReadonlyMap<string, Sample>,
  view: ClusterView,
  isStarting: (key: string) => boolean,
  windows: Windows,
  suspects: ReadonlySet<string> | null = null,
): Dismissal[] {
  const { nowMs } = table;
  const pending: Pending[] = [];
  const silent: SeriesState[] = [];
  const calm = new Map<SignalFamily, number>();
  const noted: (readonly [SeriesState, number | null])[] = [];
  for (const state of table.all()) {
    const sample = fresh.get(state.id);
    if (sample !== undefined) pushCycle(state, sample, windows.longGapMs);
    noted.push([state, sample?.atMs ?? null]);
  }
  for (const [state, sampleMs] of noted) {
    const gate = gateOf(state, sampleMs, nowMs, windows, requestsOf(state, table, fresh));
    if (!gate.open) {
      const few = gate.why === 'too little traffic' ? testFew(state, nowMs, windows) : null;
      if (few === null) silent.push(state);
      else pending.push({ state, ...few });
      continue;
    }
    if (suspects?.has(state.id) === false) {
      calm.set(state.traits.family, (calm.get(state.traits.family) ?? 0) + 1);
      silent.push(state);
      continue;
    }
    const x = windowMedian(state);
    const wanted = wantedOf(state, view);
    const expected = (wanted === null ? null : expectedOf(state, wanted, nowMs)) ?? gate.expected;
    const tested = testWindows(x, state, expected, nowMs, windows);
    pending.push({ state, ...tested, test: wanted !== null && x >= wanted ? withP(tested.test, 1) : tested.test });
  }
  for (const state of silent) pushResult(state, null);
  // Every eligible series of a family counts, whether its test is likely to find something or not.
  for (const [name, family] of Map.groupBy(pending, (one) => one.state.traits.family)) {
    const eligible = family.length + (calm.get(name) ?? 0);
    const adjusted = benjaminiHochberg(
      family.map((one) => one.test.p),
      eligible,
    );
    for (const [index, { state, test, level }] of family.entries())
      pushResult(state, { test, level, q: adjusted[index] ?? 1, family: eligible });
  }

  lookAtOwnPasts(table.all(), nowMs, windows, (state) => requestsOf(state, table, fresh)?.marks ?? null);
  const dismissed: Dismissal[] = [];
  for (const state of table.all()) {
    if (isGone(state, view)) {
      closeSignal(state, nowMs);
      if (nowMs - (state.live.newestMs ?? 0) > windows.forgetMs) table.forget(state.id);
      continue;
    }
    moveSignal(state, nowMs, isExcused(state, view) && isStarting(keyOf(state.key.of)), windows);
    const told = moveEpisode(state, nowMs, windows);
    if (told !== null) dismissed.push(told);
    learnLive(state, nowMs, wantedOf(state, view));
  }
  return dismissed;
}

/** Families that look bad by themselves while pods start; a rolling update takes some of the replicas down. */
function isExcused(state: SeriesState, view: ClusterView): boolean {
  if (state.traits.family !== 'ready') return startUp.has(state.traits.family);
  const wanted = wantedOf(state, view) ?? 0;
  return windowMedian(state) >= wanted - Math.max(1, Math.ceil(wanted * rollingShare));
}

/** Requests of the same workload, when this cycle measured them. */
function requestsOf(
  state: SeriesState,
  table: SeriesTable,
  fresh: ReadonlyMap<string, Sample>,
): { readonly marks: SeriesState['marks']; readonly now: number } | null {
  if (state.requestsId === null || !fresh.has(state.requestsId)) return null;
  const requests = table.get(state.requestsId);
  return requests === undefined || requests.window.length < leastSamples
    ? null
    : { marks: requests.marks, now: windowMedian(requests) };
}

/** One mark per five minutes, never of a stretch that may be a fault. */
function learnLive(state: SeriesState, nowMs: number, wanted: number | null): void {
  const slot = Math.floor(nowMs / markMs);
  const last = state.results.at(-1) ?? null;
  const newest = state.marks.newestSlot();
  const isSuspect = last !== null && last.test.isBad && last.test.surprise >= openSurprise;
  if (state.open !== null || isSuspect || (newest !== null && newest >= slot)) return;
  if (state.window.at(-1)?.atMs !== nowMs) return;
  state.marks.set(slot, windowMedian(state));
  if (wanted !== null) learnBesideWanted(state, slot, windowMedian(state), wanted);
}

function isGone(state: SeriesState, view: ClusterView): boolean {
  const { of } = state.key;
  if (of.kind === 'Node') return view.complete.has('Node') && !view.nodes.some((one) => one.metadata.name === of.name);
  if (sameRef(of, apiServerRef)) return false;
  return view.workload(of) === undefined;
}
