import { describe, expect, it } from 'vitest';
import { aPodRig, replicated, type PodLevel } from '../../../../test/builders/replicas.ts';
import { minuteMs, normal, startMs } from '../../../../test/builders/signals.ts';
import type { History } from '../../../model/signal.ts';

/** p99 in seconds: a daily wave that all replicas share, 5 ms of distance between them, and noise of their own. */
const usual: PodLevel = (pod, minute, noise) => 0.2 + 0.05 * Math.sin(minute / 60) + 0.005 * pod + 0.004 * noise;
const slow =
  (...odd: number[]): PodLevel =>
  (pod, minute, noise) =>
    usual(pod, minute, noise) + (odd.includes(pod) ? 0.4 : 0);
const id = 'replica:sli.latency@shop/StatefulSet/cart';

describe('the lane of replicas', () => {
  it('finds the one pod that left its siblings, with the numbers of both', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    const [finding] = rig.run(8, slow(1));
    expect(finding).toMatchObject({
      id,
      of: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
      level: 'pod',
      direction: 'up',
      severity: 'warning',
      confidence: 'candidate',
      replicas: { verdict: 'one', odd: ['cart-1'], of: 3 },
    });
    expect(finding?.sentence).toMatch(/^p99 of cart-1 \d+ ms, its 2 siblings \d+ ms$/);
    expect(finding?.value).toBeGreaterThan((finding?.band[1] ?? 1) + 0.3);
    expect(finding?.test.q).toBeLessThanOrEqual(0.05);
    expect(finding?.chart?.length).toBeGreaterThan(10);
    expect(rig.lane.holds(id)).toBe(true);
  });

  it('opens within six cycles and dates the beginning to within two', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    const onsetMs = rig.nowMs() + minuteMs;
    const [finding] = rig.run(6, slow(1));
    expect(Math.abs((finding?.onsetMs ?? 0) - onsetMs)).toBeLessThanOrEqual(2 * minuteMs);
    expect(finding?.onsetRangeMs?.[0]).toBeLessThanOrEqual(onsetMs);
    expect(finding?.onsetRangeMs?.[1]).toBeGreaterThanOrEqual(onsetMs);
  });

  it('says that some are odd, and what those share', () => {
    const rig = aPodRig({ pods: 16, nodeOf: (pod) => (pod < 4 ? 'node-2' : 'node-1') });
    rig.run(90, usual);
    const [finding] = rig.run(8, slow(0, 1, 2, 3));
    expect(finding?.replicas).toMatchObject({ verdict: 'some', of: 16, shared: 'node node-2' });
    expect(finding?.replicas?.odd).toEqual(['cart-0', 'cart-1', 'cart-2', 'cart-3']);
    expect(finding?.sentence).toMatch(/^p99 of 4 of 16 pods \d+ ms, the others \d+ ms$/);
  });

  it('says of two that they differ, and blames neither', () => {
    const rig = aPodRig({ pods: 2 });
    rig.run(90, usual);
    const [finding] = rig.run(8, slow(1));
    expect(finding).toMatchObject({ of: replicated, replicas: { verdict: 'they differ', of: 2 } });
    expect(finding?.sentence).toMatch(/^p99 of the two pods differ, \d+ ms and \d+ ms$/);
  });

  it('leaves a shift alone that all replicas share', () => {
    const rig = aPodRig({ pods: 4 });
    rig.run(90, usual);
    expect(rig.run(10, slow(0, 1, 2, 3))).toEqual([]);
  });

  it('leaves a pod alone that was always slower than its siblings', () => {
    const rig = aPodRig({ pods: 3 });
    expect(rig.run(240, slow(1))).toEqual([]);
  });

  it('leaves a pod alone that is faster than its siblings', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, slow(0, 1, 2));
    expect(rig.run(10, slow(0, 2))).toEqual([]);
  });

  it('keeps silent for an hour, until a pod has twelve windows of its own', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(40, usual);
    expect(rig.run(15, slow(1))).toEqual([]);
  });

  it('leaves pods that are still starting out of the group', () => {
    const born = startMs + 60 * minuteMs;
    const rig = aPodRig({ pods: 3, bornMs: (pod) => (pod === 1 ? born : startMs - 86_400_000) });
    rig.run(62, usual);
    rig.run(7, slow(1));
    expect(rig.table.get(rig.id)?.peers?.pods).toBe(2);
    rig.run(2, usual);
    expect(rig.table.get(rig.id)?.peers?.pods).toBe(3);
  });

  it('says nothing of a p99 that too few requests make', () => {
    const rig = aPodRig({ pods: 3, weight: 20 });
    rig.run(90, usual);
    expect(rig.run(10, slow(1))).toEqual([]);
  });

  it('stays open while it lasts, and closes after ten clean cycles and not before', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    expect(rig.run(600, slow(1)).map((one) => one.id)).toEqual([id]);
    expect(rig.run(11, usual).map((one) => one.id)).toEqual([id]);
    expect(rig.run(4, usual)).toEqual([]);
    expect(rig.lane.holds(id)).toBe(false);
  });

  it('is the same finding when it comes back within half an hour', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    const [first] = rig.run(8, slow(1));
    rig.run(16, usual);
    const [again] = rig.run(8, slow(1));
    expect(again?.firstSeenMs).toBe(first?.firstSeenMs);
    expect(again?.onsetMs).toBe(first?.onsetMs);
  });

  it('takes no second witness from a cycle that brings the same samples again', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    rig.run(4, slow(1));
    const results = Array.from({ length: 20 }, () => rig.wake(1_000));
    expect(results.flat()).toEqual([]);
  });

  it('forgets a pod that is gone, and its finding with it', () => {
    const rig = aPodRig({ pods: 4 });
    rig.run(90, usual);
    expect(rig.run(8, slow(3))).toHaveLength(1);
    rig.show([0, 1, 2]);
    expect(rig.run(1, usual)).toEqual([]);
  });

  it('keeps a finding through a gap', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    rig.run(8, slow(1));
    const gap: PodLevel = (pod, minute, noise) => (pod === 1 ? Number.NaN : usual(pod, minute, noise));
    expect(rig.run(20, gap).map((one) => one.id)).toEqual([id]);
  });

  it('takes a finding over after a start, and lets it go when the pod is like its siblings again', () => {
    const before = aPodRig({ pods: 3 });
    before.run(90, usual);
    const openFindings = before.run(8, slow(1));
    const rig = aPodRig({ pods: 3, openFindings });
    expect(rig.run(30, slow(1))).toEqual(openFindings);
    expect(rig.run(16, usual)).toEqual([]);
  });

  it.each([1, 2])('is warm at once when a source remembers each pod, told in %i parts', (parts) => {
    const noise = normal(5);
    const histories = [0, 1, 2].map((pod): History => ({
      key: { signal: 'sli.latency', of: replicated, pod: `cart-${pod}` },
      stepMs: 15 * minuteMs,
      points: Array.from({ length: 192 }, (_, at) => ({
        atMs: startMs - (192 - at) * 15 * minuteMs,
        value: usual(pod, -at, noise()),
      })),
    }));
    const rig = aPodRig({ pods: 3, histories: [] });
    for (let part = 0; part < parts; part += 1)
      rig.lane.learn?.(
        histories.map((one) => ({
          ...one,
          points: one.points.filter((_, at) => Math.floor((at * parts) / 192) === part),
        })),
      );
    rig.run(4, usual);
    expect(rig.run(8, slow(1))[0]).toMatchObject({ id, confidence: 'validated' });
  });

  it('follows no more pods than it has room for', () => {
    const rig = aPodRig({ pods: 3, most: 2 });
    const none = aPodRig({ pods: 3, most: 0 });
    rig.run(90, usual);
    none.run(90, usual);
    expect(rig.run(8, slow(0, 1, 2)).concat(none.run(8, slow(1)))).toEqual([]);
    expect(rig.table.get(rig.id)?.peers).toEqual({ pods: 3, odd: [] });
    expect(none.table.get(none.id)?.peers).toBeNull();
  });

  it('tells how many replicas there are to the signal of the workload', () => {
    const rig = aPodRig({ pods: 3 });
    rig.run(90, usual);
    expect(rig.table.get(rig.id)?.peers).toEqual({ pods: 3, odd: [] });
    rig.run(8, slow(2));
    expect(rig.table.get(rig.id)?.peers).toEqual({ pods: 3, odd: ['cart-2'] });
  });
});
