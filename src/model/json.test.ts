import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, jsonEquals, pointer, pointerSteps, toJson, valueAt } from './json.ts';

describe('canonical JSON', () => {
  it('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [3, { d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[3,{"c":null,"d":1}]}');
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('replace it by null');
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = toJson(value);
        expect(jsonEquals(toJson(JSON.parse(canonicalJson(json))), json)).toBe(true);
      }),
    );
  });

  it('gives the same digest whatever the order of keys, and another for another value', () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }));
  });
});

describe('JSON pointers', () => {
  it('escapes what a key may hold', () => {
    expect(pointer('metadata', 'annotations', 'nemotron-advisor.dev/last-action')).toBe(
      '/metadata/annotations/nemotron-advisor.dev~1last-action',
    );
    fc.assert(
      fc.property(fc.array(fc.string()), (steps) => {
        expect(pointerSteps(pointer(...steps))).toEqual(steps);
      }),
    );
  });

  it('finds members and list items and says undefined for what is absent', () => {
    const document = { spec: { list: [{ name: 'a' }], none: null } };
    expect(valueAt(document, '/spec/list/0/name')).toBe('a');
    expect(valueAt(document, '/spec/none')).toBeNull();
    expect(valueAt(document, '/spec/list/1')).toBeUndefined();
    expect(valueAt(document, '/spec/list/x')).toBeUndefined();
    expect(valueAt(document, '/spec/toString')).toBeUndefined();
  });
});

it('drops undefined members when it turns a value into JSON', () => {
  expect(toJson({ a: undefined, b: [undefined, 1] })).toEqual({ b: [null, 1] });
  expect(() => toJson({ f: () => 1 })).toThrow('cannot be written as JSON');
});
