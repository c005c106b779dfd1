import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deployment, service } from './kind-shapes.ts';
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts';
import { setOf, object, text } from './shape.ts';
import { isTree, sameValue, type Tree, type Value } from './tree.ts';

const { tree } = fc.letrec<{ tree: Tree; value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 2 }),
    fc.integer({ min: 0, max: 3 }),
    fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    tie('tree'),
  ),
  tree: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 4 }),
}));

/** The merge patch that makes the one tree of the other (RFC 7386). */
function difference(from: Tree, to: Tree): Tree {
  const patch: Tree = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (after === undefined) patch[key] = null;
    else if (isTree(before) && isTree(after)) patch[key] = difference(before, after);
    else if (!sameValue(before, after)) patch[key] = after;
  }
  return patch;
}

describe('a merge patch', () => {
  it('makes any tree of any other', () => {
    fc.assert(
      fc.property(tree, tree, (from, to) => {
        expect(applyMergePatch(from, difference(from, to))).toEqual(to);
      }),
    );
  });

  it('changes nothing the second time, and never its input', () => {
    fc.assert(
      fc.property(tree, tree, (from, to) => {
        const [before, patch] = [structuredClone(from), difference(from, to)];
        const once = applyMergePatch(from, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(from).toEqual(before);
      }),
    );
  });

  it('drops nulls inside what it adds', () => {
    expect(applyMergePatch({}, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
  });

  it('refuses a patch that is no object', () => {
    expect(() => applyMergePatch({}, [])).toThrow('cannot unmarshal array');
  });
});

describe('a strategic merge patch', () => {
  const containers = (...items: Tree[]): Tree => ({ spec: { template: { spec: { containers: items } } } });
  const patched = (before: Tree, patch: Tree): Tree => applyStrategicPatch(before, patch, deployment);

  it('is a merge patch where there are no lists', () => {
    fc.assert(
      fc.property(tree, tree, (from, to) => {
        const patch = difference(from, to);
        expect(applyStrategicPatch(from, patch, null)).toEqual(applyMergePatch(from, patch));
      }),
    );
  });

  it('finds an item by its key, and puts a new one first', () => {
    const before = containers({ name: 'a', image: 'x:1', env: [{ name: 'E', value: '1' }] });
    expect(patched(before, containers({ name: 'a', image: 'x:2' }, { name: 'b', image: 'y:1' }))).toEqual(
      containers({ name: 'b', image: 'y:1' }, { name: 'a', image: 'x:2', env: [{ name: 'E', value: '1' }] }),
    );
  });

  it('keeps lists that have no key as one value', () => {
    const before = containers({ name: 'a', args: ['1', '2'] });
    expect(patched(before, containers({ name: 'a', args: ['3'] }))).toEqual(containers({ name: 'a', args: ['3'] }));
  });

  it('deletes an item, a map and what is not there', () => {
    const before = containers({ name: 'a', resources: { limits: { cpu: '1' } } }, { name: 'b' });
    const patch = containers({ name: 'b', $patch: 'delete' }, { name: 'c', $patch: 'delete' });
    expect(patched(before, patch)).toEqual(containers({ name: 'a', resources: { limits: { cpu: '1' } } }));
    expect(patched(before, containers({ name: 'a', resources: { $patch: 'replace' } }))).toMatchObject(
      containers({ name: 'a', resources: {} }, { name: 'b' }),
    );
  });

  it('follows the order that is set, with unnamed items kept behind what they followed', () => {
    const list = [{ name: 'a' }, { name: 'own' }, { name: 'b' }];
    const order = { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] };
    expect(patched(containers(...list), { spec: { template: { spec: order } } })).toEqual(
      containers({ name: 'b' }, { name: 'own' }, { name: 'a' }),
    );
  });

  it('adds to a set what is missing, and takes out what is named', () => {
    const shape = object({ metadata: object({ finalizers: setOf(text) }) });
    const before = { metadata: { finalizers: ['a', 'b'] } };
    expect(applyStrategicPatch(before, { metadata: { finalizers: ['b', 'c'] } }, shape)).toEqual({
      metadata: { finalizers: ['a', 'b', 'c'] },
    });
    expect(applyStrategicPatch(before, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, shape)).toEqual({
      metadata: { finalizers: ['b'] },
    });
  });

  it('cannot tell two ports with one number apart', () => {
    const ports = [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
    ];
    const result = applyStrategicPatch(
      { spec: { ports } },
      { spec: { ports: [{ port: 53, targetPort: 1 }] } },
      service,
    );
    expect(result).toEqual({ spec: { ports: [{ ...ports[0], targetPort: 1 }, ports[1]] } });
  });

  it('refuses an item without its key', () => {
    expect(() => patched(containers({ name: 'a' }), containers({ image: 'x' }))).toThrow('merge key: name');
  });
});
