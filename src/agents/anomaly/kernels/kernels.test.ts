import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './false-discovery.ts';
import { onsetSplit } from './onset.ts';
import { median, medianAbsoluteDeviation, quantileOfSorted, sorted } from './order-statistics.ts';
import { incompleteBeta, logGamma, studentTail } from './student-t.ts';

const anyNumbers = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('order statistics', () => {
  it.each([
    [[5], 5],
    [[1, 2], 1.5],
    [[3, 1, 2], 2],
    [[1, 1, 1, 9], 1],
    [[5e-324, 0, -0], 0],
  ])('median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('gives quantiles of type 7', () => {
    expect(quantileOfSorted(sorted([1, 2, 3, 4]), 0.9)).toBeCloseTo(3.7, 12);
    expect(quantileOfSorted(sorted([1, 2, 3, 4]), 0)).toBe(1);
    expect(quantileOfSorted(sorted([1, 2, 3, 4]), 1)).toBe(4);
  });

  it('answers NaN for nothing', () => {
    expect(median([])).toBeNaN();
  });

  it('has as many values below the median as above it', () => {
    fc.assert(
      fc.property(anyNumbers, (values) => {
        const centre = median(values);
        const below = values.filter((one) => one < centre).length;
        const above = values.filter((one) => one > centre).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('measures absolute deviations from a centre', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9], 2)).toBe(1);
  });
});

describe('tail of Student’s t', () => {
  // Quantiles tabulated in Abramowitz and Stegun, table 26.10, and exact values of 1, 2 and 4 degrees of freedom.
  it.each([
    [1, 1, 0.25],
    [Math.SQRT2, 2, 0.146446609406726],
    [2, 2, 0.0917517095361369],
    [2, 4, 0.0580582617584078],
    [3, 1, 0.102416382349567],
    [0, 30, 0.5],
  ])('P(T > %d) with %d degrees of freedom is %d', (t, df, expected) => {
    expect(studentTail(t, df)).toBeCloseTo(expected, 12);
  });

  it.each([
    [1.697260887, 30, 0.05],
    [2.457261542, 30, 0.01],
    [3.385184866, 30, 0.001],
    [2.570581836, 5, 0.025],
    [2.085963447, 20, 0.025],
  ])('the tabulated quantile %d with %d degrees of freedom has the tail %d', (t, df, expected) => {
    expect(Math.abs(studentTail(t, df) - expected)).toBeLessThan(5e-6);
  });

  it('is one minus itself on the other side', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), fc.integer({ min: 1, max: 30 }), (t, df) => {
        expect(studentTail(t, df) + studentTail(-t, df)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('falls as t grows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (t, more, df) => {
          expect(studentTail(t + more, df)).toBeLessThanOrEqual(studentTail(t, df));
        },
      ),
    );
  });

  it('keeps far tails apart and bounded', () => {
    expect(studentTail(100, 30)).toBeGreaterThan(0);
    expect(studentTail(Number.POSITIVE_INFINITY, 30)).toBe(0);
    expect(studentTail(Number.NaN, 30)).toBeNaN();
  });

  it('rests on the gamma and beta functions', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(10)).toBeCloseTo(Math.log(362_880), 12);
    expect(incompleteBeta(2, 3, 0.4)).toBeCloseTo(0.5248, 12);
  });
});

describe('Benjamini and Hochberg', () => {
  /** By definition: the smallest level at which the step-up procedure rejects. */
  const bySearch = (p: readonly number[], m: number): number[] =>
    p.map((own) => {
      const levels = p.map((one) => (one * m) / p.filter((other) => other <= one).length);
      return Math.min(1, ...p.flatMap((other, index) => (other >= own ? [levels[index] ?? 1] : [])));
    });

  it('adjusts the textbook example', () => {
    const q = benjaminiHochberg([0.01, 0.04, 0.03, 0.005]);
    expect(q.map((one) => Number(one.toFixed(6)))).toEqual([0.02, 0.04, 0.04, 0.02]);
  });

  it('agrees with its definition', () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(p, fc.integer({ min: 0, max: 50 }), (values, untested) => {
        const m = values.length + untested;
        const expected = bySearch(values, m);
        for (const [index, q] of benjaminiHochberg(values, m).entries())
          expect(q).toBeCloseTo(expected[index] ?? 0, 12);
      }),
    );
  });

  it('counts eligible series that were not tested', () => {
    expect(benjaminiHochberg([0.001], 100)).toEqual([0.1]);
  });
});

describe('onset', () => {
  const step = (at: number, length = 60): number[] =>
    Array.from({ length }, (_, index) => (index < at ? 1 : 9) + (index % 3) / 10);

  it('finds the first value of a new level', () => {
    expect(onsetSplit(step(43))?.index).toBe(43);
  });

  it('names one moment for a clear step and a range around it for a vague one', () => {
    expect(onsetSplit(step(43))).toEqual({ index: 43, first: 43, last: 43 });
    const vague = Array.from({ length: 60 }, (_, index) => (index < 43 ? 0 : 1) + ((index * 7) % 11) / 5);
    const split = onsetSplit(vague);
    expect(split?.first).toBeLessThan(split?.index ?? 0);
    expect(split?.last).toBeGreaterThanOrEqual(split?.index ?? 0);
  });

  it('counts the value that shows half of a step when it is an average over two samples', () => {
    const rate = step(43).map((value, index) => (index === 42 ? 5 : value));
    expect(onsetSplit(rate, 1)?.index).toBe(42);
    expect(onsetSplit(step(43), 1)?.index).toBe(43);
  });

  it('says nothing about too few values', () => {
    expect(onsetSplit([1, 1, 9, 9])).toBeNull();
  });

  it('moves with the values when they are shifted or mirrored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 55 }), fc.integer({ min: -100, max: 100 }), (at, shift) => {
        expect(onsetSplit(step(at).map((value) => shift - value))?.index).toBe(onsetSplit(step(at))?.index);
      }),
    );
  });
});
