import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './false-discovery.ts';
import { countTail, priorRate, rateFrom } from './negative-binomial.ts';

describe('tail of a count', () => {
  // With one event in one unit the rate is exponential and the count geometric: P(X ≥ x) = (w / (1 + w))^x.
  it.each([
    [1, 1, 0.5],
    [3, 1, 0.125],
    [10, 1, 2 ** -10],
    [2, 3, 0.5625],
    [5, 0.25, 0.00032],
  ])('P(X ≥ %d) in %d units is %d', (count, exposure, expected) => {
    expect(countTail(count, exposure, { shape: 1, exposure: 1 })).toBeCloseTo(expected, 12);
  });

  // Shape 2, success 1/2: P(X ≥ x) = (x + 2) / 2^(x + 1).
  it.each([
    [1, 0.75],
    [4, 6 / 32],
    [20, 22 / 2 ** 21],
  ])('sums the negative binomial with two events: P(X ≥ %d)', (count, expected) => {
    expect(Math.abs(countTail(count, 1, { shape: 2, exposure: 1 }) / expected - 1)).toBeLessThan(1e-10);
  });

  it('is certain of nothing at all', () => {
    expect(countTail(0, 10, priorRate)).toBe(1);
  });

  it('nears Poisson where the rate is well known', () => {
    // P(N ≥ 3) with mean 1 is 1 - 2.5/e.
    expect(countTail(3, 1e-6, { shape: 1e6, exposure: 1 })).toBeCloseTo(1 - 2.5 / Math.E, 5);
  });

  it('falls with the count and rises with the time that it had', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 1, max: 100, noNaN: true }), (count, minutes) => {
        expect(countTail(count + 1, minutes, priorRate)).toBeLessThanOrEqual(countTail(count, minutes, priorRate));
        expect(countTail(count, minutes, priorRate)).toBeLessThanOrEqual(countTail(count, 2 * minutes, priorRate));
      }),
    );
  });

  it('adds what was counted to what is believed of a rate that nobody has counted', () => {
    expect(rateFrom(0, 0)).toEqual(priorRate);
    expect(rateFrom(3, 1_440)).toEqual({ shape: 3.5, exposure: 2_160 });
  });
});

describe('Benjamini and Hochberg beside Benjamini and Yekutieli', () => {
  /** The same under any dependence, at the price of the harmonic sum (Benjamini and Yekutieli 2001). */
  const benjaminiYekutieli = (p: readonly number[], m: number): number[] => {
    const harmonic = Array.from({ length: m }, (_, index) => 1 / (index + 1)).reduce((sum, one) => sum + one, 0);
    return benjaminiHochberg(p, m).map((q) => Math.min(1, q * harmonic));
  };

  it('never rejects what Benjamini and Hochberg do not', () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(p, fc.integer({ min: 0, max: 40 }), (values, untested) => {
        const m = values.length + untested;
        const strict = benjaminiYekutieli(values, m);
        for (const [index, q] of benjaminiHochberg(values, m).entries())
          expect(q).toBeLessThanOrEqual(strict[index] ?? 0);
      }),
    );
  });
});
