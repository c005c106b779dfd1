// Which series keep the past that tier two compares with, where there are more of them than there is room for: those that were tested
// last. What a suspect lacks is asked back from the source, so that it is not judged by nothing.
import { seriesId, type SeriesKey } from '../../../model/signal.ts';
import { keyOf } from '../../../model/target.ts';
import type { SeriesState } from '../series-state.ts';

export interface KeptPasts {
  /** After a cycle in which `tested` were tested, all when null: gives the room of the least recently tested back. */
  bound(states: readonly SeriesState[], tested: ReadonlySet<string> | null, nowMs: number): void;
  /**
   * Series that were tested without the past that they once had, by id; each is told once for each cycle that tests it, and those
   * after the last that was told come first: what cannot be read keeps nobody else from being asked for.
   */
  wanted(most: number): readonly SeriesKey[];
  readonly held: number;
  /** Pasts given back since the start. */
  readonly released: number;
}

/** Twice what one cycle tests at most, so that suspects do not push one another out: 380 MB. */
export const mostPasts = 40_000;
/** Some room more is made than is needed, so that not every cycle has to sort. */
const keptShare = 0.95;

export function createKeptPasts(most: number = mostPasts): KeptPasts {
  const testedMs = new Map<string, number>();
  let lacking: SeriesKey[] = [];
  let lastTold = '';
  let held = 0;
  let released = 0;
  return {
    bound(states, tested, nowMs) {
      lacking = [];
      if (tested === null) testedMs.clear();
      else for (const id of tested) testedMs.set(id, nowMs);
      if (testedMs.size > states.length) keepKnown(testedMs, states);
      const withPast: SeriesState[] = [];
      for (const state of states) {
        if (state.marks.isReleased) {
          if (tested === null || tested.has(state.id)) lacking.push(state.key);
        } else if (state.marks.newestSlot() !== null) withPast.push(state);
      }
      held = withPast.length;
      if (held <= most) return;
      const leaving = withPast
        .filter((state) => state.open === null && (tested === null || !tested.has(state.id)))
        .map((state) => ({ state, lastMs: testedMs.get(state.id) ?? 0, owner: `${keyOf(state.key.of)} ${state.id}` }))
        // Of those that were never tested whole workloads leave: a signal is read beside the requests of its workload.
        .toSorted((left, right) => left.lastMs - right.lastMs || (left.owner < right.owner ? -1 : 1))
        .slice(0, held - Math.floor(keptShare * most));
      for (const { state } of leaving) {
        state.marks.release();
        testedMs.delete(state.id);
      }
      held -= leaving.length;
      released += leaving.length;
    },
    wanted(some) {
      const next = Math.max(
        0,
        lacking.findIndex((key) => seriesId(key) > lastTold),
      );
      const inTurn = [...lacking.slice(next), ...lacking.slice(0, next)];
      lacking = inTurn.splice(some);
      const last = inTurn.at(-1);
      if (last !== undefined) lastTold = seriesId(last);
      return inTurn;
    },
    get held() {
      return held;
    },
    get released() {
      return released;
    },
  };
}

function keepKnown(testedMs: Map<string, number>, states: readonly SeriesState[]): void {
  const known = new Set(states.map((one) => one.id));
  for (const id of testedMs.keys()) if (!known.has(id)) testedMs.delete(id);
}
