import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tree } from '../api/tree.ts';
import { bestOf, refusalOf, requestsOf, roomOn, sentenceOf, take } from './placement.ts';

const aNode = (name: string, more: Tree = {}, labels: Tree = {}): Tree => ({
  metadata: { name, labels },
  spec: more,
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '3' } },
});
const aPod = (requests: Tree = {}, more: Tree = {}): Tree => ({
  spec: { containers: [{ resources: { requests } }], ...more },
});
const reasons = (pod: Tree, node: Tree, ...pods: Tree[]): readonly string[] =>
  refusalOf(pod, roomOn(node, pods))?.reasons ?? [];

describe('where a pod may run', () => {
  it('is anywhere with room', () => {
    expect(reasons(aPod({ cpu: '4', memory: '8Gi' }), aNode('a'))).toEqual([]);
  });

  it('is not on a cordoned node, unless it tolerates that', () => {
    const node = aNode('a', { unschedulable: true });
    expect(reasons(aPod(), node)).toEqual(['node(s) were unschedulable']);
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }];
    expect(reasons(aPod({}, { tolerations }), node)).toEqual([]);
  });

  it.each<[boolean, Tree]>([
    [false, { key: 'a', value: '1', effect: 'NoSchedule' }],
    [true, { key: 'a', operator: 'Exists' }],
    [true, { operator: 'Exists' }],
    [true, { key: 'b', value: '2' }],
    [false, { key: 'b', value: '1' }],
    [false, { key: 'b', value: '2', effect: 'NoExecute' }],
  ])('is on a tainted node: %s with toleration %j', (fits, toleration) => {
    const node = aNode('a', {
      taints: [{ key: toleration['key'] === 'a' && fits ? 'a' : 'b', value: '2', effect: 'NoSchedule' }],
    });
    expect(reasons(aPod({}, { tolerations: [toleration] }), node).length === 0).toBe(fits);
  });

  it('is not kept away by a taint that only prefers', () => {
    expect(reasons(aPod(), aNode('a', { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }))).toEqual([]);
  });

  it('is only where all labels of its selector are', () => {
    const node = aNode('a', {}, { disk: 'ssd', zone: 'a' });
    expect(reasons(aPod({}, { nodeSelector: { disk: 'ssd' } }), node)).toEqual([]);
    expect(reasons(aPod({}, { nodeSelector: { disk: 'ssd', zone: 'b' } }), node)).toEqual([
      "node(s) didn't match Pod's node affinity/selector",
    ]);
  });

  it('names every resource that is short, and the number of pods', () => {
    expect(reasons(aPod({ cpu: '5', memory: '9Gi' }), aNode('a'))).toEqual(['Insufficient cpu', 'Insufficient memory']);
    expect(reasons(aPod(), aNode('a'), aPod(), aPod(), aPod())).toEqual(['Too many pods']);
  });

  it('is helped by preemption when it would fit an empty node', () => {
    const full = roomOn(aNode('a'), [aPod({ cpu: '3' })]);
    expect(refusalOf(aPod({ cpu: '2' }), full)).toMatchObject({ isHelpedByPreemption: true });
    expect(refusalOf(aPod({ cpu: '5' }), full)).toMatchObject({ isHelpedByPreemption: false });
  });

  it('takes the room that a pod asks for, the larger of its containers and its beginnings', () => {
    const pod: Tree = {
      spec: {
        containers: [{ resources: { requests: { cpu: '500m' } } }, { resources: { requests: { cpu: '1' } } }],
        initContainers: [{ resources: { requests: { cpu: '2', memory: '1Gi' } } }],
      },
    };
    expect(requestsOf(pod)).toEqual({ pods: 1, cpu: 2, memory: 2 ** 30 });
  });

  it('never lets a node take more than it has', () => {
    const requests = fc.record({ cpu: fc.integer({ min: 0, max: 3000 }).map((milli) => `${milli}m`) });
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 6 }), (wishes) => {
        const room = roomOn(aNode('a'), []);
        for (const wish of wishes) if (refusalOf(aPod(wish), room) === null) take(room, aPod(wish));
        expect(room.taken['cpu'] ?? 0).toBeLessThanOrEqual(4 + 1e-9);
        expect(room.taken['pods'] ?? 0).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('the sentence of the scheduler', () => {
  const refusal = (reason: string, isHelpedByPreemption = false) => ({ reasons: [reason], isHelpedByPreemption });

  it('counts reasons in the order of their text', () => {
    expect(sentenceOf([refusal('Insufficient cpu', true), refusal('b'), refusal('b')])).toBe(
      '0/3 nodes are available: 1 Insufficient cpu, 2 b. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    );
  });

  it('says that there are no nodes', () => {
    expect(sentenceOf([])).toBe('no nodes available to schedule pods');
  });
});

describe('the best of the nodes that fit', () => {
  const rooms = ['a', 'b', 'c'].map((name) => roomOn(aNode(name), name === 'a' ? [aPod({ cpu: '2' })] : []));

  it('has the fewest siblings, then the most room, then the first name', () => {
    const best = (siblings: Record<string, number>): unknown =>
      bestOf(rooms, new Map(Object.entries(siblings)))?.node['metadata'];
    expect(best({ a: 0, b: 1, c: 1 })).toMatchObject({ name: 'a' });
    expect(best({})).toMatchObject({ name: 'b' });
    expect(best({ b: 1 })).toMatchObject({ name: 'c' });
    expect(bestOf([], new Map())).toBeUndefined();
  });
});
