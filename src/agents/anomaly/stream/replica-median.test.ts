import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianToFront } from './replica-median.ts';

const one = fc.oneof(fc.double({ min: -1e30, max: 1e30, noNaN: true }), fc.integer({ min: 1, max: 4 }));

function medianOf(values: readonly number[]): number {
  const row = Float64Array.from(values);
  medianToFront(row, row.length);
  return row[0]! + 0;
}

describe('the median of replicas', () => {
  it.each([
    [[7], 7],
    [[3, 1], 2],
    [[3, 1, 2], 2],
    [[4, 4, 4, 4], 4],
  ])('of %j is %d', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });

  it('is that of the sorted values, be they few or many, equal or not', () => {
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 300 }), (values) => {
        const ordered = values.toSorted((left, right) => left - right);
        const middle = ordered[(values.length - 1) >> 1]! / 2 + ordered[values.length >> 1]! / 2;
        expect(medianOf(values)).toBe(middle + 0);
      }),
      { numRuns: 300 },
    );
  });

  it('depends on no order of replicas', () => {
    fc.assert(
      fc.property(
        fc
          .array(one, { minLength: 30, maxLength: 80 })
          .chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length }))),
        ([values, shuffled]) => {
          expect(medianOf(shuffled)).toBe(medianOf(values));
        },
      ),
    );
  });

  it('of two of the largest values is not infinite', () => {
    expect(medianOf([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
  });

  it('leaves what lies beyond the replicas alone', () => {
    const row = Float64Array.of(3, 1, 2, 99, 98);
    medianToFront(row, 3);
    expect([...row]).toEqual([2, 2, 3, 99, 98]);
  });
});
