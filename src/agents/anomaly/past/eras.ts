// Which values become the usual after a rollout: those before it stay the references until a day has shown that the level is the same, or better (detection.md 8).
import { minimumEffect } from '../../../model/signal-traits.ts';
import { keyOf } from '../../../model/target.ts';
import type { Changes } from '../changes/changes.ts';
import type { KeptEra } from './learned.ts';
import { daysKept, markMs } from './marks.ts';
import { type SeriesState, usualAt } from '../series-state.ts';
import type { SeriesTable } from '../series-table.ts';
import type { Windows } from '../settings.ts';

/** Share of a day's values that may lie apart by chance and noise. */
const mostApart = 0.1;
const dayMs = 86_400_000;

type Trial = {
  readonly rolloutMs: number;
  /** Values since the rollout by slot, of the last day. */
  readonly values: Map<number, { readonly value: number; readonly isApart: boolean }>;
  /** Version of the marks in which they are the usual for want of another; null while they wait. */
  lentAt: number | null;
};

export interface Eras {
  /** Call after each cycle has learned: takes out of the usual what was learned since a rollout that is not adopted yet. */
  follow(table: SeriesTable, changes: Changes): void;
  /** Values that wait for adoption. */
  waiting(id: string): number;
  kept(id: string): KeptEra;
  /** Takes back what was kept at `atMs`. */
  recall(kept: readonly { readonly id: string; readonly era: KeptEra }[], atMs: number): void;
}

export function createEras(windows: Windows): Eras {
  const trials = new Map<string, Trial>();
  /** The rollout that a series has taken in. */
  const adopted = new Map<string, number>();
  /** When series were kept by a process before this one: a rollout since then is on trial, however old it is by now. */
  const keptMs = new Map<string, number>();

  return {
    follow(table, changes) {
      const rollouts = new Map<string, number>();
      for (const state of table.all()) {
        if (isOfTheApi(state)) continue;
        const key = keyOf(state.key.of);
        const rolloutMs = rollouts.get(key) ?? changes.newestRollout(state.key.of)?.atMs ?? 0;
        rollouts.set(key, rolloutMs);
        // A revision that came back was seen when it did; after a start the API tells only when it was made.
        const newestMs = Math.max(rolloutMs, adopted.get(state.id) ?? 0, trials.get(state.id)?.rolloutMs ?? 0);
        if (newestMs === 0 || adopted.get(state.id) === newestMs) continue;
        followOne(state, newestMs, table.nowMs);
      }
      for (const id of trials.keys()) if (table.get(id) === undefined) trials.delete(id);
      for (const id of adopted.keys()) if (table.get(id) === undefined) adopted.delete(id);
    },
    waiting: (id) => trials.get(id)?.values.size ?? 0,
    kept(id) {
      const trial = trials.get(id);
      const waiting = [...(trial?.values ?? [])].flatMap(([slot, one]) => [
        2 * slot + (one.isApart ? 1 : 0),
        one.value,
      ]);
      return {
        adoptedMs: adopted.get(id) ?? null,
        trial: trial === undefined ? null : { rolloutMs: trial.rolloutMs, waiting: Float64Array.from(waiting) },
      };
    },
    recall(kept, atMs) {
      for (const { id, era } of kept) {
        keptMs.set(id, atMs);
        if (era.adoptedMs !== null) adopted.set(id, era.adoptedMs);
        if (era.trial === null) continue;
        const values: Trial['values'] = new Map();
        const { rolloutMs, waiting } = era.trial;
        for (let at = 0; at + 1 < waiting.length; at += 2) {
          const place = waiting[at] ?? 0;
          values.set(Math.floor(place / 2), { value: waiting[at + 1] ?? 0, isApart: place % 2 === 1 });
        }
        trials.set(id, { rolloutMs, values, lentAt: null });
      }
    },
  };

  function followOne(state: SeriesState, rolloutMs: number, nowMs: number): void {
    // A past that was given back is not gone: it is read again before anything is compared with it.
    if (state.marks.isReleased) return;
    let trial = trials.get(state.id);
    if (trial?.rolloutMs !== rolloutMs) {
      // What was seen of a rollout that another one followed within the day is neither's level.
      if (trial === undefined && nowMs - rolloutMs >= dayMs && rolloutMs <= (keptMs.get(state.id) ?? rolloutMs)) {
        adopted.set(state.id, rolloutMs);
        return;
      }
      trial = { rolloutMs, values: new Map(), lentAt: null };
      trials.set(state.id, trial);
    }
    const sinceMs = nowMs - rolloutMs - windows.graceMs;
    const isDayFull = sinceMs >= dayMs;
    if (!isDayFull && trial.lentAt === state.marks.version()) return;
    takeOut(state, trial, windows.graceMs);
    trial.lentAt = null;
    const oldest = Math.floor((nowMs - dayMs) / markMs);
    for (const slot of trial.values.keys()) if (slot < oldest) trial.values.delete(slot);
    if (trial.values.size === 0) return;
    const isUnknown = usualAt(state, nowMs) === null;
    if (!isDayFull && !isUnknown) return;
    const values = [...trial.values];
    const apart = values.filter(([, one]) => one.isApart).length;
    // What lies apart was held against a past: only when that is out of reach for good there is none.
    const isOutOfReach = isUnknown && sinceMs >= daysKept * dayMs;
    if (apart > mostApart * values.length && !isOutOfReach) return;
    for (const [slot, { value, isApart }] of values.toSorted(([left], [right]) => left - right))
      if (!isApart) {
        state.marks.set(slot, value);
        trial.values.delete(slot);
      }
    if (!isDayFull) {
      // The usual of a beginner, until a past from before the rollout is read.
      trial.lentAt = state.marks.version();
      return;
    }
    trials.delete(state.id);
    adopted.set(state.id, rolloutMs);
  }
}

/** Values of the start are dropped, those after it wait. */
function takeOut(state: SeriesState, trial: Trial, graceMs: number): void {
  const first = Math.ceil(trial.rolloutMs / markMs);
  const settled = Math.ceil((trial.rolloutMs + graceMs) / markMs);
  const newest = state.marks.newestSlot();
  if (newest === null || newest < first) return;
  const found: [number, number][] = [];
  for (let slot = first; slot <= newest; slot += 1) {
    const value = state.marks.at(slot);
    if (slot >= settled && !Number.isNaN(value)) found.push([slot, value]);
  }
  state.marks.dropFrom(first);
  for (const [slot, value] of found) trial.values.set(slot, { value, isApart: isWorse(state, slot, value) });
}

/** Further to a bad side than what matters, from what was usual at that hour before. */
function isWorse(state: SeriesState, slot: number, value: number): boolean {
  const level = usualAt(state, slot * markMs);
  if (level === null) return false;
  const side = value >= level.location ? 'up' : 'down';
  const isBad = state.traits.direction === 'both' || state.traits.direction === side;
  return (
    isBad && Math.abs(value - level.location) >= minimumEffect(state.traits, level.location, side, state.cpuRequest)
  );
}

/** Counts of the API say what is, not how a template behaves. */
function isOfTheApi({ traits, key }: SeriesState): boolean {
  return key.of.kind === 'Node' || traits.family === 'ready' || traits.family === 'restarts';
}
