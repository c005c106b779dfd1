// Which slot of tier one each series has: found by the key that it had when it was last seen, which sources that keep their keys
// spare the way through its id.
import { seriesId, type SeriesKey } from '../../model/signal.ts';

export type KnownOne = { readonly slot: number; readonly id: string; key: SeriesKey; seenMs: number };

export interface KnownSeries {
  get(id: string): KnownOne | undefined;
  /** The series of this key, or its id when it is not known. */
  find(key: SeriesKey): KnownOne | string;
  add(one: KnownOne): void;
  delete(one: KnownOne): void;
  clear(): void;
  all(): Iterable<KnownOne>;
  readonly size: number;
}

export function createKnownSeries(): KnownSeries {
  const byId = new Map<string, KnownOne>();
  const byKey = new Map<SeriesKey, KnownOne>();
  return {
    get: (id) => byId.get(id),
    find(key) {
      const same = byKey.get(key);
      if (same !== undefined) return same;
      const id = seriesId(key);
      const known = byId.get(id);
      if (known === undefined) return id;
      byKey.delete(known.key);
      known.key = key;
      byKey.set(key, known);
      return known;
    },
    add(one) {
      byId.set(one.id, one);
      byKey.set(one.key, one);
    },
    delete(one) {
      byId.delete(one.id);
      byKey.delete(one.key);
    },
    clear() {
      byId.clear();
      byKey.clear();
    },
    all: () => byId.values(),
    get size() {
      return byId.size;
    },
  };
}
