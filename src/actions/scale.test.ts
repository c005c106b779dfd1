import { describe, expect, it } from 'vitest';
import { scale } from './scale.ts';
import { aContainer, aPod, aReplicaSet, aTemplate, aWorkload, liveOf, statusOf } from './testing/live.ts';

const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

describe('preview of scale', () => {
  it('tests the former count and replaces it', () => {
    expect(scale.preview(liveOf(aWorkload({ replicas: 3 })), { replicas: 6 })).toEqual({
      tests: [{ op: 'test', path: '/spec/replicas', value: 3 }],
      changes: [{ op: 'replace', path: '/spec/replicas', value: 6 }],
      touches: ['/spec/replicas'],
    });
  });

  it('adds the count where the object has none', () => {
    expect(scale.preview(liveOf(aWorkload({ replicas: null })), { replicas: 2 })).toEqual({
      tests: [{ op: 'test', path: '/spec/replicas', value: null }],
      changes: [{ op: 'add', path: '/spec/replicas', value: 2 }],
      touches: ['/spec/replicas'],
    });
  });

  it('refuses a count that holds already', () => {
    expect(scale.preview(liveOf(aWorkload({ replicas: 3 })), { replicas: 3 })).toEqual({
      refused: 'it is at 3 replicas already',
    });
  });

  it('works while the rollout is paused', () => {
    expect(scale.preview(liveOf(aWorkload({ spec: { paused: true } })), { replicas: 4 })).toHaveProperty('changes');
  });

  it('refuses a DaemonSet, which has no count', () => {
    expect(scale.preview(liveOf(aWorkload({ kind: 'DaemonSet' })), { replicas: 4 })).toEqual({
      refused: 'scale works on Deployment, StatefulSet, not on DaemonSet',
    });
  });

  it('refuses a target that is being deleted', () => {
    const going = aWorkload({ metadata: { deletionTimestamp: '2026-01-05T13:00:00Z' } });

    expect(scale.preview(liveOf(going), { replicas: 4 })).toEqual({ refused: 'the target is being deleted' });
  });

  it.each([
    [{ replicas: -1 }, 'replicas must not be below 0'],
    [{ replicas: 2.5 }, 'replicas must be a whole number'],
    [{ replicas: '3' }, 'replicas must be a whole number'],
    [{ replicas: 2 ** 31 }, 'replicas must not be above 2147483647'],
    [{}, 'replicas must be a whole number'],
    [{ replicas: 3, force: true }, 'scale takes no parameter force'],
  ])('refuses the parameters %j', (params, why) => {
    expect(scale.preview(liveOf(aWorkload()), params)).toEqual({
      refused: `the parameters of scale are not valid: ${why}`,
    });
  });
});

describe('undo of scale', () => {
  it('brings the former count back under a test of the one that the reply showed', () => {
    expect(scale.undo(aWorkload({ replicas: 3 }), aWorkload({ replicas: 6 }), { replicas: 6 })).toEqual({
      tests: [{ op: 'test', path: '/spec/replicas', value: 6 }],
      changes: [{ op: 'replace', path: '/spec/replicas', value: 3 }],
      touches: ['/spec/replicas'],
    });
  });

  it('throws on parameters that no preview has accepted', () => {
    expect(() => scale.undo(aWorkload(), aWorkload(), { replicas: 'many' })).toThrow(
      'the parameters of scale are not valid',
    );
  });
});

describe('risk of scale', () => {
  const withClaim = aTemplate([aContainer()], {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  });

  it.each([
    ['up to twice as many pods that hold no data', aWorkload({ replicas: 3 }), 6, 'low'],
    ['more than twice as many', aWorkload({ replicas: 3 }), 7, 'medium'],
    ['pods with a claim', aWorkload({ replicas: 3, template: withClaim }), 4, 'medium'],
    ['from zero, which somebody may have meant', aWorkload({ replicas: 0 }), 1, 'medium'],
    ['down', aWorkload({ replicas: 3 }), 2, 'high'],
    ['to zero', aWorkload({ replicas: 1 }), 0, 'high'],
    ['a StatefulSet up', aWorkload({ kind: 'StatefulSet', replicas: 3 }), 4, 'high'],
  ] as const)('%s', (_what, object, replicas, risk) => {
    expect(scale.risk(liveOf(object), { replicas })).toBe(risk);
  });
});

describe('settled of scale', () => {
  const settled = (status: object, spec: object = {}) =>
    scale.settled(liveOf(aWorkload({ replicas: 3, status: { ...status }, spec: { ...spec } })));

  it('when all counts are those wanted and nothing is ending', () => {
    expect(settled(statusOf(3, { terminatingReplicas: 0 }))).toEqual({
      state: 'settled',
      why: '3 of 3 pods are available',
    });
  });

  it('at zero, where the server leaves the counts out', () => {
    expect(scale.settled(liveOf(aWorkload({ replicas: 0, status: { observedGeneration: 4 } })))).toEqual({
      state: 'settled',
      why: '0 of 0 pods are available',
    });
  });

  it('not before the controller has seen the change, however complete the old status looks', () => {
    expect(settled(statusOf(3, { observedGeneration: 3 }))).toEqual({
      state: 'progressing',
      why: 'its controller has not seen the change yet (generation 4, seen 3)',
    });
  });

  it('not while pods are missing', () => {
    expect(settled(statusOf(3, { availableReplicas: 2 }))).toEqual({
      state: 'progressing',
      why: '2 of 3 pods are available',
    });
  });

  it('not while pods that were taken away are still ending', () => {
    expect(settled(statusOf(3, { terminatingReplicas: 2 })).why).toBe('3 of 3 pods are available, 2 are still ending');
  });

  it('not while a rollout mixes revisions', () => {
    expect(settled(statusOf(3, { updatedReplicas: 1 })).why).toBe(
      '3 of 3 pods are available, 1 of the newest revision',
    );
  });

  it('on a paused Deployment too', () => {
    expect(settled(statusOf(3), { paused: true }).state).toBe('settled');
  });

  it('failed when an added pod finds no node', () => {
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    const pods = [aPod(), aPod({ name: 'checkout-2', scheduled: unschedulable })];
    const live = liveOf(aWorkload({ status: statusOf(2) }), [aReplicaSet(5, aTemplate())], pods);

    expect(scale.settled(live)).toEqual({
      state: 'failed',
      why: 'pod checkout-2: no node takes it (Unschedulable)',
    });
  });

  it('not failed by a crash while others serve: more replicas may be what heals it', () => {
    const pods = [
      aPod(),
      aPod({ name: 'checkout-2', waiting: 'CrashLoopBackOff', ready: { status: 'False', since: '' } }),
    ];
    const live = liveOf(
      aWorkload({ status: statusOf(3, { availableReplicas: 1 }) }),
      [aReplicaSet(5, aTemplate())],
      pods,
    );

    expect(scale.settled(live).state).toBe('progressing');
  });

  it('failed by a crash when no pod is ready at all', () => {
    const pods = [aPod({ waiting: 'CrashLoopBackOff', ready: { status: 'False', since: '' } })];
    const live = liveOf(
      aWorkload({ status: statusOf(3, { availableReplicas: 0 }) }),
      [aReplicaSet(5, aTemplate())],
      pods,
    );

    expect(scale.settled(live)).toEqual({
      state: 'failed',
      why: 'pod checkout-1: container app ends again and again (CrashLoopBackOff, 0 restarts)',
    });
  });
});

describe('words of scale', () => {
  it('say the change', () => {
    expect(scale.summary(liveOf(aWorkload({ replicas: 3 })), { replicas: 6 })).toBe('3 → 6');
  });

  it('give the kubectl line', () => {
    expect(scale.byHand(target, { replicas: 6 })).toBe('kubectl -n shop scale deploy/checkout --replicas=6');
  });

  it('name the rights, one for each kind', () => {
    expect(scale.rbac).toEqual([
      { group: 'apps', resource: 'deployments', verb: 'patch' },
      { group: 'apps', resource: 'statefulsets', verb: 'patch' },
    ]);
  });
});
