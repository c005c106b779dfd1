import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tree } from '../api/tree.ts';
import { scaledInProportion } from './proportion.ts';

const aSet = (replicas: number, available = 0): Tree => ({
  spec: { replicas },
  status: { availableReplicas: available },
});
const deployment = (replicas: number, surge = 3): Tree => ({
  spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: 2 } } },
});
const sizes = (wanted: Tree, current: Tree | undefined, ...others: Tree[]): number[] =>
  scaledInProportion(wanted, current, others).map(([, replicas]) => replicas);

describe('scaling in the middle of a rollout', () => {
  it('gives the only set all replicas, empty or not', () => {
    expect(sizes(deployment(5), aSet(3))).toEqual([5]);
    expect(sizes(deployment(5), aSet(0))).toEqual([5]);
    expect(sizes(deployment(0), undefined, aSet(0), aSet(4))).toEqual([0]);
    expect(sizes(deployment(2), undefined)).toEqual([]);
  });

  it('spreads the difference by size, as the example of the Kubernetes documentation does', () => {
    const [current, old] = [aSet(5), aSet(8, 8)];
    expect(scaledInProportion(deployment(15), current, [old])).toEqual([
      [old, 11],
      [current, 7],
    ]);
  });

  it('takes down old sets when the new one is complete', () => {
    expect(sizes(deployment(3), aSet(3, 3), aSet(1), aSet(2))).toEqual([0, 0]);
  });

  it('never makes a set negative, and gives out exactly what may exist', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 4 }),
        (wanted, [first = 1, ...rest]) => {
          const result = sizes(deployment(wanted), aSet(first), ...rest.map((size) => aSet(size)));
          expect(Math.min(...result)).toBeGreaterThanOrEqual(0);
          expect(result.reduce((sum, size) => sum + size, 0)).toBe(wanted + 3);
        },
      ),
    );
  });
});
