// The past of one series as one value per quarter of an hour over eight days, in a ring that does not grow.

export const markMs = 15 * 60_000;
export const marksPerDay = 96;
const capacity = 8 * marksPerDay + 12;

export interface Marks {
  set(slot: number, value: number): void;
  /** NaN where nothing was learned. */
  at(slot: number): number;
  /** Forgets slots from `slot` on. */
  dropFrom(slot: number): void;
  /** Multiplies everything learned, when a limit was resized and shares of it mean something else. */
  scale(factor: number): void;
  /** Range and least step of what was learned, for the floor of scales. */
  texture(): { readonly range: number; readonly quantum: number };
  newestSlot(): number | null;
  /** Grows with each change. */
  version(): number;
  /** Highest value; null when empty. */
  peak(): number | null;
}

/** The quarter of an hour that a time is nearest to. */
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
  const offsets = new Float32Array(capacity).fill(Number.NaN);
  const place = (slot: number): number => ((slot % capacity) + capacity) % capacity;
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
      if (!Number.isFinite(value) || (newest !== null && slot <= newest - capacity)) return;
      if (newest === null) anchor = value;
      // Slots that the ring comes around to without a value hold nothing, not the value of eight days ago.
      if (newest !== null)
        for (let skipped = Math.max(newest + 1, slot - capacity); skipped < slot; skipped += 1)
          offsets[place(skipped)] = Number.NaN;
      offsets[place(slot)] = value - anchor;
      newest = Math.max(newest ?? slot, slot);
      changes += 1;
      version += 1;
      // Texture changes slowly: it is computed again once a day.
      if (changes >= marksPerDay) cached = null;
    },
    at(slot) {
      const isKept = newest !== null && slot <= newest && slot > newest - capacity;
      return isKept ? anchor + (offsets[place(slot)] ?? Number.NaN) : Number.NaN;
    },
    dropFrom(slot) {
      if (newest === null || slot > newest) return;
      for (let gone = Math.max(slot, newest - capacity + 1); gone <= newest; gone += 1)
        offsets[place(gone)] = Number.NaN;
      newest = slot - 1;
      version += 1;
    },
    scale(factor) {
      anchor *= factor;
      version += 1;
      for (let index = 0; index < capacity; index += 1) offsets[index] = (offsets[index] ?? Number.NaN) * factor;
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
  };
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
