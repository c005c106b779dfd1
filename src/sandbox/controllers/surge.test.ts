import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tree, Value } from '../api/tree.ts';
import { maxSurge, maxUnavailable } from './surge.ts';

const rolling = (replicas: number, surge: Value, unavailable: Value): Tree => ({
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
  },
});

describe('the bounds of a rolling update', () => {
  it.each<[number, Value, Value, number, number]>([
    [4, '25%', '25%', 1, 1],
    [3, '25%', '25%', 1, 0],
    [1, '25%', '25%', 1, 0],
    [10, '25%', '25%', 3, 2],
    [3, 0, 0, 0, 1],
    [3, '0%', '0%', 0, 1],
    [3, 1, 5, 1, 3],
    [0, '25%', '25%', 0, 0],
  ])('%i replicas, surge %s, unavailable %s: %i more, %i missing', (replicas, surge, unavailable, more, missing) => {
    const deployment = rolling(replicas, surge, unavailable);
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual([more, missing]);
  });

  it('are none when all is recreated', () => {
    const recreated = { spec: { replicas: 4, strategy: { type: 'Recreate' } } };
    expect([maxSurge(recreated), maxUnavailable(recreated)]).toEqual([0, 0]);
  });

  it('always let a rollout move', () => {
    const share = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 100 }).map((part) => `${part}%`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), share, share, (replicas, surge, unavailable) => {
        const deployment = rolling(replicas, surge, unavailable);
        expect(maxSurge(deployment) + maxUnavailable(deployment)).toBeGreaterThan(0);
        expect(maxUnavailable(deployment)).toBeLessThanOrEqual(replicas);
      }),
    );
  });
});
