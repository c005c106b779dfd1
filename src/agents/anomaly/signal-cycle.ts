// One cycle over all measured signals: gate, test, false discoveries by family, findings, dismissals, learning.
import type { Dismissal } from '../../model/finding.ts';
import type { Sample } from '../../model/signal.ts';
import { keyOf } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { moveEpisode } from './dismissals.ts';
import { gateOf } from './gate.ts';
import { benjaminiHochberg } from './kernels/false-discovery.ts';
import { markMs } from './marks.ts';
import { pushCycle, pushResult, type SeriesState } from './series-state.ts';
import type { SeriesTable } from './series-table.ts';
import { openSurprise, type Windows } from './settings.ts';
import { closeSignal, moveSignal, windowMedian } from './signal-findings.ts';
import type { SignalFamily } from '../../model/signal-traits.ts';
import { type Level, type WindowTest, windowTest } from './window-test.ts';

type Pending = { readonly state: SeriesState; readonly test: WindowTest; readonly level: Level };

/** Families in which pods that are still starting look bad by themselves. */
const startUp: ReadonlySet<SignalFamily> = new Set(['cpu', 'memory', 'latency', 'throttling']);

/** `isStarting` tells objects whose template was changed a short while ago. */
export function cycleSignals(
  table: SeriesTable,
  fresh: ReadonlyMap<string, Sample>,
  view: ClusterView,
  isStarting: (key: string) => boolean,
  windows: Windows,
): Dismissal[] {
  const { nowMs } = table;
  const pending: Pending[] = [];
  const silent: SeriesState[] = [];
  for (const state of table.all()) {
    const sample = fresh.get(state.id);
    if (sample !== undefined) pushCycle(state, sample, windows.longGapMs);
    const gate = gateOf(state, sample?.atMs ?? null, nowMs, windows);
    if (gate.open)
      pending.push({
        state,
        level: gate.level,
        test: windowTest(windowMedian(state), gate.level, state.traits, state.cpuRequest),
      });
    else silent.push(state);
  }
  for (const state of silent) pushResult(state, null);
  // Every eligible series of a family counts, whether its test is likely to find something or not.
  for (const family of Map.groupBy(pending, (one) => one.state.traits.family).values()) {
    const adjusted = benjaminiHochberg(family.map((one) => one.test.p));
    for (const [index, { state, test, level }] of family.entries())
      pushResult(state, { test, level, q: adjusted[index] ?? 1, family: family.length });
  }

  const dismissed: Dismissal[] = [];
  for (const state of table.all()) {
    if (isGone(state, view)) {
      closeSignal(state, nowMs);
      if (nowMs - (state.live.newestMs ?? 0) > windows.forgetMs) table.forget(state.id);
      continue;
    }
    moveSignal(state, nowMs, startUp.has(state.traits.family) && isStarting(keyOf(state.key.of)), windows);
    const told = moveEpisode(state, nowMs, windows);
    if (told !== null) dismissed.push(told);
    learnLive(state, nowMs);
  }
  return dismissed;
}

/** One mark per quarter of an hour, never of a stretch that may be a fault. */
function learnLive(state: SeriesState, nowMs: number): void {
  const slot = Math.floor(nowMs / markMs);
  const last = state.results.at(-1) ?? null;
  const newest = state.marks.newestSlot();
  const isSuspect = last !== null && last.test.isBad && last.test.surprise >= openSurprise;
  if (state.open !== null || isSuspect || (newest !== null && newest >= slot)) return;
  if (state.window.at(-1)?.atMs === nowMs) state.marks.set(slot, windowMedian(state));
}

function isGone(state: SeriesState, view: ClusterView): boolean {
  const { of } = state.key;
  if (of.kind === 'Node') return view.complete.has('Node') && !view.nodes.some((one) => one.metadata.name === of.name);
  return view.workload(of) === undefined;
}
