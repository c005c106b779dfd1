// Finds the slot of a series by the hash of its labels: one flat table, so that a known series costs no string and no object.

/** The series is not in the table. */
export const unknownSeries = -2;
/** The series was turned away when it was first seen. */
export const ignoredSeries = -1;

export type SeriesTable = {
  /** The slot of the series with this hash, or one of the two words above. */
  find(hash: Int32Array): number;
  /** Remembers a slot, or `ignoredSeries`, for a hash that is not in the table. */
  put(hash: Int32Array, slot: number): void;
  /** Forgets these slots, so that their series are unknown again. Takes time for the whole table. */
  forget(slots: ReadonlySet<number>): void;
  /** Series in the table, the ignored ones included. */
  size(): number;
};

/** Three words an entry: the hash and slot + 3, where 0 is an empty entry. Kept at most two thirds full. */
const words = 3;
const shift = 3;

export function createSeriesTable(): SeriesTable {
  let mask = 1023;
  let entries = new Int32Array((mask + 1) * words);
  let count = 0;

  const insert = (low: number, high: number, held: number): void => {
    let at = low & mask;
    while ((entries[at * words + 2] ?? 0) !== 0) at = (at + 1) & mask;
    entries[at * words] = low;
    entries[at * words + 1] = high;
    entries[at * words + 2] = held;
  };

  const rebuild = (capacity: number, keeps: (slot: number) => boolean): void => {
    const old = entries;
    mask = capacity - 1;
    entries = new Int32Array(capacity * words);
    count = 0;
    for (let at = 0; at < old.length; at += words) {
      const held = old[at + 2] ?? 0;
      if (held === 0 || !keeps(held - shift)) continue;
      insert(old[at] ?? 0, old[at + 1] ?? 0, held);
      count += 1;
    }
  };

  return {
    find(hash) {
      const low = hash[0] ?? 0;
      const high = hash[1] ?? 0;
      let at = (low & mask) * words;
      for (;;) {
        const held = entries[at + 2] ?? 0;
        if (held === 0) return unknownSeries;
        if (entries[at] === low && entries[at + 1] === high) return held - shift;
        at += words;
        if (at === entries.length) at = 0;
      }
    },
    put(hash, slot) {
      if ((count + 1) * 3 > (mask + 1) * 2) rebuild(2 * (mask + 1), () => true);
      insert(hash[0] ?? 0, hash[1] ?? 0, slot + shift);
      count += 1;
    },
    forget: (slots) => rebuild(mask + 1, (slot) => !slots.has(slot)),
    size: () => count,
  };
}
