import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  oneof,
  property,
  string,
  type Arbitrary,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchOp } from '../model/action.ts';
import { isJsonObject, jsonEquals, pointer, toJson, type JsonObject } from '../model/json.ts';
import { applyJsonPatch } from '../sandbox/api/json-patch.ts';
import { toTree, toValue } from '../sandbox/api/tree.ts';
import { changeAt, changedBack } from './change-at.ts';

describe('changeAt', () => {
  it('tests the value that is there and replaces it', () => {
    expect(changeAt({ spec: { replicas: 3 } }, '/spec/replicas', 6)).toEqual({
      tests: [{ op: 'test', path: '/spec/replicas', value: 3 }],
      changes: [{ op: 'replace', path: '/spec/replicas', value: 6 }],
      touches: ['/spec/replicas'],
    });
  });

  it('tests an absent member as null and adds it', () => {
    expect(changeAt({ spec: {} }, '/spec/replicas', 6)).toEqual({
      tests: [{ op: 'test', path: '/spec/replicas', value: null }],
      changes: [{ op: 'add', path: '/spec/replicas', value: 6 }],
      touches: ['/spec/replicas'],
    });
  });

  it('adds the highest absent map with all below it, because an add below nothing is refused', () => {
    expect(changeAt({ spec: {} }, '/spec/a/b/c~1d', 'x')).toEqual({
      tests: [{ op: 'test', path: '/spec/a', value: null }],
      changes: [{ op: 'add', path: '/spec/a', value: { b: { 'c/d': 'x' } } }],
      touches: ['/spec/a'],
    });
  });

  it('takes a map that is null for an absent one', () => {
    expect(changeAt({ spec: { a: null } }, '/spec/a/b', 'x').changes).toEqual([
      { op: 'add', path: '/spec/a', value: { b: 'x' } },
    ]);
  });

  it('treats false, 0 and empty text as present', () => {
    expect(changeAt({ a: false }, '/a', true).changes[0]?.op).toBe('replace');
    expect(changeAt({ a: 0 }, '/a', 1).changes[0]?.op).toBe('replace');
    expect(changeAt({ a: '' }, '/a', 'x').changes[0]?.op).toBe('replace');
  });
});

describe('changedBack', () => {
  it('replaces by the former value under a test of what the reply showed', () => {
    expect(changedBack({ a: 1 }, { a: 2 }, '/a')).toEqual({
      tests: [{ op: 'test', path: '/a', value: 2 }],
      changes: [{ op: 'replace', path: '/a', value: 1 }],
      touches: ['/a'],
    });
  });

  it('removes what was absent before, with the map that came with it', () => {
    expect(changedBack({ a: {} }, { a: { b: { c: 1 } } }, '/a/b/c')).toEqual({
      tests: [{ op: 'test', path: '/a/b', value: { c: 1 } }],
      changes: [{ op: 'remove', path: '/a/b' }],
      touches: ['/a/b'],
    });
  });

  it('adds again what the reply no longer shows', () => {
    expect(changedBack({ a: 1 }, {}, '/a')).toEqual({
      tests: [{ op: 'test', path: '/a', value: null }],
      changes: [{ op: 'add', path: '/a', value: 1 }],
      touches: ['/a'],
    });
  });

  it('changes nothing where neither before nor after has a value', () => {
    expect(changedBack({ a: {} }, { a: {} }, '/a/b').changes).toEqual([]);
  });
});

const key = constantFrom('a', 'b', 'c/d', 'e~f');
const leaf = oneof(integer(), boolean(), string(), constant({}), array(integer(), { maxLength: 2 }));
/** Three maps deep, so that a path of at most three steps meets maps only or runs into nothing. */
const mapOf = (value: Arbitrary<unknown>): Arbitrary<unknown> => dictionary(key, value, { maxKeys: 3 });
const documents = mapOf(mapOf(mapOf(leaf))).map((one) => objectOf(one));
const paths = array(key, { minLength: 1, maxLength: 3 }).map((steps) => pointer(...steps));

describe('a change and its way back', () => {
  it('bring any object back exactly, on a server that applies JSON patch as Kubernetes does', () => {
    assert(
      property(documents, paths, integer(), (before, path, value) => {
        const change = changeAt(before, path, value);
        const after = patched(before, [...change.tests, ...change.changes]);
        const back = changedBack(before, after, path);
        expect(jsonEquals(patched(after, [...back.tests, ...back.changes]), before)).toBe(true);
        expect(back.touches).toEqual(change.touches);
      }),
    );
  });

  it('are refused by the server when somebody has changed the place in between', () => {
    const change = changeAt({ a: 1 }, '/a', 2);

    expect(() => patched({ a: 7 }, [...change.tests, ...change.changes])).toThrow(
      'the server rejected our request due to an error in our request',
    );
  });
});

function patched(object: JsonObject, ops: readonly PatchOp[]): JsonObject {
  return objectOf(applyJsonPatch(toTree(object), toValue(ops)));
}

function objectOf(value: unknown): JsonObject {
  const made = toJson(value);
  return isJsonObject(made) ? made : {};
}
