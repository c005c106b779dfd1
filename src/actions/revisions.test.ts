import { describe, expect, it } from 'vitest';
import { currentRevision, keptRevisions, podsOfCurrent } from './revisions.ts';
import { aContainer, aControllerRevision, aPod, aReplicaSet, aTemplate, aWorkload, liveOf } from './testing/live.ts';

const old = aTemplate([aContainer({ image: 'registry.local/shop/checkout:1.8.0' })]);
const now = aTemplate();

describe('keptRevisions', () => {
  it('reads ReplicaSets of the target by number, without the label that the controller adds', () => {
    const live = liveOf(aWorkload(), [aReplicaSet(5, now), aReplicaSet(4, old)]);

    const kept = keptRevisions(live);
    expect(kept.map((one) => one.number)).toEqual([4, 5]);
    expect(kept.map((one) => one.template)).toEqual([old, now]);
  });

  it('leaves out ReplicaSets of another owner, whatever their labels say', () => {
    const live = liveOf(aWorkload(), [aReplicaSet(4, old, { owner: { uid: 'uid-namesake' } })]);

    expect(keptRevisions(live)).toEqual([]);
  });

  it('leaves out a ReplicaSet without a number', () => {
    const live = liveOf(aWorkload(), [
      aReplicaSet(4, old, { annotations: { 'deployment.kubernetes.io/revision': 'x' } }),
    ]);

    expect(keptRevisions(live)).toEqual([]);
  });

  it('reads ControllerRevisions without the order that makes them a patch', () => {
    const live = liveOf(aWorkload({ kind: 'StatefulSet' }), [aControllerRevision(2, old)]);

    expect(keptRevisions(live)).toMatchObject([{ number: 2, name: 'checkout-2', template: old }]);
  });

  it('finds nothing of a target without a UID', () => {
    expect(keptRevisions(liveOf(aWorkload({ metadata: { uid: '' } }), [aReplicaSet(4, old)]))).toEqual([]);
  });
});

describe('currentRevision', () => {
  it('is the one whose template is the live one, not the one with the highest number', () => {
    expect(
      currentRevision(liveOf(aWorkload({ template: old }), [aReplicaSet(4, old), aReplicaSet(5, now)]))?.number,
    ).toBe(4);
  });

  it('is not known while its controller has not made it', () => {
    expect(currentRevision(liveOf(aWorkload(), [aReplicaSet(4, old)]))).toBeUndefined();
  });

  it('is found although one side writes an absent time as null', () => {
    const template = { ...now, metadata: { labels: { app: 'checkout' }, creationTimestamp: null } };

    expect(currentRevision(liveOf(aWorkload({ template }), [aReplicaSet(5, now)]))?.number).toBe(5);
  });
});

describe('podsOfCurrent', () => {
  it('takes the pods of the newest ReplicaSet that are not being deleted', () => {
    const pods = [aPod(), aPod({ name: 'going', leaving: true }), aPod({ name: 'old', owner: 'uid-rs-4' })];
    const live = liveOf(aWorkload(), [aReplicaSet(4, old), aReplicaSet(5, now)], pods);

    expect(podsOfCurrent(live).map((one) => one.metadata.name)).toEqual(['checkout-1']);
  });

  it('knows pods of a set by the label that names their revision', () => {
    const pods = [
      aPod({ name: 'checkout-0', owner: 'uid-checkout', labels: { 'controller-revision-hash': 'checkout-1' } }),
      aPod({ name: 'checkout-1', owner: 'uid-checkout', labels: { 'controller-revision-hash': 'checkout-2' } }),
      aPod({ name: 'unlabelled', owner: 'uid-checkout' }),
    ];
    const live = liveOf(
      aWorkload({ kind: 'StatefulSet' }),
      [aControllerRevision(1, old), aControllerRevision(2, now)],
      pods,
    );

    expect(podsOfCurrent(live).map((one) => one.metadata.name)).toEqual(['checkout-1']);
  });
});
