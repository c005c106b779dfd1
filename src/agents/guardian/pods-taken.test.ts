import { describe, expect, it } from 'vitest';
import { aControllerRevision } from '../../actions/testing/live.ts';
import type { Live } from '../../model/action.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { aPod, nowMs } from '../../diagnosis/testing/view.ts';
import type { PodSpec } from '../../model/kube.ts';
import { nodeRoom } from './node-room.ts';
import { patched } from './patched.ts';
import { podSize, sizeOf } from './pod-size.ts';
import { amount, podsTaken } from './pods-taken.ts';
import { quotaShortage } from './quota-room.ts';
import { aContainer, aLive, aRoomyNode, aTemplate, podsOf, target } from './testing/facts.ts';

const image = '/spec/template/spec/containers/0/image';
const rolledOut = (live: Live) =>
  podsTaken(live, patched(live.object, [{ op: 'replace', path: image, value: 'other:1' }]));
const rolling = (rollingUpdate: JsonObject): JsonObject => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });

describe('pods that a rollout of a Deployment takes', () => {
  const taken = (replicas: number, rollingUpdate: JsonObject | null, ready = replicas) =>
    rolledOut(
      aLive({ replicas, ...(rollingUpdate === null ? {} : { spec: rolling(rollingUpdate) }) }, ready, replicas - ready),
    );

  it('are a quarter, rounded down, where nothing is said; the surge is rounded up', () => {
    expect(taken(3, null)).toMatchObject({ taken: 0, surge: 1 });
    expect(taken(4, null)).toMatchObject({ taken: 1, surge: 1 });
    expect(taken(9, null)).toMatchObject({ taken: 2, surge: 3 });
  });

  it('are as many as maxUnavailable lets go, less what is out already', () => {
    expect(taken(6, { maxUnavailable: 2, maxSurge: 0 }).taken).toBe(2);
    expect(taken(6, { maxUnavailable: 2, maxSurge: 0 }, 5).taken).toBe(1);
    expect(taken(6, { maxUnavailable: 2, maxSurge: 0 }, 4).taken).toBe(0);
    expect(taken(6, { maxUnavailable: 2, maxSurge: 0 }, 2).taken).toBe(0);
    expect(taken(5, { maxUnavailable: '50%', maxSurge: 0 }).taken).toBe(2);
  });

  it('are one where neither surge nor gap is allowed, as the controller decides', () => {
    expect(taken(4, { maxUnavailable: 0, maxSurge: 0 }).taken).toBe(1);
    expect(taken(3, { maxUnavailable: '25%', maxSurge: '0%' }).taken).toBe(1);
    expect(taken(4, { maxUnavailable: 0, maxSurge: 1 }).taken).toBe(0);
  });

  it('are all where the gap cannot be read, and never more than are ready', () => {
    expect(taken(3, { maxUnavailable: 'many', maxSurge: 1 }).taken).toBe(3);
    expect(taken(2, { maxUnavailable: 5, maxSurge: 0 }).taken).toBe(2);
  });
});

describe('pods that a rollout of the others takes', () => {
  it('are one of a StatefulSet, or its maxUnavailable', () => {
    expect(rolledOut(aLive({ kind: 'StatefulSet', replicas: 5 })).taken).toBe(1);
    const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: '40%' } } };
    expect(rolledOut(aLive({ kind: 'StatefulSet', replicas: 4, spec })).taken).toBe(2);
    expect(rolledOut(aLive({ kind: 'StatefulSet', replicas: 4 }, 0, 4)).taken).toBe(0);
  });

  it('leave pods alone that run the wanted template already', () => {
    const template = aTemplate();
    const good = aTemplate([aContainer({ image: 'other:1' })]);
    const revision = aControllerRevision(1, good);
    const pods = podsOf(2).map((one) => withLabel(one, 'checkout-1'));
    const live: Live = { ...aLive({ kind: 'StatefulSet', template }), revisions: [revision], pods };
    expect(rolledOut(live).taken).toBe(0);
    expect(rolledOut({ ...live, pods: podsOf(2).map((one) => withLabel(one, 'checkout-2')) }).taken).toBe(1);
  });

  it('are one of a DaemonSet, none with surge or OnDelete', () => {
    const status = { desiredNumberScheduled: 4 };
    const word = (updateStrategy: JsonObject, ready = 4) =>
      rolledOut(aLive({ kind: 'DaemonSet', replicas: null, status, spec: { updateStrategy } }, ready, 4 - ready));
    expect(word({ type: 'RollingUpdate' })).toMatchObject({ taken: 1, surge: 0, wanted: 4 });
    expect(word({ rollingUpdate: { maxUnavailable: '30%' } }).taken).toBe(2);
    expect(word({ rollingUpdate: { maxSurge: 1 } })).toMatchObject({ taken: 0, surge: 1 });
    expect(word({ type: 'OnDelete' }).taken).toBe(0);
    expect(word({ type: 'RollingUpdate' }, 3).taken).toBe(0);
  });

  it('are all of a kind that is not known to roll gently', () => {
    expect(rolledOut(aLive({ kind: 'CloneSet', replicas: 3 })).taken).toBe(3);
  });
});

describe('pods that a change of the count takes', () => {
  const scaled = (live: Live, replicas: number) =>
    podsTaken(live, patched(live.object, [{ op: 'replace', path: '/spec/replicas', value: replicas }]));

  it('are the ready ones above the new count', () => {
    expect(scaled(aLive({ replicas: 5 }), 2)).toMatchObject({ taken: 3, added: 0, how: 'scaling down to 2' });
    expect(scaled(aLive({ replicas: 5 }, 3, 2), 2).taken).toBe(1);
    expect(scaled(aLive({ replicas: 5 }, 1, 4), 2).taken).toBe(0);
  });

  it('are none when pods come', () => {
    expect(scaled(aLive({ replicas: 2 }), 6)).toMatchObject({ taken: 0, added: 4, how: 'scaling up' });
  });

  it('count no pods that end, or that cannot be read', () => {
    const live = aLive({ replicas: 3 });
    const leaving = { ...live.pods[0], metadata: { name: 'x', deletionTimestamp: '2026-01-05T13:00:00Z' } };
    expect(scaled({ ...live, pods: [leaving, { odd: true }, ...live.pods.slice(1)] }, 2)).toMatchObject({
      ready: 2,
      taken: 0,
    });
  });
});

describe('an amount of pods', () => {
  it('is a count or a share, rounded as its field is', () => {
    const both = (value: Json) => [amount(value, 7, 'up'), amount(value, 7, 'down')];
    expect(both(2)).toEqual([2, 2]);
    expect(both('30%')).toEqual([3, 2]);
    expect(both('100%')).toEqual([7, 7]);
    expect([...both('3'), ...both('x%'), ...both(null)]).toEqual(Array.from({ length: 6 }));
  });
});

describe('what a pod asks for', () => {
  const of = (requests: Record<string, string>, limits: Record<string, string> = {}) => ({
    name: 'a',
    resources: { requests, limits },
  });

  it('is the sum of its containers, or the largest init container where that is more', () => {
    const spec: PodSpec = {
      containers: [of({ cpu: '100m' }), of({ cpu: '200m', memory: '1Gi' })],
      initContainers: [of({ cpu: '50m' }), of({ cpu: '1' })],
    };
    expect(sizeOf(spec).requests).toEqual({ cpu: 1, memory: 2 ** 30 });
    expect(sizeOf({ ...spec, initContainers: [] }).requests.cpu).toBeCloseTo(0.3);
    expect(
      sizeOf({ containers: [of({ cpu: '100m' })], initContainers: [of({ cpu: '50m' })] }).requests.cpu,
    ).toBeCloseTo(0.1);
  });

  it('takes a limit for the request that is not given, as the server does', () => {
    const size = sizeOf({ containers: [of({}, { cpu: '2' })] });
    expect(size.requests.cpu).toBe(2);
    expect(size.given).toMatchObject({
      'requests.cpu': true,
      'limits.cpu': true,
      'limits.memory': false,
      'requests.memory': false,
    });
  });

  it('is not known of a template that cannot be read', () => {
    expect(podSize(undefined)).toBeNull();
    expect(podSize({ spec: { containers: [{ image: 'no name' }] } })).toBeNull();
    expect(podSize({})).toBeNull();
  });
});

describe('room on nodes', () => {
  const size = (spec: Partial<PodSpec> = {}) =>
    sizeOf({ containers: [{ name: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' } } }], ...spec });
  const node = (allocatable: Record<string, string>, more: object = {}) =>
    aRoomyNode('n', { status: { ...aRoomyNode().status, allocatable }, ...more });
  const room = (...asked: Parameters<typeof nodeRoom>) => nodeRoom(...asked).pods;

  it('is what the scarcest of CPU, memory and pod slots leaves, on each node for itself', () => {
    expect(room([node({ cpu: '2', memory: '64Gi', pods: '9' })], [], size())).toBe(4);
    expect(room([node({ cpu: '64', memory: '3Gi', pods: '9' })], [], size())).toBe(3);
    expect(room([node({ cpu: '64', memory: '64Gi', pods: '2' })], [], size())).toBe(2);
    expect(
      room(
        [node({ cpu: '750m', memory: '9Gi', pods: '9' }), node({ cpu: '750m', memory: '9Gi', pods: '9' })],
        [],
        size(),
      ),
    ).toBe(2);
    expect(room([node({})], [], size())).toBe(0);
  });

  it('is held by pods until they are gone, and not by finished ones', () => {
    const one = aPod(target, 'x', {
      node: 'n',
      spec: { containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }] },
    });
    const nodes = [node({ cpu: '2', memory: '64Gi', pods: '9' })];
    const leaving = { ...one, metadata: { ...one.metadata, deletionTimestamp: new Date(nowMs).toISOString() } };
    const finished = { ...one, status: { ...one.status, phase: 'Succeeded' } };
    const elsewhere = { ...one, spec: { ...one.spec, containers: one.spec?.containers ?? [], nodeName: 'other' } };
    expect(
      [[one], [leaving], [finished], [elsewhere], [one, leaving]].map((pods) => room(nodes, pods, size())),
    ).toEqual([2, 2, 4, 4, 0]);
  });

  it('is on nodes whose taints are tolerated', () => {
    const tainted = (effect: string) => [
      node({ cpu: '1', memory: '9Gi', pods: '9' }, { spec: { taints: [{ key: 'k', value: 'v', effect }] } }),
    ];
    const tolerating = (one: object) => room(tainted('NoSchedule'), [], size({ tolerations: [one] }));
    expect(room(tainted('PreferNoSchedule'), [], size())).toBe(2);
    expect(room(tainted('NoExecute'), [], size())).toBe(0);
    expect(
      [
        { key: 'k', value: 'v' },
        { key: 'k', operator: 'Exists' },
        { operator: 'Exists' },
        { key: 'k', value: 'v', effect: 'NoSchedule' },
      ].map(tolerating),
    ).toEqual([2, 2, 2, 2]);
    expect(
      [
        { key: 'k', value: 'w' },
        { key: 'j', operator: 'Exists' },
        { key: 'k', value: 'v', effect: 'NoExecute' },
        { value: 'v' },
      ].map(tolerating),
    ).toEqual([0, 0, 0, 0]);
  });
});

describe('room in quotas', () => {
  const size = sizeOf({
    containers: [
      { name: 'a', resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } } },
    ],
  });
  const less = sizeOf({
    containers: [
      { name: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } } },
    ],
  });
  const quota = (hard: Record<string, string>, used: Record<string, string>) => [
    { metadata: { name: 'q' }, spec: { hard }, status: { used } },
  ];

  it('is asked for what pods add by name and by the older name', () => {
    const need = { pods: 2, size, less: null, swapped: 0 };
    expect(quotaShortage(quota({ cpu: '4' }, { cpu: '2' }), need)).toBeNull();
    expect(quotaShortage(quota({ cpu: '4' }, { cpu: '2100m' }), need)).toBe(
      'quota q has 1900m of cpu left, 2 more would be needed',
    );
    expect(quotaShortage(quota({ 'limits.cpu': '4' }, { 'limits.cpu': '1' }), need)).toContain(
      '4 more would be needed',
    );
    expect(quotaShortage(quota({ 'limits.memory': '4Gi' }, { 'limits.memory': '1Gi' }), need)).toContain(
      '3Gi of limits.memory left, 4Gi more',
    );
    expect(quotaShortage(quota({ 'count/pods': '3' }, { 'count/pods': '2' }), need)).toContain(
      '1 of count/pods left, 2 more',
    );
  });

  it('is asked for the growth of all pods, not only for the surge', () => {
    const need = { pods: 1, size, less, swapped: 4 };
    expect(quotaShortage(quota({ 'requests.cpu': '9' }, { 'requests.cpu': '7' }), need)).toBeNull();
    expect(quotaShortage(quota({ 'requests.cpu': '9' }, { 'requests.cpu': '7500m' }), need)).toContain(
      '2 more would be needed',
    );
  });

  it('is not asked for where nothing grows, even when it is overdrawn', () => {
    const need = { pods: 0, size: less, less: size, swapped: 4 };
    expect(
      quotaShortage(
        quota({ 'requests.cpu': '1', 'limits.memory': '1' }, { 'requests.cpu': '9', 'limits.memory': '9' }),
        need,
      ),
    ).toBeNull();
  });
});

function withLabel(object: JsonObject, revision: string): JsonObject {
  const owner = { kind: 'StatefulSet', name: 'checkout', uid: 'uid-checkout', controller: true };
  return {
    ...object,
    metadata: { name: revision, labels: { 'controller-revision-hash': revision }, ownerReferences: [owner] },
  };
}
