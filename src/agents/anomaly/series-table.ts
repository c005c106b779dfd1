// All series that the agent knows, the newest sample of each pod, and what a workload's template says about them.
import type { History, Observation, Sample, SignalId } from '../../model/signal.ts';
import { seriesId } from '../../model/signal.ts';
import { parseQuantity } from '../../model/quantity.ts';
import type { Workload } from '../../model/view.ts';
import type { ClusterView } from '../../model/view.ts';
import type { LearnedSeries } from './past/learned.ts';
import { isKnown, type KnownSlots, knownSlots } from './past/known-slots.ts';
import { createMarks, markMs, slotOf } from './past/marks.ts';
import { loadRecent } from './past/recent.ts';
import { seriesKeyOf } from './series-key.ts';
import { createSeriesState, type SeriesState } from './series-state.ts';
import { largestValue } from './stream/parameters.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';

export interface SeriesTable {
  readonly nowMs: number;
  get(id: string): SeriesState | undefined;
  /** By id, so that nothing depends on the order in which samples came. */
  all(): readonly SeriesState[];
  /** Newest samples by pod of a workload's series. */
  pods(id: string): ReadonlyMap<string, Sample>;
  /** Takes back what was kept over a restart at `atMs`. */
  recall(kept: readonly LearnedSeries[], atMs: number): void;
  learn(histories: readonly History[]): void;
  /** Takes in a read. Returns the workload and node samples that no cycle has tested yet. */
  note(observation: Observation): ReadonlyMap<string, Sample>;
  /** Limits and requests as the view has them now; a resized limit re-bases what was learned of its share. */
  follow(view: ClusterView, atMs: number): void;
  forget(id: string): void;
  /** A series whose past was given back may learn it again, all of it. */
  hold(id: string): void;
}

/** `declared` answers for signals that users add while the process runs; `liveMs` is how long live samples are held. */
export function createSeriesTable(
  signals: readonly SignalTraits[],
  declared: (signal: SignalId) => SignalTraits | undefined = () => undefined,
  liveMs?: number,
): SeriesTable {
  const traits = new Map<SignalId, SignalTraits>(signals.map((one) => [one.id, one]));
  const series = new Map<string, SeriesState>();
  let pods = new Map<string, Map<string, Sample>>();
  /** Of series that were kept. */
  const recalled = new Map<string, KnownSlots>();
  let nowMs = 0;
  let ordered: readonly SeriesState[] | null = null;

  const stateOf = (key: Sample['key']): SeriesState | undefined => {
    const id = seriesId(key);
    const known = series.get(id);
    if (known !== undefined) return known;
    const traitsOfSignal = traits.get(key.signal) ?? declared(key.signal);
    if (traitsOfSignal === undefined) return undefined;
    const made = createSeriesState(key, traitsOfSignal, liveMs);
    series.set(id, made);
    ordered = null;
    return made;
  };

  return {
    get nowMs() {
      return nowMs;
    },
    get: (id) => series.get(id),
    all() {
      ordered ??= [...series.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1));
      return ordered;
    },
    pods: (id) => pods.get(id) ?? new Map(),
    recall(kept, atMs) {
      const keptSlot = Math.floor(atMs / markMs);
      for (const { id, basis, marks, besideWanted, recent, live } of kept) {
        const key = seriesKeyOf(id);
        const state = key === null ? undefined : stateOf(key);
        if (state === undefined) continue;
        state.marks.load(marks);
        if (besideWanted !== null) {
          state.besideWanted ??= createMarks();
          state.besideWanted.load(besideWanted);
        }
        state.basis = basis;
        for (let at = 0; at + 1 < live.length; at += 2) state.live.push(live[at] ?? 0, live[at + 1] ?? 0);
        loadRecent(state, recent);
        recalled.set(id, knownSlots(marks, keptSlot));
      }
    },
    learn(histories) {
      for (const { key, stepMs, points } of histories) {
        if (key.pod !== undefined) continue;
        const state = stateOf(key);
        if (state === undefined) continue;
        const known = recalled.get(state.id) ?? [];
        // What is read while a finding is open holds its fault, too.
        const faultySlot = state.open === null ? Number.POSITIVE_INFINITY : Math.floor(state.open.onsetMs / markMs);
        const tolerance = Math.min(stepMs, markMs) / 2;
        for (const { atMs, value } of points) {
          const slot = slotOf(atMs);
          if (slot >= faultySlot || Math.abs(atMs - slot * markMs) > tolerance || isKnown(known, slot)) continue;
          state.marks.set(slot, value);
        }
      }
    },
    note(observation) {
      nowMs = Math.max(nowMs, observation.atMs);
      pods = new Map();
      const fresh = new Map<string, Sample>();
      for (const sample of observation.samples) {
        // One absurd value would leave numbers behind that nothing can keep over a restart.
        if (!(Math.abs(sample.value) <= largestValue)) continue;
        if (sample.key.pod !== undefined) {
          const id = seriesId({ signal: sample.key.signal, of: sample.key.of });
          const byPod = pods.get(id) ?? new Map<string, Sample>();
          pods.set(id, byPod);
          if (!byPod.has(sample.key.pod)) byPod.set(sample.key.pod, sample);
          continue;
        }
        const state = stateOf(sample.key);
        if (state === undefined || fresh.has(state.id)) continue;
        state.live.push(sample.atMs, sample.value);
        // A guard read may have brought it first: for the test it is new until a cycle has seen it.
        if (sample.atMs > (state.window.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) fresh.set(state.id, sample);
      }
      return fresh;
    },
    follow(view, atMs) {
      for (const state of series.values()) {
        const workload = view.workload(state.key.of);
        if (workload === undefined) continue;
        if (state.traits.floor.shareOfRequest !== undefined)
          state.cpuRequest = workload.replicas * sumOf(workload, 'requests', 'cpu');
        if (state.key.signal !== 'memory.share') continue;
        const basis = sumOf(workload, 'limits', 'memory');
        if (state.basis !== null && state.basis > 0 && basis > 0 && basis !== state.basis)
          state.marks.scale(state.basis / basis);
        if (state.basis !== null && basis !== state.basis) state.resizedMs = atMs;
        state.basis = basis;
      }
    },
    forget(id) {
      series.delete(id);
      ordered = null;
    },
    hold(id) {
      recalled.delete(id);
      series.get(id)?.marks.hold();
    },
  };
}

function sumOf(workload: Workload, part: 'requests' | 'limits', resource: 'cpu' | 'memory'): number {
  return (workload.template.spec?.containers ?? []).reduce((sum, one) => {
    const text = one.resources?.[part]?.[resource];
    return sum + (text === undefined ? 0 : (parseQuantity(text) ?? 0));
  }, 0);
}
