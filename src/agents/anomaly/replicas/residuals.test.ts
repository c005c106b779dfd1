import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residualsOf } from './residuals.ts';

const group = (...values: number[]) => new Map(values.map((value, at) => [`cart-${at}`, value]));

describe('residuals of replicas', () => {
  it('compares each pod with the median of the others', () => {
    const found = residualsOf(group(10, 12, 30));
    expect([...found.values()].map((one) => one.others)).toEqual([21, 20, 11]);
    expect(found.get('cart-2')?.residual).toBe(19);
  });

  it('finds the outlier oddest', () => {
    const found = residualsOf(group(10, 11, 12, 50));
    const order = [...found].toSorted((left, right) => right[1].oddness - left[1].oddness).map(([pod]) => pod);
    expect(order[0]).toBe('cart-3');
  });

  it('calls nothing odd among equals and everything odd beside them', () => {
    const found = residualsOf(group(7, 7, 7, 8));
    expect(found.get('cart-0')?.oddness).toBe(0);
    expect(found.get('cart-3')?.oddness).toBe(Number.POSITIVE_INFINITY);
  });

  it('says nothing of a pod that is alone', () => {
    expect(residualsOf(group(7)).size).toBe(0);
  });

  it('does not see load that all replicas share', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.integer({ min: -10_000, max: 10_000 }), (one, load) => {
        const alone = [...residualsOf(group(...one)).values()].map((found) => found.residual);
        const shifted = [...residualsOf(group(...one.map((value) => value + load))).values()];
        expect(shifted.map((found) => found.residual)).toEqual(alone);
      }),
    );
  });
});
