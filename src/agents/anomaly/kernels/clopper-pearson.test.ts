import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeastTail, lowerShare } from './clopper-pearson.ts';

describe('lower bound of a share', () => {
  // All bad: (1 − confidence)^(1/n); one bad: 1 − confidence^(1/n).
  it.each([
    [5, 5, 0.05 ** (1 / 5)],
    [10, 10, 0.05 ** (1 / 10)],
    [1, 20, 1 - 0.95 ** (1 / 20)],
    [2, 10, 0.03677],
  ])('of %d in %d is %d', (bad, total, bound) => {
    expect(lowerShare(bad, total, 0.95)).toBeCloseTo(bound, 5);
  });

  it('knows nothing without a bad one or without any', () => {
    expect(lowerShare(0, 100, 0.95)).toBe(0);
    expect(lowerShare(0, 0, 0.95)).toBe(0);
    expect(lowerShare(Number.NaN, 10, 0.95)).toBe(0);
  });

  it('lies below the share seen, and closer to it the more were seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 500 }), (bad, good) => {
        const few = lowerShare(bad, bad + good, 0.95);
        const many = lowerShare(10 * bad, 10 * (bad + good), 0.95);
        expect(few).toBeLessThan(bad / (bad + good));
        expect(many).toBeGreaterThan(few);
      }),
    );
  });

  it('is the share at which so many bad ones would come once in twenty times', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 300 }), (bad, good) => {
        const bound = lowerShare(bad, bad + good, 0.95);
        expect(atLeastTail(bad, bad + good, bound)).toBeCloseTo(0.05, 6);
      }),
    );
  });
});

describe('tail of a count of bad ones', () => {
  it('adds up the binomial terms', () => {
    expect(atLeastTail(3, 4, 0.5)).toBeCloseTo(5 / 16, 12);
    expect(atLeastTail(1, 100, 0.001)).toBeCloseTo(1 - 0.999 ** 100, 12);
    expect(atLeastTail(0, 100, 0.001)).toBe(1);
  });
});
