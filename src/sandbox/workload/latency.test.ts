import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketBounds, bucketShares, overloadShare, tailFactor, throttledShare } from './latency.ts';

/** As `histogram_quantile` of Prometheus interpolates. */
function quantile(q: number, shares: readonly number[]): number {
  const index = shares.findIndex((share) => share >= q);
  const lower = index === 0 ? 0 : (bucketBounds[index - 1] ?? 0);
  const upper = bucketBounds[index] ?? lower;
  const below = index === 0 ? 0 : (shares[index - 1] ?? 0);
  return lower + ((upper - lower) * (q - below)) / ((shares[index] ?? 1) - below);
}

describe('latency', () => {
  it('spreads answers over buckets so that the measured 99th percentile is the one asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.006, max: 9, noNaN: true }), (p99) => {
        expect(quantile(0.99, bucketShares(p99))).toBeCloseTo(p99, 6);
      }),
    );
  });

  it('never lets a cumulative share fall or pass 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0001, max: 60, noNaN: true }), (p99) => {
        const shares = bucketShares(p99);
        expect(shares).toHaveLength(12);
        expect(shares.every((share, index) => share >= (shares[index - 1] ?? 0) && share <= 1)).toBe(true);
        expect(shares.at(-1)).toBe(1);
      }),
    );
  });

  it('grows the tail about fivefold from 47 % to 93 % of the CPU', () => {
    expect(tailFactor(0.93) / tailFactor(0.475)).toBeCloseTo(5, 0);
    expect(tailFactor(3)).toBeLessThanOrEqual(14);
  });

  it('fails what passes the capacity and throttles above 80 %', () => {
    expect(overloadShare(0.99)).toBe(0);
    expect(overloadShare(2)).toBe(0.5);
    expect(throttledShare(0.8)).toBe(0);
    expect(throttledShare(0.95)).toBeGreaterThan(0.2);
  });
});
