// The past of one series as one value per five minutes over eight days, in a ring that does not grow and can be given back, and as the
// weekends before.
import { pastDays, pastStepMs, weekendsKept } from '../../../model/past.ts';
import { largestValue } from '../stream/parameters.ts';
import { createWeekends, type KeptWeekends } from './weekends.ts';

export const markMs = pastStepMs;
export const marksPerDay = 86_400_000 / markMs;
export const daysKept = pastDays;
/** A weekend day may lie so many days back. */
export const weekendDaysBack = 7 * weekendsKept - 1;
const capacity = daysKept * marksPerDay + 60;
export const marksKept = capacity;

export interface Marks {
  /** What float32 has no room for is dropped as NaN is. */
  set(slot: number, value: number): void;
  /** NaN where nothing was learned. */
  at(slot: number): number;
  /** What was learned from `first` to `last`, both included, without what was not. */
  between(first: number, last: number): Float64Array;
  /** Forgets slots from `slot` on. */
  dropFrom(slot: number): void;
  /** Multiplies everything learned, when a limit was resized and shares of it mean something else. */
  scale(factor: number): void;
  /** Range and least step of what was learned, for the floor of scales. */
  texture(): { readonly range: number; readonly quantum: number };
  newestSlot(): number | null;
  /** Grows with each change of what was already learned; a newer value alone changes nothing that a day back is read. */
  version(): number;
  /** Highest value; null when empty. */
  peak(): number | null;
  /** Everything, as it is kept over a restart: `load` of it goes on as if nothing had happened. */
  kept(): KeptMarks;
  load(kept: KeptMarks): void;
  /** Gives the room back with all that was learned; nothing is learned until `hold`. */
  release(): void;
  /** Learns again, from nothing; what was not released stays as it is. */
  hold(): void;
  readonly isReleased: boolean;
}

export type KeptMarks = {
  readonly anchor: number;
  readonly newest: number | null;
  readonly changes: number;
  readonly texture: { readonly range: number; readonly quantum: number } | null;
  /** The whole ring, `marksKept` long; NaN where nothing was learned. */
  readonly offsets: Float32Array;
  readonly weekends: KeptWeekends | null;
};

/** The five minutes that a time is nearest to. */
export function slotOf(atMs: number): number {
  return Math.round(atMs / markMs);
}

export function createMarks(): Marks {
  // Offsets from the first value keep float32 exact where it matters: a small change of a large level.
  let anchor = 0;
  let newest: number | null = null;
  let changes = 0;
  let version = 0;
  let cached: { range: number; quantum: number } | null = null;
  // 9.5 kB, taken with the first value.
  let offsets: Float32Array = new Float32Array(0);
  let isReleased = false;
  const weekends = createWeekends();
  const place = (slot: number): number => {
    const rest = slot % capacity;
    return rest < 0 ? rest + capacity : rest;
  };
  const values = (): number[] => {
    const found: number[] = [];
    for (let index = 0; index < capacity; index += 1) {
      const offset = offsets[index] ?? Number.NaN;
      if (!Number.isNaN(offset)) found.push(anchor + offset);
    }
    return found;
  };

  return {
    set(slot, value) {
      if (isReleased || !(Math.abs(value) <= largestValue)) return;
      if (newest === null) anchor = value;
      weekends.set(slot, value - anchor);
      if (newest !== null && slot <= newest - capacity) {
        version += 1;
        return;
      }
      if (offsets.length === 0) offsets = emptyRing();
      // Slots that the ring comes around to without a value hold nothing, not the value of eight days ago.
      if (newest !== null)
        for (let skipped = Math.max(newest + 1, slot - capacity); skipped < slot; skipped += 1)
          offsets[place(skipped)] = Number.NaN;
      offsets[place(slot)] = value - anchor;
      if (newest === null || slot <= newest || slot > newest + marksPerDay) version += 1;
      newest = Math.max(newest ?? slot, slot);
      changes += 1;
      // Texture changes slowly: it is computed again once a day.
      if (changes >= marksPerDay) cached = null;
    },
    at(slot) {
      if (newest === null || slot > newest) return Number.NaN;
      return anchor + (slot > newest - capacity ? (offsets[place(slot)] ?? Number.NaN) : weekends.at(slot));
    },
    between(first, last) {
      const found = new Float64Array(Math.max(0, last - first + 1));
      let length = 0;
      for (let slot = first; slot <= last; slot += 1) {
        const value = this.at(slot);
        if (Number.isNaN(value)) continue;
        found[length] = value;
        length += 1;
      }
      return found.subarray(0, length);
    },
    dropFrom(slot) {
      if (newest === null || slot > newest) return;
      weekends.dropFrom(slot);
      for (let gone = Math.max(slot, newest - capacity + 1); gone <= newest; gone += 1)
        offsets[place(gone)] = Number.NaN;
      newest = slot - 1;
      version += 1;
    },
    scale(factor) {
      anchor *= factor;
      version += 1;
      for (let index = 0; index < capacity; index += 1) offsets[index] = (offsets[index] ?? Number.NaN) * factor;
      weekends.scale(factor);
      cached = null;
    },
    texture() {
      if (cached === null) {
        cached = textureOf(values());
        changes = 0;
      }
      return cached;
    },
    newestSlot: () => newest,
    version: () => version,
    peak: () => values().reduce<number | null>((high, one) => Math.max(high ?? one, one), null),
    kept: () => ({
      anchor,
      newest,
      changes,
      texture: Number.isFinite(cached?.range) ? cached : null,
      offsets: offsets.length === 0 ? emptyRing() : offsets.slice(),
      weekends: weekends.kept(),
    }),
    load(kept) {
      ({ anchor, newest, changes } = kept);
      cached = kept.texture;
      if (newest !== null) {
        offsets = emptyRing();
        offsets.set(kept.offsets.subarray(0, capacity));
      }
      weekends.load(kept.weekends);
      version += 1;
    },
    release() {
      isReleased = true;
      offsets = new Float32Array(0);
      weekends.load(null);
      newest = null;
      changes = 0;
      cached = null;
      version += 1;
    },
    hold: () => void (isReleased = false),
    get isReleased() {
      return isReleased;
    },
  };
}

function emptyRing(): Float32Array {
  return new Float32Array(capacity).fill(Number.NaN);
}

function textureOf(values: readonly number[]): { range: number; quantum: number } {
  const ordered = Float64Array.from(values).toSorted();
  let quantum = Number.POSITIVE_INFINITY;
  for (let index = 1; index < ordered.length; index += 1) {
    const step = (ordered[index] ?? 0) - (ordered[index - 1] ?? 0);
    if (step > 0 && step < quantum) quantum = step;
  }
  const range = ordered.length === 0 ? 0 : (ordered.at(-1) ?? 0) - (ordered[0] ?? 0);
  return { range, quantum: Number.isFinite(quantum) ? quantum : 0 };
}
