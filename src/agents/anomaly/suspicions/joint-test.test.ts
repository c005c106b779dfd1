import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal } from '../../../../test/builders/signals.ts';
import { createMarks, marksPerDay } from '../past/marks.ts';
import { correlationOf } from './correlation.ts';
import { normalQuantile, normalTail } from './normal.ts';

describe('the normal distribution', () => {
  // Abramowitz and Stegun, table 26.1.
  it.each([
    [0, 0.5],
    [1, 0.158655254],
    [1.96, 0.0249978951],
    [3, 0.00134989803],
    [5, 2.866515719e-7],
    [-2, 0.977249868],
  ])('has beyond %d a share of %d', (z, tail) => {
    expect(normalTail(z) / tail).toBeCloseTo(1, 6);
  });

  it('gives back what its tail was taken of', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (z) => {
        expect(normalQuantile(1 - normalTail(z))).toBeCloseTo(z, 4);
      }),
    );
  });
});

describe('how signals move together', () => {
  const past = (value: (slot: number) => number) => {
    const marks = createMarks();
    for (let slot = 0; slot < 8 * marksPerDay; slot += 1) marks.set(slot, value(slot));
    return marks;
  };
  const season = (slot: number): number => 10 * Math.sin((2 * Math.PI * slot) / marksPerDay);

  it('is held to a least for what only shares the hour of the day', () => {
    const [one, other] = [normal(1), normal(2)];
    expect(
      correlationOf(
        past((slot) => season(slot) + one()),
        past((slot) => season(slot) + other()),
      ),
    ).toBe(0.2);
  });

  it('is high for what follows the same load', () => {
    const [load, one, other] = [normal(3), normal(4), normal(5)];
    const shared = Array.from({ length: 8 * marksPerDay }, () => load());
    const left = past((slot) => (shared[slot] ?? 0) + 0.2 * one());
    const right = past((slot) => (shared[slot] ?? 0) + 0.2 * other());
    expect(correlationOf(left, right)).toBeGreaterThan(0.8);
    expect(correlationOf(left, left)).toBe(0.95);
  });

  it('is assumed to be much where little is known', () => {
    const short = createMarks();
    short.set(1, 1);
    expect(correlationOf(short, past(season))).toBe(0.6);
  });
});
