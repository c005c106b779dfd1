// Gives a series the same key in every observation, so that whoever saw it before knows it by identity and need not make its id again.
import type { SeriesKey, SignalId } from '../../model/signal.ts';
import { type ObjectRef, sameRef } from '../../model/target.ts';

/** Keys of one owner, or of one pod of it, by signal. */
export type KeysOfOne = (signal: SignalId) => SeriesKey;

export type SeriesKeys = {
  of(of: ObjectRef, pod?: string): KeysOfOne;
  /** Ends an observation: owners that it did not name are forgotten. */
  turn(): void;
};

type Entry = { readonly of: ObjectRef; readonly keys: Map<SignalId, SeriesKey>; readonly find: KeysOfOne };

export function createSeriesKeys(): SeriesKeys {
  let before = new Map<string, Entry>();
  let now = new Map<string, Entry>();
  return {
    of(of, pod) {
      // A pod has one owner; one that returns under another is another.
      const name = pod === undefined ? `${of.kind}/${of.namespace}/${of.name}` : `/${of.namespace}/${pod}`;
      const known = now.get(name) ?? before.get(name);
      const entry = known !== undefined && sameRef(known.of, of) ? known : entryOf(of, pod);
      now.set(name, entry);
      return entry.find;
    },
    turn() {
      before = now;
      now = new Map();
    },
  };
}

function entryOf(of: ObjectRef, pod: string | undefined): Entry {
  const keys = new Map<SignalId, SeriesKey>();
  const find: KeysOfOne = (signal) => {
    let key = keys.get(signal);
    if (key === undefined) {
      key = pod === undefined ? { signal, of } : { signal, of, pod };
      keys.set(signal, key);
    }
    return key;
  };
  return { of, keys, find };
}
