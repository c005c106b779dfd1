import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { aContainer, aDeployment, aPod } from '../../../../test/builders/view.ts';
import { paceOf } from '../../../model/pace.ts';
import { windowsOf } from '../settings.ts';
import { isGrown, startingUntilMs } from './start-up.ts';

const times = windowsOf(paceOf(1));
const at = (minute: number): number => startMs + minute * minuteMs;
/** Its probe lets it take twenty minutes. */
const slowOwner = aDeployment({
  containers: [aContainer({ startupProbe: { periodSeconds: 10, failureThreshold: 120 } })],
});
const plainOwner = aDeployment({});

const slow = (bornMinute: number, readyMinute: number | null, name = 'cart-1') =>
  aPod({
    owner: slowOwner,
    name,
    startMs: at(bornMinute),
    ready: readyMinute !== null,
    sinceMs: at(readyMinute ?? bornMinute),
  });
const minutesUntil = (pods: Parameters<typeof startingUntilMs>[1], nowMinute: number): number =>
  (startingUntilMs(startMs, pods, at(nowMinute), times) - startMs) / minuteMs;

describe('until when a workload is starting after a change', () => {
  it('is ten minutes where pods are ready soon, or none was started', () => {
    expect(minutesUntil([slow(0, 1)], 5)).toBe(10);
    expect(minutesUntil([], 5)).toBe(10);
  });

  it('is two minutes after the probes of a slow pod let it pass', () => {
    expect(minutesUntil([slow(0, 15)], 16)).toBe(17);
  });

  it('goes on while it is not ready, for as long as its probes allow and no longer', () => {
    expect(minutesUntil([slow(0, null)], 14)).toBe(16);
    expect(minutesUntil([slow(0, null)], 60)).toBe(24);
    expect(minutesUntil([slow(0, null)], 600)).toBe(24);
  });

  it('is not made longer by a pod without a probe that never gets ready', () => {
    const broken = aPod({ owner: plainOwner, name: 'cart-1', startMs, ready: false, sinceMs: startMs });
    expect(minutesUntil([broken], 60)).toBe(10);
  });

  it('follows a rolling update from pod to pod', () => {
    expect(minutesUntil([slow(0, 8, 'a'), slow(8, 17, 'b'), slow(17, 26, 'c')], 27)).toBe(28);
  });

  it('is not begun again by a replica that comes later, nor by a pod from before', () => {
    expect(minutesUntil([slow(0, 5, 'a'), slow(90, null, 'b')], 95)).toBe(10);
    expect(minutesUntil([slow(-30, 12, 'old')], 13)).toBe(10);
  });
});

describe('a pod among its siblings', () => {
  it('is grown after ten minutes', () => {
    expect([9, 10].map((minute) => isGrown(slow(0, 1), at(minute), times))).toEqual([false, true]);
  });

  it('is grown two minutes after its probes let it pass, where that takes longer', () => {
    expect([16, 17].map((minute) => isGrown(slow(0, 15), at(minute), times))).toEqual([false, true]);
  });

  it('is grown when it is not ready any more long after its start: then it is odd', () => {
    const fallen = aPod({ owner: slowOwner, name: 'cart-1', startMs, ready: false, sinceMs: at(300) });
    expect(isGrown(fallen, at(301), times)).toBe(true);
  });

  it('is not grown when nobody knows its age', () => {
    const pod = slow(0, 1);
    const ageless = { ...pod, metadata: { ...pod.metadata, creationTimestamp: undefined }, status: {} };
    expect(isGrown(ageless, at(600), times)).toBe(false);
  });
});
