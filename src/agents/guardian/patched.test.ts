import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchOp } from '../../model/action.ts';
import { pointer, toJson, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { applyJsonPatch } from '../../sandbox/api/json-patch.ts';
import { toTree, toValue } from '../../sandbox/api/tree.ts';
import { changedLeaves, isWithin, shownPath } from './changed-leaves.ts';
import { patched } from './patched.ts';

const op = (name: 'add' | 'replace', path: string, value: Json): PatchOp => ({ op: name, path, value });

describe('applying a change to a copy', () => {
  it('adds, replaces and removes members, and leaves the original alone', () => {
    const before = { spec: { replicas: 3, paused: true } };
    expect(
      patched(before, [
        op('replace', '/spec/replicas', 5),
        { op: 'remove', path: '/spec/paused' },
        op('add', '/x', []),
      ]),
    ).toEqual({
      spec: { replicas: 5 },
      x: [],
    });
    expect(before).toEqual({ spec: { replicas: 3, paused: true } });
  });

  it('changes, inserts, appends and removes items of lists', () => {
    const before = { list: ['a', 'b'] };
    expect(patched(before, [op('replace', '/list/0', 'c')])).toEqual({ list: ['c', 'b'] });
    expect(patched(before, [op('add', '/list/1', 'c')])).toEqual({ list: ['a', 'c', 'b'] });
    expect(patched(before, [op('add', '/list/2', 'c')])).toEqual({ list: ['a', 'b', 'c'] });
    expect(patched(before, [op('add', '/list/-', 'c')])).toEqual({ list: ['a', 'b', 'c'] });
    expect(patched(before, [{ op: 'remove', path: '/list/0' }])).toEqual({ list: ['b'] });
    expect(patched({ list: [{ a: 1 }] }, [op('replace', '/list/0/a', 2)])).toEqual({ list: [{ a: 2 }] });
  });

  it('does not judge tests', () => {
    expect(patched({ a: 1 }, [{ op: 'test', path: '/a', value: 9 }])).toEqual({ a: 1 });
  });

  it.each([
    ['/absent/below', 'add'],
    ['/list/9', 'replace'],
    ['/list/3', 'add'],
    ['/list/x', 'replace'],
    ['/text/below', 'add'],
  ] as const)('throws where %s has no place to %s', (path, name) => {
    expect(() => patched({ list: ['a', 'b'], text: 'x' }, [op(name, path, 1)])).toThrow('nothing can be changed at');
  });

  it('throws when what is to be removed is not there', () => {
    expect(() => patched({}, [{ op: 'remove', path: '/a' }])).toThrow('nothing can be changed at /a');
  });

  it('does what the API server does, and differs from the original just there', () => {
    const key = fc.constantFrom('a', 'b/c', 'd~e');
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant({}));
    const documents = fc.dictionary(key, fc.dictionary(key, leaf)).map((one) => objectOf(one));
    const paths = fc.array(key, { minLength: 1, maxLength: 2 }).map((steps) => pointer(...steps));
    fc.assert(
      fc.property(documents, paths, fc.integer({ min: 1_000_000 }), (before, path, value) => {
        const ops = [op('add', path, value)];
        let server: JsonObject | null = null;
        try {
          server = objectOf(applyJsonPatch(toTree(before), toValue(ops)));
        } catch {
          server = null;
        }
        fc.pre(server !== null);
        expect(patched(before, ops)).toEqual(server);
        expect(changedLeaves(before, patched(before, ops)).every((one) => isWithin(one.path, path))).toBe(true);
      }),
    );
  });
});

describe('leaves that differ', () => {
  it('are the deepest places, absent ones included', () => {
    expect(changedLeaves({ a: { b: 1, c: 2 }, d: 1 }, { a: { b: 1, c: 3, e: { f: 1 } } })).toEqual([
      { path: '/a/c', before: 2, after: 3 },
      { path: '/a/e/f', before: undefined, after: 1 },
      { path: '/d', before: 1, after: undefined },
    ]);
  });

  it('go into lists of the same length, and take a list that grew for one place', () => {
    expect(changedLeaves([{ a: 1 }], [{ a: 2 }]).map((one) => one.path)).toEqual(['/0/a']);
    expect(changedLeaves({ l: [1] }, { l: [1, 2] })).toEqual([{ path: '/l', before: [1], after: [1, 2] }]);
  });

  it('tell an empty map that comes or goes', () => {
    expect(changedLeaves({}, { a: {} })).toEqual([{ path: '/a', before: undefined, after: {} }]);
    expect(changedLeaves({ a: {} }, {})).toEqual([{ path: '/a', before: {}, after: undefined }]);
    expect(changedLeaves({ a: {} }, { a: {} })).toEqual([]);
  });

  it('are shown by the names of list items and whole keys', () => {
    const object = {
      spec: { containers: [{ name: 'app', ports: [8080] }] },
      metadata: { annotations: { 'a.b/c': 'x' } },
    };
    expect(shownPath(object, '/spec/containers/0/ports/0')).toBe('spec.containers[app].ports[0]');
    expect(shownPath(object, '/metadata/annotations/a.b~1c')).toBe('metadata.annotations[a.b/c]');
  });

  it('are within a subtree by whole steps', () => {
    expect(isWithin('/spec/replicas', '/spec')).toBe(true);
    expect(isWithin('/spec', '/spec')).toBe(true);
    expect(isWithin('/specification', '/spec')).toBe(false);
  });
});

function objectOf(value: unknown): JsonObject {
  const made = toJson(value);
  return isJsonObject(made) ? made : {};
}
