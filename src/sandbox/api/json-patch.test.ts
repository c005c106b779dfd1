import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from './failure.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { Tree, Value } from './tree.ts';

const document: Tree = { data: { a: '1', 'x/y~z': 'odd' }, list: ['one', 'two'], count: 0 };
const applied = (...operations: Tree[]): Tree => applyJsonPatch(document, operations);
const refusal = (...operations: Value[]): unknown => {
  try {
    return applyJsonPatch(document, operations);
  } catch (error) {
    return error;
  }
};

const key = fc.constantFrom('a', 'b', 'c', 'x/y', 'm~n');
const leaf = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -3, max: 3 }), fc.boolean());
const map = fc.dictionary(key, leaf, { maxKeys: 4 });
const pointerTo = (name: string): string => `/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

describe('a JSON patch', () => {
  it('leaves its input as it was, also when it is refused', () => {
    const before = structuredClone(document);
    applied({ op: 'replace', path: '/data/a', value: '2' }, { op: 'add', path: '/list/-', value: 'three' });
    refusal({ op: 'replace', path: '/data/a', value: '2' }, { op: 'test', path: '/count', value: 1 });
    expect(document).toEqual(before);
  });

  it('reads escaped pointers', () => {
    expect(applied({ op: 'replace', path: '/data/x~1y~0z', value: 'new' })['data']).toEqual({ a: '1', 'x/y~z': 'new' });
  });

  it('tells zero, false, empty and absent apart', () => {
    expect(applied({ op: 'test', path: '/count', value: 0 })).toEqual(document);
    expect(refusal({ op: 'test', path: '/count', value: null })).toBeInstanceOf(ApiFailure);
    expect(refusal({ op: 'test', path: '/count', value: false })).toBeInstanceOf(ApiFailure);
    expect(refusal({ op: 'test', path: '/data/none', value: '' })).toBeInstanceOf(ApiFailure);
  });

  it('copies by value, so that a later change of one does not reach the other', () => {
    const result = applied(
      { op: 'copy', from: '/list', path: '/copy' },
      { op: 'add', path: '/copy/-', value: 'three' },
    );
    expect(result).toMatchObject({ list: ['one', 'two'], copy: ['one', 'two', 'three'] });
  });

  it.each([
    ['a path without a slash', { op: 'add', path: 'data', value: 1 }],
    ['a path that is no text', { op: 'add', path: 1, value: 1 }],
    ['a path through a leaf', { op: 'add', path: '/count/x', value: 1 }],
    ['a negative position', { op: 'add', path: '/list/-1', value: 1 }],
    ['a position that is no number', { op: 'replace', path: '/list/first', value: 1 }],
    ['a position at the end where something must be', { op: 'replace', path: '/list/-', value: 1 }],
    ['a move without a source', { op: 'move', path: '/data/b' }],
    ['a move from what is absent', { op: 'move', from: '/data/none', path: '/data/b' }],
    ['a result that is no object', { op: 'replace', path: '', value: [] }],
    ['inherited members', { op: 'test', path: '/data/toString/name', value: 'toString' }],
  ])('refuses %s without a word about it', (_, operation) => {
    expect(refusal(operation)).toMatchObject({ code: 422, reason: 'Invalid', details: {} });
  });

  it('refuses an operation that is no object with 400', () => {
    expect(refusal('add')).toMatchObject({ code: 400 });
  });

  it('is undone by its inverse: add by remove, replace by the former value', () => {
    fc.assert(
      fc.property(map, key, leaf, (data, name, value) => {
        const path = pointerTo(name);
        const changed = applyJsonPatch({ data }, [{ op: 'replace', path, value }]);
        const former = data[name];
        const undo = former === undefined ? { op: 'remove', path } : { op: 'replace', path, value: former };
        expect(applyJsonPatch(changed, [{ op: 'test', path, value }, undo])).toEqual({ data });
      }),
    );
  });

  it('passes a test of everything that is there, in any order of keys', () => {
    fc.assert(
      fc.property(map, (data) => {
        const reversed = Object.fromEntries(Object.entries(data).toReversed());
        expect(applyJsonPatch({ data }, [{ op: 'test', path: '/data', value: reversed }])).toEqual({ data });
      }),
    );
  });
});
