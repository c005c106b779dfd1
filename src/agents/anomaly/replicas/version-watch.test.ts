import { describe, expect, it } from 'vitest';
import { aPodRig, type PodLevel, type PodRigOptions, replicated } from '../../../../test/builders/replicas.ts';
import { dayMs, minuteMs, startMs } from '../../../../test/builders/signals.ts';
import type { SignalFinding } from '../../../model/finding.ts';

const id = 'version:sli.latency@shop/StatefulSet/cart';
const rolledMs = startMs + 240 * minuteMs;

/** p99 in seconds: a daily wave that all share, 5 ms between pods, noise of their own; `extra` is what the new ones have more. */
const level =
  (extra: number, isNew: (pod: number) => boolean): PodLevel =>
  (pod, minute, noise) => {
    const isBorn = !isNew(pod) || minute >= 240;
    return isBorn
      ? 0.2 + 0.05 * Math.sin(minute / 60) + 0.005 * (pod % 3) + 0.004 * noise + (isNew(pod) ? extra : 0)
      : Number.NaN;
  };
const last = (pods: number) => (pod: number) => pod === pods - 1;
const versioned = (pods: number, isNew: (pod: number) => boolean, more: Partial<PodRigOptions> = {}) =>
  aPodRig({
    pods,
    versionOf: (pod) => (isNew(pod) ? 'new' : 'old'),
    bornMs: (pod) => (isNew(pod) ? rolledMs : startMs - dayMs),
    ...more,
  });
const ofVersions = (findings: readonly SignalFinding[]) => findings.filter((one) => one.id.startsWith('version:'));

describe('old and new pods of a rollout side by side', () => {
  it('shows one new pod among ten that is slower, before it has any past', () => {
    const rig = versioned(10, last(10));
    rig.run(250, level(0.2, last(10)));
    const [finding] = ofVersions(rig.run(8, level(0.2, last(10))));
    expect(finding).toMatchObject({
      id,
      of: replicated,
      level: 'pod',
      direction: 'up',
      confidence: 'candidate',
      replicas: { verdict: 'one', odd: ['cart-9'], of: 10, shared: 'version new' },
      test: { name: 'minimum effect between new and old pods', family: 'versions', m: 1 },
    });
    expect(finding?.sentence).toMatch(/^p99 of 1 new pod \(version new\) \d+ ms, of 9 old pods beside \d+ ms$/);
    expect(finding?.test.q).toBeLessThanOrEqual(0.05);
    expect(rig.lane.holds(id)).toBe(true);
  });

  it('shows errors that half of the pods have since they are new', () => {
    const isNew = (pod: number): boolean => pod >= 3;
    const errors: PodLevel = (pod, minute, noise) =>
      isNew(pod) && minute < 240 ? Number.NaN : 0.002 + 0.0003 * noise + (isNew(pod) ? 0.03 : 0);
    const rig = versioned(6, isNew, { signal: 'sli.err' });
    rig.run(250, errors);
    const [finding] = ofVersions(rig.run(8, errors));
    expect(finding?.sentence).toMatch(/^errors of 3 new pods \(version new\) 3\.\d %, of 3 old pods beside 0\.\d+ %$/);
  });

  it('is validated where the old pods were followed for a day', () => {
    const late: PodLevel = (pod, minute, noise) => level(0.2, last(4))(pod, minute - 1260, noise);
    const rig = versioned(4, last(4), { bornMs: (pod) => (pod === 3 ? rolledMs + 1260 * minuteMs : startMs - dayMs) });
    rig.run(1510, late);
    const [finding] = ofVersions(rig.run(8, late));
    expect(finding?.confidence).toBe('validated');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('says nothing of new pods that are like the old ones, seed %i', (seed) => {
    const isNew = (pod: number): boolean => pod >= 6;
    const rig = versioned(8, isNew, { seed });
    const told = Array.from({ length: 24 }, () => ofVersions(rig.run(25, level(0, isNew)))).flat();
    expect(told).toEqual([]);
  });

  it.each([
    ['that are faster', 'sli.latency', -0.15],
    ['with a change below what matters', 'sli.latency', 0.03],
    ['with another load', 'cpu.usage', 0.2],
  ] as const)('says nothing of new pods %s', (_, signal, extra) => {
    const rig = versioned(10, last(10), { signal });
    expect(ofVersions(rig.run(270, level(extra, last(10))))).toEqual([]);
  });

  it('says nothing while pods of the old version have no past, and of one old pod alone', () => {
    const young = versioned(10, last(10), { bornMs: () => rolledMs });
    young.run(250, level(0.2, last(10)));
    expect(ofVersions(young.run(8, level(0.2, last(10))))).toEqual([]);
    const two = versioned(2, last(2));
    two.run(250, level(0.2, last(2)));
    expect(ofVersions(two.run(8, level(0.2, last(2))))).toEqual([]);
  });

  it.each([
    ['old', [8, 9]],
    ['new', [0, 1, 2]],
  ])('ends when no %s pods are left', (_, left) => {
    const isNew = (pod: number): boolean => pod >= 8;
    const rig = versioned(10, isNew);
    expect(ofVersions(rig.run(260, level(0.2, isNew)))).toHaveLength(1);
    rig.show(left);
    expect(ofVersions(rig.run(1, level(0.2, isNew)))).toEqual([]);
  });

  it('outlives a few cycles without values', () => {
    const rig = versioned(10, last(10));
    rig.run(260, level(0.2, last(10)));
    expect(ofVersions(rig.run(5, () => Number.NaN))).toHaveLength(1);
    expect(ofVersions(rig.run(6, () => Number.NaN))).toEqual([]);
  });

  it('closes when the new pods are as the old ones for ten cycles', () => {
    const rig = versioned(10, last(10));
    rig.run(260, level(0.2, last(10)));
    expect(ofVersions(rig.run(16, level(0, last(10))))).toEqual([]);
  });

  it('keeps its age over a restart', () => {
    const rig = versioned(10, last(10));
    const [open] = ofVersions(rig.run(260, level(0.2, last(10))));
    rig.restart(open === undefined ? [] : [open]);
    const [kept] = ofVersions(rig.run(3, level(0.2, last(10))));
    expect([kept?.firstSeenMs, kept?.onsetMs]).toEqual([open?.firstSeenMs, open?.onsetMs]);
  });
});
