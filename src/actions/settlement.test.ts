import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { rolloutSettled } from './settlement.ts';
import {
  aContainer,
  aControllerRevision,
  aPod,
  aReplicaSet,
  aTemplate,
  aWorkload,
  liveOf,
  statusOf,
  type PodState,
} from './testing/live.ts';

const old = aTemplate([aContainer({ image: 'registry.local/shop/checkout:1.8.0' })]);
const now = aTemplate();
const sets = [aReplicaSet(4, old), aReplicaSet(5, now)];
const done = { state: 'settled', why: '3 of 3 pods are updated and available' };
const ours = (time: string) => [{ manager: 'k8s-nemotron-advisor', operation: 'Update', time }];

function deployment(status: JsonObject, more: { readonly spec?: JsonObject; readonly metadata?: JsonObject } = {}) {
  return rolloutSettled(liveOf(aWorkload({ status: statusOf(3, status), ...more }), sets));
}

describe('a rollout of a Deployment', () => {
  it('is settled when all pods are updated and available and none is left over', () => {
    expect(deployment({})).toEqual(done);
  });

  it('is not settled by the old status, complete as it is, before the controller has seen the change', () => {
    expect(deployment({ observedGeneration: 3 })).toEqual({
      state: 'progressing',
      why: 'its controller has not seen the change yet (generation 4, seen 3)',
    });
  });

  it('is not failed by the old status either', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];

    expect(deployment({ observedGeneration: 3, conditions }).state).toBe('progressing');
  });

  it.each([
    [
      'pods of the former revision are left',
      { replicas: 4 },
      '3 of 3 pods are updated and available, 1 of the former revision left',
    ],
    [
      'not all pods are updated',
      { updatedReplicas: 2 },
      '2 of 3 pods are updated, 3 available, 1 of the former revision left',
    ],
    ['not all pods are available', { availableReplicas: 1 }, '3 of 3 pods are updated, 1 available'],
    ['one counts as unavailable', { unavailableReplicas: 1 }, '3 of 3 pods are updated and available'],
  ])('goes on while %s', (_what, status, why) => {
    expect(deployment(status)).toEqual({ state: 'progressing', why });
  });

  it('never settles while it is paused', () => {
    expect(deployment({}, { spec: { paused: true } })).toEqual({ state: 'progressing', why: 'its rollout is paused' });
  });

  it('goes on when the object says nothing of a status', () => {
    expect(rolloutSettled(liveOf(aWorkload({ status: {} })))).toMatchObject({ state: 'progressing' });
  });

  it('goes on when the object cannot be read', () => {
    expect(rolloutSettled(liveOf(aWorkload({ spec: { replicas: 'three' } })))).toEqual({
      state: 'progressing',
      why: 'the target cannot be read as a workload',
    });
  });
});

describe('a deadline that passed', () => {
  const passed = {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    lastUpdateTime: '2026-01-05T13:00:00Z',
  };

  it('is a failure', () => {
    expect(deployment({ updatedReplicas: 1, conditions: [passed] })).toEqual({
      state: 'failed',
      why: 'the rollout made no progress within its deadline (ProgressDeadlineExceeded)',
    });
  });

  it('is a failure when it passed after our write', () => {
    const managedFields = ours('2026-01-05T12:50:00Z');

    expect(deployment({ updatedReplicas: 1, conditions: [passed] }, { metadata: { managedFields } }).state).toBe(
      'failed',
    );
  });

  it('speaks of the rollout before when it passed before our write', () => {
    const managedFields = ours('2026-01-05T13:00:05Z');

    expect(deployment({ updatedReplicas: 1, conditions: [passed] }, { metadata: { managedFields } }).state).toBe(
      'progressing',
    );
  });

  it('is not excused by the write of another manager', () => {
    const managedFields = [{ manager: 'kubectl-set', operation: 'Update', time: '2026-01-05T13:00:05Z' }];

    expect(deployment({ updatedReplicas: 1, conditions: [passed] }, { metadata: { managedFields } }).state).toBe(
      'failed',
    );
  });
});

describe('pods that cannot be created', () => {
  const failure = { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] };
  const status = statusOf(3, { updatedReplicas: 0, ...failure });
  const failed = { state: 'failed', why: 'its controller cannot create pods (ReplicaFailure)' };

  it('are a failure when the newest ReplicaSet says so', () => {
    const live = liveOf(aWorkload({ status }), [aReplicaSet(4, old), aReplicaSet(5, now, { status: failure })]);

    expect(rolloutSettled(live)).toEqual(failed);
  });

  it('are none of ours when only an older ReplicaSet says so, though the Deployment repeats it', () => {
    const live = liveOf(aWorkload({ status }), [aReplicaSet(4, old, { status: failure }), aReplicaSet(5, now)]);

    expect(rolloutSettled(live).state).toBe('progressing');
  });

  it('are not yet a failure while the ReplicaSet has not seen its newest count', () => {
    const behind = aReplicaSet(5, now, { status: { ...failure, observedGeneration: 0 } });

    expect(rolloutSettled(liveOf(aWorkload({ status }), [behind])).state).toBe('progressing');
  });

  it('are a failure by the word of the Deployment where no ReplicaSet is at hand', () => {
    expect(rolloutSettled(liveOf(aWorkload({ status })))).toEqual(failed);
  });
});

describe('new pods', () => {
  const rollout = (...pods: readonly PodState[]) =>
    rolloutSettled(
      liveOf(
        aWorkload({ status: statusOf(3, { updatedReplicas: 1 }) }),
        sets,
        pods.map((one) => aPod(one)),
      ),
    );

  it.each([
    ['ImagePullBackOff', 'its image cannot be pulled (ImagePullBackOff of container app)'],
    ['InvalidImageName', 'its image has no valid name (InvalidImageName of container app)'],
    ['ErrImageNeverPull', 'its image is not on the node and may not be pulled (ErrImageNeverPull of container app)'],
    [
      'CreateContainerConfigError',
      'something that its configuration names does not exist (CreateContainerConfigError of container app)',
    ],
  ])('in %s are a failure', (waiting, why) => {
    expect(rollout({ waiting })).toEqual({ state: 'failed', why: `pod checkout-1: ${why}` });
  });

  it('that end again and again are a failure, with their last end', () => {
    const container = { restartCount: 4, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } };

    expect(rollout({ name: 'checkout-2' }, { waiting: 'CrashLoopBackOff', container })).toEqual({
      state: 'failed',
      why: 'pod checkout-1: container app ends again and again (CrashLoopBackOff, 4 restarts, last end OOMKilled exit 137)',
    });
  });

  it('that no node takes are a failure', () => {
    const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };

    expect(rollout({ scheduled })).toEqual({
      state: 'failed',
      why: 'pod checkout-1: no node takes it (Unschedulable)',
    });
  });

  it('wait for a node without blame while an old pod still holds its room', () => {
    const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };

    expect(rollout({ scheduled }, { name: 'going', owner: 'uid-rs-4', leaving: true }).state).toBe('progressing');
  });

  it.each(['ErrImagePull', 'ContainerCreating', 'PodInitializing'])('in %s are still on their way', (waiting) => {
    expect(rollout({ waiting }).state).toBe('progressing');
  });

  it('of the former revision do not count, nor those being deleted', () => {
    expect(rollout({ owner: 'uid-rs-4', waiting: 'CrashLoopBackOff' }).state).toBe('progressing');
    expect(rollout({ leaving: true, waiting: 'CrashLoopBackOff' }).state).toBe('progressing');
  });
});

describe('a rollout of a StatefulSet', () => {
  const revisions = [aControllerRevision(1, old), aControllerRevision(2, now)];
  const whole = { currentRevision: 'checkout-2', updateRevision: 'checkout-2' };
  const set = (status: JsonObject, pods: readonly JsonObject[] = [], spec: JsonObject = {}) =>
    rolloutSettled(liveOf(aWorkload({ kind: 'StatefulSet', status: statusOf(3, status), spec }), revisions, pods));
  const broken = aPod({
    name: 'checkout-2',
    owner: 'uid-checkout',
    labels: { 'controller-revision-hash': 'checkout-1' },
    ready: { status: 'False', since: '2026-01-05T13:00:00Z' },
  });
  const stuck = {
    currentRevision: 'checkout-1',
    updateRevision: 'checkout-2',
    updatedReplicas: 0,
    availableReplicas: 2,
  };

  it('is settled when the current revision is the updated one', () => {
    expect(set(whole)).toEqual(done);
  });

  it('goes on while the revisions differ', () => {
    expect(set({ currentRevision: 'checkout-1', updateRevision: 'checkout-2' }).state).toBe('progressing');
  });

  it('says that a broken pod of the former revision holds the others back', () => {
    expect(set(stuck, [broken])).toEqual({
      state: 'progressing',
      why: 'pod checkout-2 of the former revision is not ready and holds the others back (OrderedReady); it has to be deleted by hand',
    });
  });

  it('does not say so of one that replaces its pods in parallel', () => {
    expect(set(stuck, [broken], { podManagementPolicy: 'Parallel' }).why).toBe(
      '0 of 3 pods are updated, 2 available, 3 of the former revision left',
    );
  });

  it('never settles while a partition holds pods back', () => {
    expect(set(whole, [], { updateStrategy: { rollingUpdate: { partition: 2 } } }).state).toBe('progressing');
  });
});

describe('a rollout of a DaemonSet', () => {
  const daemons = (status: JsonObject) =>
    rolloutSettled(
      liveOf(aWorkload({ kind: 'DaemonSet', replicas: null, status: { observedGeneration: 4, ...status } })),
    );

  it('is settled when every node that should has an updated pod that is available', () => {
    expect(daemons({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 })).toEqual(done);
  });

  it('goes on while pods are not updated or not available', () => {
    expect(daemons({ desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 })).toEqual({
      state: 'progressing',
      why: '2 of 3 pods are updated, 3 available',
    });
    expect(daemons({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }).state).toBe(
      'progressing',
    );
  });
});
