import { describe, expect, it } from 'vitest';
import { aRig, minuteMs, raised, type Rig, type Series } from '../../../../test/builders/signals.ts';
import { seeded } from '../../../sandbox/api/context.ts';

const id = 'signal:sli.err@shop/Deployment/cart';

/** Errors of a service with so many requests in the rate window of two minutes, as counts of them would show. */
const errors = (share: number, requests: number, seed = 1): Series => {
  const { next } = seeded(seed);
  const failing = (): number => Array.from({ length: requests }, () => next()).filter((one) => one < share).length;
  return { signal: 'sli.err', weight: requests, level: () => failing() / requests };
};
const rigOf = (past: Series): Rig => aRig([past], { stepMs: 5 * minuteMs });

describe('errors of few requests', () => {
  it('are found when so many of them would be rare', () => {
    const rig = rigOf(errors(0.002, 30));
    expect(raised(rig.run(8, [errors(0.3, 30)]))).toEqual([id]);
  });

  it('are nothing as long as they are as usual', () => {
    const rig = rigOf(errors(0.01, 30));
    expect(raised(rig.run(12 * 60, [errors(0.01, 30, 2)]))).toEqual([]);
  });

  it('are nothing while there are fewer than five of them', () => {
    const rig = rigOf(errors(0.002, 4));
    expect(raised(rig.run(30, [{ signal: 'sli.err', weight: 4, level: () => 0.25 }]))).toEqual([]);
  });

  it('are over when as few of them would be rare if a fault went on', () => {
    const rig = rigOf(errors(0.002, 30));
    rig.run(8, [errors(0.3, 30)]);
    expect(raised(rig.run(20, [errors(0.002, 30)]).slice(-1))).toEqual([]);
  });

  it('are not over because next to nobody calls any more', () => {
    const rig = rigOf(errors(0.002, 30));
    rig.run(8, [errors(0.3, 30)]);
    expect(raised(rig.run(60, [errors(0, 2)]).slice(-1))).toEqual([id]);
  });

  it('are told with the share of all requests that were counted', () => {
    const rig = rigOf(errors(0.002, 30));
    const finding = rig.run(12, [errors(0.3, 30)]).at(-1)?.findings[0];
    expect(finding?.kind === 'signal' ? finding.value : 0).toBeGreaterThan(0.15);
    expect(finding?.kind === 'signal' ? finding.value : 0).toBeLessThan(0.45);
  });
});
