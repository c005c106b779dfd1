import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deployment } from './kind-shapes.ts';
import { ownersAfter, type Writer } from './managed-fields.ts';
import { cloneTree, isTree, textAt, type Tree, treeAt, treesAt, type Value } from './tree.ts';

const writer = (manager: string, more: Partial<Writer> = {}): Writer => ({
  manager,
  subresource: '',
  apiVersion: 'apps/v1',
  time: '2026-06-09T14:00:00Z',
  ...more,
});
const written = (before: Tree | null, after: Tree, by: Writer): Tree => {
  const result = cloneTree(after);
  result['metadata'] = { ...treeAt(after, 'metadata'), managedFields: ownersAfter(before, after, deployment, by) };
  return result;
};
const entries = (object: Tree): Tree[] => treesAt(object, 'metadata', 'managedFields');
const fields = (object: Tree, manager: string): Tree =>
  treeAt(entries(object).find((entry) => textAt(entry, 'manager') === manager) ?? {}, 'fieldsV1');

/** Paths of all leaves below `fieldsV1`. */
function leaves(node: Tree, path = ''): string[] {
  const names = Object.keys(node).filter((name) => name !== '.');
  const own = names.length === 0 || node['.'] !== undefined ? [path] : [];
  return [...own, ...names.flatMap((name) => leaves(treeAt(node, name), `${path}/${name}`))];
}

const spec = fc.record({
  replicas: fc.integer({ min: 0, max: 2 }),
  minReadySeconds: fc.integer({ min: 0, max: 2 }),
  template: fc.record({
    spec: fc.record({
      nodeSelector: fc.dictionary(fc.constantFrom('disk', 'zone'), fc.constantFrom('a', 'b'), { maxKeys: 2 }),
      containers: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('app', 'helper'), image: fc.constantFrom('x:1', 'x:2') }),
        { selector: ({ name }) => name, minLength: 1 },
      ),
    }),
  }),
});

describe('owners of fields', () => {
  it('name each field of an object once, whoever wrote in which order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('one', 'two', 'three'), spec), { minLength: 1, maxLength: 5 }),
        (writes) => {
          let live: Tree | null = null;
          for (const [manager, wanted] of writes)
            live = written(live, { metadata: treeAt(live ?? {}, 'metadata'), spec: wanted }, writer(manager));
          const all = entries(live ?? {}).flatMap((entry) => leaves(treeAt(entry, 'fieldsV1')));
          expect(all.toSorted()).toEqual([...new Set(all)].toSorted());
          expect(all).toContain('/f:spec/f:replicas');
        },
      ),
    );
  });

  it('stay as they are, times included, when nothing changes', () => {
    const before = written(null, { spec: { replicas: 1 } }, writer('one'));
    expect(entries(written(before, before, writer('two', { time: '2026-06-10T00:00:00Z' })))).toEqual(entries(before));
  });

  it('move time with the fields of its manager', () => {
    const before = written(null, { spec: { replicas: 1 } }, writer('one'));
    const after = cloneTree(before);
    after['spec'] = { replicas: 2 };
    expect(entries(written(before, after, writer('one', { time: '2026-06-10T00:00:00Z' })))).toMatchObject([
      { manager: 'one', time: '2026-06-10T00:00:00Z' },
    ]);
  });

  it('drop an entry that has nothing left, and a field that is gone', () => {
    const before = written(null, { spec: { replicas: 1 } }, writer('one'));
    const moved = written(before, { ...before, spec: { replicas: 2 } }, writer('two'));
    expect(entries(moved).map((entry) => textAt(entry, 'manager'))).toEqual(['two']);
    const gone = written(moved, { ...moved, spec: {} }, writer('three'));
    expect(entries(gone)).toEqual([]);
  });

  it('keep entries of a subresource and of no subresource apart', () => {
    const before = written(null, { spec: { replicas: 1, minReadySeconds: 1 } }, writer('one'));
    const scaled = written(
      before,
      { ...before, spec: { replicas: 2, minReadySeconds: 1 } },
      writer('one', { subresource: 'scale', time: null }),
    );
    expect(entries(scaled).map(({ subresource, time, fieldsV1 }) => [subresource, time, fieldsV1])).toEqual([
      ['scale', undefined, { 'f:spec': { 'f:replicas': {} } }],
      [undefined, '2026-06-09T14:00:00Z', { 'f:spec': { 'f:minReadySeconds': {} } }],
    ]);
  });

  it('take the list that a request itself carries as where the count starts', () => {
    const before = written(null, { spec: { replicas: 1 } }, writer('one'));
    const handed: Value[] = [{ manager: 'helm', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
    const after = { ...before, metadata: { managedFields: handed } };
    expect(ownersAfter(before, after, deployment, writer('two'))).toEqual(handed);
  });

  it('take a field out of an entry of server-side apply too', () => {
    const helm = { 'f:spec': { 'f:minReadySeconds': {}, 'f:replicas': {} } };
    const before: Tree = {
      metadata: { managedFields: [{ manager: 'helm', operation: 'Apply', fieldsV1: helm }] },
      spec: { replicas: 1, minReadySeconds: 1 },
    };
    const after = written(before, { ...before, spec: { replicas: 2, minReadySeconds: 1 } }, writer('one'));
    expect(fields(after, 'helm')).toEqual({ 'f:spec': { 'f:minReadySeconds': {} } });
    expect(fields(after, 'one')).toEqual({ 'f:spec': { 'f:replicas': {} } });
  });

  it('own a whole kind of unknown shape by its leaves, and its metadata by its rules', () => {
    const made: Tree = { metadata: { ownerReferences: [{ uid: 'u', name: 'x' }] }, spec: { any: { deep: 1 } } };
    const [entry] = ownersAfter(null, made, null, writer('one'));
    expect(isTree(entry) ? entry['fieldsV1'] : null).toEqual({
      'f:metadata': { 'f:ownerReferences': { '.': {}, 'k:{"uid":"u"}': {} } },
      'f:spec': { 'f:any': { '.': {}, 'f:deep': {} } },
    });
  });
});
