import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/sandbox/cluster-port.ts';
import { createFactTimes, factsOf } from './fact-times.ts';

function aPod(status: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cart-1', namespace: 'shop', ...metadata }, status };
}

const ready = (word: string) => aPod({ conditions: [{ type: 'Ready', status: word }] });
const waits = (reason: string) => aPod({ containerStatuses: [{ name: 'cart', state: { waiting: { reason } } }] });

describe('facts that a pod shows', () => {
  it.each([
    ['CrashLoopBackOff', 'crash-looping'],
    ['ErrImagePull', 'image-pull-failed'],
    ['ImagePullBackOff', 'image-pull-failed'],
    ['CreateContainerConfigError', 'config-missing'],
  ])('%s is %s', (reason, fact) => {
    expect(factsOf(waits(reason))).toEqual([fact]);
  });

  it('a kill for memory, now or last time', () => {
    const end = { terminated: { reason: 'OOMKilled' } };
    expect(factsOf(aPod({ containerStatuses: [{ name: 'cart', state: end }] }))).toEqual(['oom-killed']);
    expect(factsOf(aPod({ containerStatuses: [{ name: 'cart', lastState: end }] }))).toEqual(['oom-killed']);
  });

  it('no place on any node', () => {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    expect(factsOf(aPod({ conditions: [condition] }))).toEqual(['unschedulable']);
  });

  it('nothing while a container is being made', () => {
    expect(factsOf(waits('ContainerCreating'))).toEqual([]);
  });
});

const atOnce = () => 0;

describe('times of facts', () => {
  it('keep the first time at or after the injection', () => {
    const times = createFactTimes();
    times.see(waits('CrashLoopBackOff'), 10);
    times.see(ready('True'), 12);
    times.see(waits('ErrImagePull'), 20);
    times.see(waits('ImagePullBackOff'), 30);
    expect([...times.since('shop', 15, atOnce)]).toEqual([['image-pull-failed', 20]]);
  });

  it('tell apart namespaces', () => {
    const times = createFactTimes();
    times.see(waits('CrashLoopBackOff'), 10);
    expect(times.since('pay', 0, atOnce).size).toBe(0);
  });

  it('take a pod that was ready and is not any more, never one that starts or leaves', () => {
    const times = createFactTimes();
    times.see(ready('False'), 1);
    times.see(ready('True'), 2);
    times.see(ready('False'), 3);
    expect([...times.since('shop', 0, atOnce)]).toEqual([['not-ready', 3]]);
    times.see(ready('True'), 4);
    times.see(aPod({ conditions: [{ type: 'Ready', status: 'False' }] }, { deletionTimestamp: 'now' }), 5);
    expect([...times.since('shop', 4, atOnce)]).toEqual([]);
  });

  it('leave out what ended before it counts', () => {
    const times = createFactTimes();
    times.see(ready('True'), 0);
    times.see(ready('False'), 10);
    times.see(ready('True'), 13);
    times.see(ready('False'), 20);
    times.see(ready('True'), 26);
    expect([...times.since('shop', 0, () => 5)]).toEqual([['not-ready', 20]]);
  });

  it('call a pod that crashes a crash, not a pod that is not ready', () => {
    const times = createFactTimes();
    times.see(ready('True'), 0);
    times.see(waits('CrashLoopBackOff'), 10);
    expect([...times.since('shop', 0, atOnce)]).toEqual([['crash-looping', 10]]);
  });
});
