// Ready replicas are held against those that are wanted: an autoscaler moves the count from day to day, and what is usually missing is known.
import type { ClusterView } from '../../../model/view.ts';
import type { Expected } from './expected-level.ts';
import { createMarks } from './marks.ts';
import { referencesAt } from './references.ts';
import type { SeriesState } from '../series-state.ts';
import { levelOf, movedLevel } from '../window/window-test.ts';

/** Replicas that the workload itself asks for; null for other signals, and where it is not known. */
export function wantedOf(state: SeriesState, view: ClusterView): number | null {
  return state.traits.family === 'ready' ? (view.workload(state.key.of)?.replicas ?? null) : null;
}

/** What should be ready: those that are wanted, less what is usually missing at this hour. Null until something was learned of that. */
export function expectedOf(state: SeriesState, wanted: number, nowMs: number): Expected | null {
  const references = state.besideWanted === null ? null : referencesAt(state.besideWanted, nowMs);
  if (references === null || state.besideWanted === null) return null;
  const level = levelOf(references, state.besideWanted.texture(), state.traits, state.cpuRequest);
  return { short: movedLevel(level, { factor: 1, shift: wanted }), long: () => null };
}

/** Keeps how many are ready beside those that are wanted: 0 when all of them are. */
export function learnBesideWanted(state: SeriesState, slot: number, ready: number, wanted: number): void {
  state.besideWanted ??= createMarks();
  state.besideWanted.set(slot, Math.min(0, ready - wanted));
}
