import { describe, expect, it } from 'vitest';
import { rollback } from './rollback.ts';
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

describe('preview of rollback', () => {
  it('replaces the whole template by that of the revision, under a test of the whole live one', () => {
    expect(rollback.preview(liveOf(aWorkload(), sets), { revision: 4 })).toEqual({
      tests: [
        { op: 'test', path: '/spec/template', value: now },
        { op: 'test', path: '/spec/paused', value: null },
      ],
      changes: [{ op: 'replace', path: '/spec/template', value: old }],
      touches: ['/spec/template'],
    });
  });

  it('takes a StatefulSet back by its ControllerRevision', () => {
    const live = liveOf(aWorkload({ kind: 'StatefulSet' }), [aControllerRevision(1, old), aControllerRevision(2, now)]);

    expect(rollback.preview(live, { revision: 1 })).toMatchObject({
      tests: [{ op: 'test', path: '/spec/template', value: now }],
      changes: [{ op: 'replace', path: '/spec/template', value: old }],
    });
  });

  it('refuses a revision that is not kept, and names those that are', () => {
    expect(rollback.preview(liveOf(aWorkload(), sets), { revision: 2 })).toEqual({
      refused: 'revision 2 is not kept, only 4, 5',
    });
  });

  it('refuses when nothing is kept', () => {
    expect(rollback.preview(liveOf(aWorkload()), { revision: 2 })).toEqual({ refused: 'revision 2 is not kept' });
  });

  it('refuses the revision of a namesake that another object controls', () => {
    const foreign = aReplicaSet(4, old, { owner: { uid: 'uid-of-another' } });

    expect(rollback.preview(liveOf(aWorkload(), [foreign]), { revision: 4 })).toEqual({
      refused: 'revision 4 is not kept',
    });
  });

  it('refuses the template that runs already', () => {
    expect(rollback.preview(liveOf(aWorkload(), sets), { revision: 5 })).toEqual({
      refused: 'revision 5 is what runs already',
    });
  });

  it('refuses a paused Deployment', () => {
    expect(rollback.preview(liveOf(aWorkload({ spec: { paused: true } }), sets), { revision: 4 })).toEqual({
      refused: 'its rollout is paused',
    });
  });

  it('refuses an object without a template', () => {
    expect(rollback.preview(liveOf(aWorkload({ spec: { template: null } }), sets), { revision: 4 })).toEqual({
      refused: 'it has no pod template',
    });
  });

  it.each([
    [{ revision: 0 }, 'revision must be at least 1'],
    [{ revision: 1.5 }, 'revision must be a whole number'],
    [{ revision: '4' }, 'revision must be a whole number'],
    [{ revision: 4, image: 'x' }, 'rollback takes no parameter image'],
  ])('refuses the parameters %j', (params, why) => {
    expect(rollback.preview(liveOf(aWorkload(), sets), params)).toEqual({
      refused: `the parameters of rollback are not valid: ${why}`,
    });
  });
});

describe('undo of rollback', () => {
  it('brings the template read before back, and tests the one that the reply showed', () => {
    expect(rollback.undo(aWorkload({ template: now }), aWorkload({ template: old }), { revision: 4 })).toEqual({
      tests: [{ op: 'test', path: '/spec/template', value: old }],
      changes: [{ op: 'replace', path: '/spec/template', value: now }],
      touches: ['/spec/template'],
    });
  });
});

describe('risk of rollback', () => {
  const unready = { status: 'False', since: '2026-01-05T13:00:00Z' };
  const rollingOut = { conditions: [{ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }] };
  const riskWith = (
    pods: readonly PodState[],
    more: { readonly set?: object; readonly status?: object; readonly annotations?: object } = {},
  ) =>
    rollback.risk(
      liveOf(
        aWorkload({ status: statusOf(3, { ...(more.status ?? rollingOut) }) }),
        [
          aReplicaSet(4, old),
          aReplicaSet(5, now, {
            status: { replicas: pods.length, ...more.set },
            annotations: { ...more.annotations },
          }),
        ],
        pods.map((one) => aPod(one)),
      ),
      { revision: 4 },
    );

  it('is low while no pod of the revision was ever ready', () => {
    expect(riskWith([{ ready: unready, waiting: 'ImagePullBackOff' }])).toBe('low');
  });

  it('is low while its pods have found no node', () => {
    const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };

    expect(riskWith([{ scheduled, ready: unready }])).toBe('low');
  });

  it.each([
    ['a pod is ready', [{}], {}],
    ['a pod was ready before it became unready', [{ ready: { status: 'False', since: '2026-01-05T13:04:00Z' } }], {}],
    ['one of two pods was ready', [{ ready: unready }, { name: 'checkout-2' }], {}],
    ['the ReplicaSet counts a ready pod', [{ ready: unready }], { set: { readyReplicas: 1 } }],
    ['the ReplicaSet counts a pod that is not shown', [{ ready: unready }], { set: { replicas: 2 } }],
    ['a pod of it is going, ready or not', [{ ready: unready }, { ready: unready, leaving: true }], {}],
    [
      'the first pod is gone',
      [{ ready: { status: 'False', since: '2026-01-05T13:05:00Z' }, createdAt: '2026-01-05T13:05:00Z' }],
      {},
    ],
    ['no pod of it is there to tell', [], {}],
    ['a pod does not say since when it is unready', [{ ready: { status: 'False', since: '' } }], {}],
    [
      'the rollout was finished once',
      [{ ready: unready }],
      { status: { conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }] } },
    ],
    ['the status does not say how the rollout went', [{ ready: unready }], { status: {} }],
    [
      'the revision has run before',
      [{ ready: unready }],
      { annotations: { 'deployment.kubernetes.io/revision-history': '3' } },
    ],
  ] satisfies readonly (readonly [string, readonly PodState[], object])[])('is medium when %s', (_what, pods, more) => {
    expect(riskWith(pods, more)).toBe('medium');
  });

  it('is medium when the revision that is left is not known', () => {
    expect(rollback.risk(liveOf(aWorkload(), [aReplicaSet(4, old)]), { revision: 4 })).toBe('medium');
  });

  it('is medium for a DaemonSet, whose revisions keep no counts, and high for a StatefulSet', () => {
    expect(rollback.risk(liveOf(aWorkload({ kind: 'DaemonSet' })), { revision: 4 })).toBe('medium');
    expect(rollback.risk(liveOf(aWorkload({ kind: 'StatefulSet' })), { revision: 4 })).toBe('high');
  });
});

describe('words of rollback', () => {
  it('name both revisions', () => {
    expect(rollback.summary(liveOf(aWorkload(), sets), { revision: 4 })).toBe('revision 5 → 4');
  });

  it('name the aim alone when the present revision is not known', () => {
    expect(rollback.summary(liveOf(aWorkload()), { revision: 4 })).toBe('to revision 4');
  });

  it('give the kubectl line', () => {
    expect(rollback.byHand({ kind: 'DaemonSet', namespace: 'shop', name: 'agent' }, { revision: 4 })).toBe(
      'kubectl -n shop rollout undo ds/agent --to-revision=4',
    );
  });
});
