// The scheduler: where a pod may run, and what pod and event say when no node will do (faults.md, SCH causes).
import { afterAll, describe, expect, it } from 'vitest';
import { textAt, textMapAt, type Tree, treesAt } from '../../src/sandbox/api/tree.ts';
import { having, including, matching } from './matching.ts';
import { aPod } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const hopeless = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

export function describeScheduling(subject: () => Subject): void {
  describe('scheduler', () => {
    const room = aRoom(subject, 'scheduling');
    const third = '/api/v1/nodes/node-3';
    const pod = async (name: string): Promise<Tree> => await room.read(room.path('pods', name));
    const on = (node: string): Tree => ({ nodeSelector: { 'kubernetes.io/hostname': node } });
    const nodeOf = async (name: string): Promise<string> =>
      await room.until(async () => {
        const found = textAt(await pod(name), 'spec', 'nodeName');
        expect(found).not.toBe('');
        return found;
      });
    const eventsOf = async (name: string): Promise<Tree[]> =>
      treesAt(
        await room.read(`/api/v1/namespaces/${room.namespace}/events?fieldSelector=involvedObject.name=${name}`),
        'items',
      );
    /** Makes a pod that cannot be placed; resolves with the words of its condition when the event says them too. */
    const refusal = async (name: string, container: Tree, spec: Tree): Promise<string> => {
      await room.make('pods', aPod(name, container, spec));
      return await room.until(async () => {
        const [condition] = treesAt(await pod(name), 'status', 'conditions');
        expect(condition).toMatchObject({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' });
        const message = textAt(condition ?? {}, 'message');
        expect(await eventsOf(name)).toEqual(
          including(having({ type: 'Warning', reason: 'FailedScheduling', message })),
        );
        return message;
      });
    };
    afterAll(async () => {
      await room.patch(third, 'merge', { spec: { taints: null, unschedulable: null } });
    });

    it('puts a pod on a node and says so on the pod and in an event', async () => {
      await room.make('pods', aPod('placed'));
      const node = await nodeOf('placed');
      expect(node).toMatch(/^node-[123]$/);
      expect(treesAt(await pod('placed'), 'status', 'conditions')).toEqual(
        including(having({ type: 'PodScheduled', status: 'True' })),
      );
      await room.until(async () =>
        expect(await eventsOf('placed')).toEqual(
          including(
            having({
              type: 'Normal',
              reason: 'Scheduled',
              message: `Successfully assigned ${room.namespace}/placed to ${node}`,
              reportingComponent: 'default-scheduler',
              action: 'Binding',
              source: {},
              eventTime: matching(/\.\d{6}Z$/),
            }),
          ),
        ),
      );
    });

    it('follows a node selector', async () => {
      await room.make('pods', aPod('selected', {}, on('node-2')));
      expect(await nodeOf('selected')).toBe('node-2');
    });

    it('labels a pod with region and zone of its node', async () => {
      await room.make('pods', aPod('located', {}, on('node-2')));
      await nodeOf('located');
      expect(textMapAt(await pod('located'), 'metadata', 'labels')).toEqual({
        app: 'located',
        'topology.kubernetes.io/region': 'sim-1',
        'topology.kubernetes.io/zone': 'sim-1b',
      });
    });

    it('says that no node matches the selector', async () => {
      expect(await refusal('mismatched', {}, { nodeSelector: { disk: 'none' } })).toBe(
        `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${hopeless}`,
      );
      expect(await pod('mismatched')).toMatchObject({ status: { phase: 'Pending' } });
    });

    it('says that no node is large enough', async () => {
      expect(await refusal('large', { resources: { requests: { cpu: '100' } } }, {})).toBe(
        `0/3 nodes are available: 3 Insufficient cpu. ${hopeless}`,
      );
      expect(await refusal('both', { resources: { requests: { cpu: '100', memory: '1Ti' } } }, {})).toBe(
        `0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory. ${hopeless}`,
      );
    });

    it('says that the nodes are full when others take the room', async () => {
      const half = { resources: { requests: { cpu: '5' } } };
      await room.make('pods', aPod('first-half', half, on('node-2')));
      await nodeOf('first-half');
      expect(await refusal('second-half', half, on('node-2'))).toBe(
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
      );
      await room.remove(room.path('pods', 'first-half'));
      expect(await nodeOf('second-half')).toBe('node-2');
    });

    it('keeps pods off a taint that they do not tolerate', async () => {
      await room.patch(third, 'strategic', {
        spec: { taints: [{ key: 'reserved', value: 'yes', effect: 'NoSchedule' }] },
      });
      expect(await refusal('tainted', {}, on('node-3'))).toBe(
        `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. ${hopeless}`,
      );
      const toleration = { key: 'reserved', operator: 'Equal', value: 'yes', effect: 'NoSchedule' };
      await room.make('pods', aPod('tolerant', {}, { ...on('node-3'), tolerations: [toleration] }));
      expect(await nodeOf('tolerant')).toBe('node-3');
      await room.patch(third, 'merge', { spec: { taints: null } });
      expect(await nodeOf('tainted')).toBe('node-3');
    });

    it('keeps pods off a cordoned node, which the controller taints', async () => {
      await room.patch(third, 'json', [{ op: 'add', path: '/spec/unschedulable', value: true }]);
      await room.until(async () =>
        expect(treesAt(await room.read(third), 'spec', 'taints')).toMatchObject([
          { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: matching(/Z$/) },
        ]),
      );
      expect(await refusal('cordoned', {}, on('node-3'))).toBe(
        `0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector. ${hopeless}`,
      );
      await room.patch(third, 'json', [{ op: 'remove', path: '/spec/unschedulable' }]);
      expect(await nodeOf('cordoned')).toBe('node-3');
      await room.until(async () => expect(treesAt(await room.read(third), 'spec', 'taints')).toEqual([]));
    });

    it('binds a pod once', async () => {
      const binding = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'placed' },
        target: { apiVersion: 'v1', kind: 'Node', name: 'node-1' },
      };
      const answer = await room.post(room.path('pods', 'placed', 'binding'), binding);
      expect([answer.status, answer.body['reason']]).toEqual([409, 'Conflict']);
    });
  });
}
