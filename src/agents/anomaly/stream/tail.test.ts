import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnTail, settleTail, startTail, tailRate, tailSurprise } from './tail.ts';

/** Threshold, mean and variance of the excess, size. */
const tail = (t: number, m: number, u: number) => Float32Array.from([t, m, u, t]);

function surpriseOf(f32: Float32Array, value: number): number {
  const said = Float64Array.of(value, 0, 0);
  tailSurprise(f32, 0, said);
  return said[2]!;
}

describe('the surprise of a tail', () => {
  it.each([-1, 0, 3.9, 4, Number.NaN])('is none for %d, up to the threshold', (a) => {
    expect(surpriseOf(tail(4, 1, 1), a)).toBe(0);
  });

  it('is that of an exponential law where mean and deviation of the excess are equal', () => {
    // P(Y > y) = e^-y, one in a hundred exceeds the threshold at all.
    expect(surpriseOf(tail(4, 1, 1), 4 + Math.LN10)).toBeCloseTo(3, 6);
    expect(surpriseOf(tail(4, 1, 1), 4 + 4 * Math.LN10)).toBeCloseTo(6, 6);
  });

  it('is that of a Pareto law where the deviation is larger', () => {
    // xi = 1/4 and sigma = 3/4: mean 1, variance sigma^2 / ((1 - xi)^2 (1 - 2 xi)) = 2.
    expect(surpriseOf(tail(4, 1, 2), 7)).toBeCloseTo(2 + 4 * Math.log10(2), 6);
  });

  it('never takes a tail for bounded, nor for heavier than moments can see', () => {
    expect(surpriseOf(tail(4, 1, 0.1), 4 + Math.LN10)).toBeCloseTo(3, 6);
    expect(surpriseOf(tail(4, 1, 1e9), 5)).toBeCloseTo(2 + 2 * Math.log10(2), 6);
  });

  it('is finite where the first exceedances were ties', () => {
    expect(Number.isFinite(surpriseOf(tail(4, 0, 0), 1e6))).toBe(true);
  });
});

describe('a tail that learns', () => {
  it('starts from the six largest values', () => {
    const f32 = new Float32Array(4);
    expect(startTail(f32, 0, Float64Array.from([9, 8, 7, 6, 5, 2]), 0)).toBe(5);
    expect([...f32]).toEqual([2, 5, 2, 2]);
  });

  it('starts from a halving law where it saw nothing', () => {
    const f32 = new Float32Array(4);
    startTail(f32, 0, new Float64Array(6).fill(Number.NEGATIVE_INFINITY), 0);
    expect(surpriseOf(f32, Math.log2(10) + Math.log2(10))).toBeCloseTo(3, 5);
  });

  it('learns no more from one wild value than from twenty mean excesses', () => {
    const wild = tail(4, 1, 1);
    const bounded = tail(4, 1, 1);
    learnTail(wild, 0, Float64Array.of(1e12, 1000), 50);
    learnTail(bounded, 0, Float64Array.of(24, 1000), 50);
    expect(wild).toEqual(bounded);
  });

  it('learns the same from a value within its threshold by the short way and by the long', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        positive,
        positive,
        positive,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (t, m, u, rate, share) => {
          const long = tail(t, m, u);
          const short = tail(t, m, u);
          expect(learnTail(long, 0, Float64Array.of(share * long[0]!, rate), 50)).toBe(false);
          settleTail(short, 0, Float64Array.of(0, rate));
          expect(short).toEqual(long);
        },
      ),
    );
  });

  it('never moves by less than one in twenty thousand, which it reaches at the age of eighty days', () => {
    expect(tailRate(110_000)).toBeGreaterThan(1 / 20_000);
    expect(tailRate(115_000)).toBe(1 / 20_000);
  });
});
