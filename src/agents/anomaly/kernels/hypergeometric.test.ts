import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hypergeometricTail } from './hypergeometric.ts';

describe('the hypergeometric tail', () => {
  it.each([
    [2, 2, 2, 4, 1 / 6],
    [3, 3, 3, 10, 1 / 120],
    [2, 3, 3, 10, 22 / 120],
    [4, 4, 5, 20, 5 / 4845],
    [1, 2, 2, 4, 5 / 6],
  ])('is exact for %i of %i drawn, %i of %i marked', (seen, drawn, marked, total, expected) => {
    expect(hypergeometricTail(seen, drawn, marked, total)).toBeCloseTo(expected, 10);
  });

  it('is certain when chance could not do less', () => {
    expect(hypergeometricTail(0, 3, 2, 10)).toBe(1);
    expect(hypergeometricTail(2, 3, 4, 5)).toBe(1);
  });

  it('is nothing when more are asked for than there are', () => {
    expect(hypergeometricTail(3, 3, 2, 10)).toBe(0);
  });

  it('falls as more of those drawn carry the mark', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }).chain((total) =>
          fc.record({
            total: fc.constant(total),
            drawn: fc.integer({ min: 1, max: total }),
            marked: fc.integer({ min: 1, max: total }),
          }),
        ),
        ({ total, drawn, marked }) => {
          const tails = Array.from({ length: drawn + 1 }, (_, seen) => hypergeometricTail(seen, drawn, marked, total));
          expect(tails[0]).toBe(1);
          for (const [at, tail] of tails.entries()) expect(tail).toBeLessThanOrEqual((tails[at - 1] ?? 1) + 1e-12);
        },
      ),
    );
  });
});
