import { describe, expect, it } from 'vitest';
import {
  aDeployment,
  anEnded,
  aNode,
  aPod,
  atMs,
  aView,
  replicaSetOf,
  time,
  type PodInput,
} from '../../../test/builders/view.ts';
import type { HorizontalPodAutoscaler, KubeNode } from '../../model/kube.ts';
import type { SignalId } from '../../model/signal.ts';
import type { ClusterView } from '../../model/view.ts';
import { apiSamples } from './api-samples.ts';
import { createRestartCounter, type RestartCounter } from './restart-counter.ts';

const minuteMs = 60_000;
const cart = aDeployment();
const pod = (over: Partial<PodInput> = {}) => aPod({ owner: replicaSetOf(cart), name: 'cart-1', ...over });
const world = (...pods: readonly ReturnType<typeof pod>[]): ClusterView =>
  aView({ Deployment: [cart], ReplicaSet: [replicaSetOf(cart)], Pod: [...pods], Node: [aNode()] });
const valueOf = (view: ClusterView, signal: SignalId, counter = newCounter(), nowMs = atMs): number | undefined =>
  apiSamples(view, counter, nowMs, 2 * minuteMs).find(({ key }) => key.signal === signal && key.pod === undefined)
    ?.value;
const newCounter = (): RestartCounter => createRestartCounter(10 * minuteMs);
const killed = (agoMs: number, restarts: number) =>
  pod({ statuses: [anEnded({ reason: 'OOMKilled', exitCode: 137, agoMs, restarts })] });

describe('OOM kills', () => {
  it('count the last end of each container within ten minutes', () => {
    expect(valueOf(world(killed(minuteMs, 4)), 'oom_kills')).toBe(1);
    expect(valueOf(world(killed(11 * minuteMs, 4)), 'oom_kills')).toBe(0);
  });

  it('count each kill once over several reads, and forget it after ten minutes', () => {
    const counter = newCounter();
    valueOf(world(killed(minuteMs, 1)), 'oom_kills', counter);
    valueOf(world(killed(minuteMs, 1)), 'oom_kills', counter);
    expect(valueOf(world(killed(0, 2)), 'oom_kills', counter)).toBe(2);
    expect(valueOf(world(killed(0, 2)), 'oom_kills', counter, atMs + 9.5 * minuteMs)).toBe(1);
  });

  it('are none where a container ended by itself', () => {
    const failed = pod({ statuses: [anEnded({ reason: 'Error', exitCode: 1, agoMs: minuteMs, restarts: 1 })] });
    expect([valueOf(world(failed), 'oom_kills'), valueOf(world(failed), 'restarts')]).toEqual([0, 1]);
  });
});

describe('pending pods', () => {
  it.each([
    ['for three minutes', 3 * minuteMs, 1],
    ['for one minute', minuteMs, 0],
  ])('that wait %s', (_what, forMs, expected) => {
    const waiting = pod({ scheduled: false, startMs: atMs - forMs });
    expect(valueOf(world(waiting), 'pending')).toBe(expected);
  });

  it('do not count once they are being deleted', () => {
    const startMs = atMs - 5 * minuteMs;
    const leaving = pod({ scheduled: false, startMs, metadata: { deletionTimestamp: time(atMs) } });
    expect(valueOf(world(leaving), 'pending')).toBe(0);
  });

  it('are not known where pods could not be listed', () => {
    const blind = aView({ Deployment: [cart] }, atMs, ['Pod']);
    expect(apiSamples(blind, newCounter(), atMs, minuteMs)).toEqual([]);
  });
});

describe('an autoscaler', () => {
  const scaled = (status: HorizontalPodAutoscaler['status']): ClusterView =>
    aView({
      Deployment: [cart],
      HorizontalPodAutoscaler: [
        {
          metadata: { namespace: 'shop', name: 'cart' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, minReplicas: 2, maxReplicas: 5 },
          ...(status === undefined ? {} : { status }),
        },
      ],
    });
  const limited = (status: string, reason: string) => [{ type: 'ScalingLimited', status, reason }];

  it.each([
    ['wants more than its maximum', { currentReplicas: 5, conditions: limited('True', 'TooManyReplicas') }, 1],
    ['has just what it wants', { currentReplicas: 5, conditions: limited('False', 'DesiredWithinRange') }, 0],
    ['is held at its minimum', { currentReplicas: 2, conditions: limited('True', 'TooFewReplicas') }, 0],
    ['is at its maximum and does not say why', { currentReplicas: 5 }, 1],
    ['has not reported yet', undefined, undefined],
  ])('that %s', (_what, status, expected) => {
    expect(valueOf(scaled(status), 'autoscaler.at_max')).toBe(expected);
  });

  it('is nothing of a workload that has none', () => {
    expect(valueOf(world(pod()), 'autoscaler.at_max')).toBeUndefined();
  });
});

describe('pressure of a node', () => {
  const node = (...types: readonly (readonly [string, string])[]): KubeNode => ({
    ...aNode(),
    status: { conditions: types.map(([type, status]) => ({ type, status })) },
  });
  it.each([
    ['none', node(['MemoryPressure', 'False'], ['DiskPressure', 'False'], ['Ready', 'True']), 0],
    ['two', node(['MemoryPressure', 'True'], ['PIDPressure', 'True'], ['DiskPressure', 'Unknown']), 2],
    ['not told', node(['Ready', 'True']), undefined],
  ])('is counted by its conditions: %s', (_what, one, expected) => {
    expect(valueOf(aView({ Node: [one] }), 'node.pressure')).toBe(expected);
  });
});
