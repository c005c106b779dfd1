// Objects in memory with one version counter, a bounded history per table, and listeners that hear every change in order.
import { cloneTree, freeze, makeTree, type Tree } from './tree.ts';

/** One version of one object. The text is made once, however many readers and watchers want it. */
export class Entry {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly object: Tree;
  #text: string | undefined;
  #memberText: string | undefined;
  constructor(namespace: string, name: string, version: number, object: Tree) {
    this.namespace = namespace;
    this.name = name;
    this.version = version;
    this.object = object;
  }
  text(): string {
    this.#text ??= JSON.stringify(this.object);
    return this.#text;
  }

  /** As a member of a list, which says kind and version once for all. */
  memberText(): string {
    if (this.#memberText === undefined) {
      const { apiVersion, kind, ...rest } = this.object;
      void [apiVersion, kind];
      this.#memberText = JSON.stringify(rest);
    }
    return this.#memberText;
  }
}

export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly table: string;
  readonly entry: Entry;
  readonly before: Entry | undefined;
};

type Table = {
  readonly entries: Map<string, Entry>;
  sorted: Entry[] | undefined;
  history: Change[];
  /** Changes up to this version are forgotten. */
  forgotten: number;
};

const kept = 4_000;

export class Store {
  readonly #tables = new Map<string, Table>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #untold: Change[] = [];
  #telling = false;
  #version: number;

  constructor(firstVersion = 1_000) {
    this.#version = firstVersion;
  }

  get version(): number {
    return this.#version;
  }

  tables(): readonly string[] {
    return [...this.#tables.keys()];
  }

  get(table: string, namespace: string, name: string): Entry | undefined {
    return this.#table(table).entries.get(`${namespace}/${name}`);
  }

  /** Entries by namespace and name; '' means all namespaces. */
  list(table: string, namespace = ''): readonly Entry[] {
    const found = this.#table(table);
    found.sorted ??= [...found.entries.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    return namespace === '' ? found.sorted : found.sorted.filter((entry) => entry.namespace === namespace);
  }

  /** Stores the tree under a new version and freezes it. */
  put(table: string, namespace: string, name: string, object: Tree): Entry {
    const found = this.#table(table);
    const key = `${namespace}/${name}`;
    const before = found.entries.get(key);
    const entry = this.#entry(namespace, name, object);
    found.entries.set(key, entry);
    found.sorted = undefined;
    this.#record(found, { type: before === undefined ? 'ADDED' : 'MODIFIED', table, entry, before });
    return entry;
  }

  remove(table: string, namespace: string, name: string): Entry | undefined {
    const found = this.#table(table);
    const key = `${namespace}/${name}`;
    const before = found.entries.get(key);
    if (before === undefined) return undefined;
    found.entries.delete(key);
    found.sorted = undefined;
    const entry = this.#entry(namespace, name, cloneTree(before.object));
    this.#record(found, { type: 'DELETED', table, entry, before });
    return entry;
  }

  /** The changes after a version in order, or null when some of them are forgotten. */
  since(table: string, version: number): readonly Change[] | null {
    const found = this.#table(table);
    if (version < found.forgotten) return null;
    let first = found.history.length;
    while (first > 0 && (found.history[first - 1]?.entry.version ?? 0) > version) first -= 1;
    return found.history.slice(first);
  }

  /** The table as it was at a version, or null when the way back is forgotten. */
  at(table: string, version: number, namespace = ''): readonly Entry[] | null {
    const later = this.since(table, version);
    if (later === null) return null;
    if (later.length === 0) return this.list(table, namespace);
    const entries = new Map(this.list(table).map((entry) => [`${entry.namespace}/${entry.name}`, entry]));
    for (const change of later.toReversed()) {
      const key = `${change.entry.namespace}/${change.entry.name}`;
      if (change.before === undefined) entries.delete(key);
      else entries.set(key, change.before);
    }
    return [...entries.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry)
      .filter((entry) => namespace === '' || entry.namespace === namespace);
  }

  forgottenThrough(table: string): number {
    return this.#table(table).forgotten;
  }

  /** Forgets the history, as a compaction with a restart of the API server does. */
  compact(): void {
    for (const table of this.#tables.values()) {
      table.history = [];
      table.forgotten = this.#version;
    }
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #entry(namespace: string, name: string, object: Tree): Entry {
    this.#version += 1;
    makeTree(object, 'metadata')['resourceVersion'] = String(this.#version);
    return new Entry(namespace, name, this.#version, freeze(object));
  }

  #record(table: Table, change: Change): void {
    table.history.push(change);
    if (table.history.length > kept) {
      const dropped = table.history.splice(0, kept / 4);
      table.forgotten = dropped.at(-1)?.entry.version ?? table.forgotten;
    }
    this.#untold.push(change);
    this.#tell();
  }

  /** A listener may write: its change is told after the one it is hearing, so that all hear them in one order. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let change = this.#untold.shift(); change !== undefined; change = this.#untold.shift())
        for (const listener of this.#listeners) listener(change);
    } finally {
      this.#telling = false;
    }
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = { entries: new Map(), sorted: undefined, history: [], forgotten: 0 };
      this.#tables.set(name, table);
    }
    return table;
  }
}
