// The objects of one kind by namespace and name; what it shows is a copy that stays as it was, made only after something changed.
import { placeKey } from './kept-object.ts';

type Placed = {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
  };
};

export interface KindTable<Item extends Placed> {
  /** All objects of a namespace, '' for all of them: what is not in the list is gone. True when anything differs from before. */
  replace(namespace: string, items: readonly Item[]): boolean;
  put(item: Item): void;
  /** False when there was no such object. */
  remove(namespace: string, name: string): boolean;
  shown(): ReadonlyMap<string, Item>;
}

export function createKindTable<Item extends Placed>(): KindTable<Item> {
  const items = new Map<string, Item>();
  let copy: ReadonlyMap<string, Item> | null = null;
  return {
    replace(namespace, list) {
      const next = new Map(list.map((one) => [placeKey(one), one]));
      let differs = false;
      for (const key of items.keys()) {
        if (next.has(key) || (namespace !== '' && !key.startsWith(`${namespace}/`))) continue;
        items.delete(key);
        differs = true;
      }
      for (const [key, one] of next) {
        if (isSameVersion(items.get(key), one)) continue;
        items.set(key, one);
        differs = true;
      }
      if (differs) copy = null;
      return differs;
    },
    put(item) {
      items.set(placeKey(item), item);
      copy = null;
    },
    remove(namespace, name) {
      const was = items.delete(`${namespace}/${name}`);
      if (was) copy = null;
      return was;
    },
    shown() {
      copy ??= new Map(items);
      return copy;
    },
  };
}

function isSameVersion(before: Placed | undefined, after: Placed): boolean {
  const version = before?.metadata.resourceVersion;
  return (
    version !== undefined && version === after.metadata.resourceVersion && before?.metadata.uid === after.metadata.uid
  );
}
