import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store } from './store.ts';
import { type Tree, textAt } from './tree.ts';

const table = 'configmaps';
const put = (store: Store, name: string, value = ''): void => {
  store.put(table, 'ns', name, { metadata: { name }, value });
};
const contents = (entries: readonly { object: Tree }[] | null): string[] | null =>
  entries?.map(({ object }) => `${textAt(object, 'metadata', 'name')}=${textAt(object, 'value')}`) ?? null;

describe('the store', () => {
  it('gives each write a version of its own, deletions included, and writes it into the object', () => {
    const store = new Store(10);
    put(store, 'a');
    put(store, 'a', '2');
    expect(store.get(table, 'ns', 'a')?.version).toBe(12);
    expect(store.remove(table, 'ns', 'a')?.object).toMatchObject({ metadata: { resourceVersion: '13' }, value: '2' });
    expect(store.get(table, 'ns', 'a')).toBeUndefined();
  });

  it('freezes what it holds', () => {
    const store = new Store();
    put(store, 'a');
    expect(() => {
      Object.assign(store.get(table, 'ns', 'a')?.object ?? {}, { value: 'changed' });
    }).toThrow(TypeError);
  });

  it('shows a table as it was at any version, and the changes since', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.constantFrom('1', '2'), { nil: null }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const store = new Store();
        const past = new Map([[store.version, contents(store.list(table))]]);
        for (const [name, value] of steps) {
          if (value === null) store.remove(table, 'ns', name);
          else put(store, name, value);
          past.set(store.version, contents(store.list(table)));
        }
        for (const [version, then] of past) expect(contents(store.at(table, version))).toEqual(then);
        const versions = store.since(table, 1_000)?.map((change) => change.entry.version);
        expect(versions).toEqual(versions?.toSorted((a, b) => a - b));
      }),
    );
  });

  it('forgets on demand, of all tables alike, and keeps the objects', () => {
    const store = new Store();
    put(store, 'a');
    const before = store.version;
    put(store, 'b');
    store.put('pods', 'ns', 'p', { metadata: {} });
    store.compact();
    expect(store.since(table, before)).toBeNull();
    expect(store.at(table, before)).toBeNull();
    expect(store.since(table, store.version)).toEqual([]);
    expect(store.list(table)).toHaveLength(2);
  });

  it('keeps the last thousands of changes of a table and forgets older ones', () => {
    const store = new Store();
    const first = store.version;
    for (let count = 0; count < 4_001; count += 1) put(store, 'a', String(count));
    expect(store.since(table, first)).toBeNull();
    expect(store.forgottenThrough(table)).toBe(first + 1_000);
    expect(store.since(table, first + 1_000)?.length).toBe(3_001);
  });

  it('tells all listeners in one order, though one of them writes', () => {
    const store = new Store();
    const heard: string[] = [];
    store.listen(({ entry }) => {
      if (entry.name === 'a') put(store, 'b');
    });
    const stop = store.listen(({ type, entry }) => heard.push(`${type} ${entry.name}`));
    put(store, 'a');
    stop();
    put(store, 'c');
    expect(heard).toEqual(['ADDED a', 'ADDED b']);
  });

  it('lists by namespace and name', () => {
    const store = new Store();
    for (const [namespace, name] of [
      ['b', 'x'],
      ['a', 'y'],
      ['a', 'x'],
    ] as const)
      store.put(table, namespace, name, { metadata: { name } });
    expect(store.list(table).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['a/x', 'a/y', 'b/x']);
    expect(store.list(table, 'a')).toHaveLength(2);
  });

  it('writes a member of a list without kind and version', () => {
    const entry = new Store().put(table, 'ns', 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    expect(JSON.parse(entry.memberText())).toEqual({ metadata: { resourceVersion: '1001' } });
    expect(JSON.parse(entry.text())).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  });
});
