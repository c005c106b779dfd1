// Deployments: revisions as ReplicaSets, rollouts within their bounds, rollback, pause, deadline, and what is said about them (writes.md B.2, C.9.7).
import { describe, expect, it } from 'vitest';
import { numberAt, textAt, textMapAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { absentImage, newWebImage } from './images.ts';
import { containing, having, including, matching } from './matching.ts';
import { aDeployment, op, type WorkloadParts } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';
import type { WatchEvent } from './watching.ts';

const prefix = 'deployment.kubernetes.io';
const annotationsOf = (object: Tree): Record<string, string> => textMapAt(object, 'metadata', 'annotations');
const revisionOf = (object: Tree): string => annotationsOf(object)[`${prefix}/revision`] ?? '';
const imageChange = (image: string): Tree => ({
  spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
});
const quick: Tree = { terminationGracePeriodSeconds: 0 };

/** Pods that all ReplicaSets together were to have after each event. */
function totals(events: readonly WatchEvent[]): number[] {
  const sizes = new Map<string, number>();
  return events.map(({ object }) => {
    sizes.set(textAt(object, 'metadata', 'name'), numberAt(object, 'spec', 'replicas') ?? 0);
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  });
}

export function describeRollouts(subject: () => Subject): void {
  describe('Deployment', () => {
    const room = aRoom(subject, 'rollouts');
    const path = (name: string): string => room.path('deployments', name);
    const live = async (name: string): Promise<Tree> => await room.read(path(name));
    const listed = async (plural: 'replicasets' | 'pods', name: string): Promise<Tree[]> =>
      treesAt(await room.read(`${room.path(plural)}?labelSelector=app=${name}`), 'items');
    const sets = async (name: string): Promise<Tree[]> =>
      (await listed('replicasets', name)).toSorted((a, b) => Number(revisionOf(a)) - Number(revisionOf(b)));
    const settled = async (name: string, replicas: number): Promise<Tree> =>
      await room.until(async () => {
        const deployment = await live(name);
        const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
        expect(deployment['status']).toMatchObject({
          observedGeneration: numberAt(deployment, 'metadata', 'generation'),
          ...counts,
        });
        expect(treeAt(deployment, 'status')).not.toHaveProperty('unavailableReplicas');
        expect((await listed('pods', name)).length).toBe(replicas);
        return deployment;
      });
    const running = async (name: string, replicas: number, parts: WorkloadParts = {}): Promise<Tree> => {
      await room.make('deployments', aDeployment(name, { replicas, podSpec: quick, ...parts }));
      return await settled(name, replicas);
    };
    const conditions = (deployment: Tree): unknown[] =>
      treesAt(deployment, 'status', 'conditions').map((one) => [one['type'], one['status'], one['reason']]);
    const eventsOf = async (name: string): Promise<unknown[]> => {
      const query = `fieldSelector=involvedObject.name=${name}`;
      const list = await room.read(`/api/v1/namespaces/${room.namespace}/events?${query}`);
      return treesAt(list, 'items').map((event) => [event['type'], event['reason'], event['message']]);
    };

    it('makes a ReplicaSet with hash, revision, sizes and annotations of its own, but not the applied configuration', async () => {
      const applied = 'kubectl.kubernetes.io/last-applied-configuration';
      const deployment = await running('first', 2, { annotations: { note: 'x', [applied]: '{}' } });
      const [set] = await sets('first');
      const hash = textAt(set ?? {}, 'metadata', 'labels', 'pod-template-hash');
      expect(textAt(set ?? {}, 'metadata', 'name')).toBe(`first-${hash}`);
      expect(annotationsOf(set ?? {})).toEqual({
        note: 'x',
        [`${prefix}/revision`]: '1',
        [`${prefix}/desired-replicas`]: '2',
        [`${prefix}/max-replicas`]: '3',
      });
      expect(set).toMatchObject({
        metadata: {
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'Deployment',
              name: 'first',
              uid: textAt(deployment, 'metadata', 'uid'),
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: 'first', 'pod-template-hash': hash } },
          template: { metadata: { labels: { app: 'first', 'pod-template-hash': hash } } },
        },
        status: { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 },
      });
      expect(revisionOf(deployment)).toBe('1');
    });

    it('names pods after their ReplicaSet, labels and owns them', async () => {
      await running('named', 1);
      const [[set], [pod]] = [await sets('named'), await listed('pods', 'named')];
      const owner = textAt(set ?? {}, 'metadata', 'name');
      expect(pod).toMatchObject({
        metadata: {
          name: matching(new RegExp(`^${owner}-[a-z0-9]{5}$`)),
          generateName: `${owner}-`,
          labels: textMapAt(set ?? {}, 'metadata', 'labels'),
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, controller: true }],
        },
      });
    });

    it('says that it is available and has progressed', async () => {
      const deployment = await running('said', 1);
      const [set] = await sets('said');
      expect(conditions(deployment)).toEqual([
        ['Available', 'True', 'MinimumReplicasAvailable'],
        ['Progressing', 'True', 'NewReplicaSetAvailable'],
      ]);
      expect(treesAt(deployment, 'status', 'conditions')[1]?.['message']).toBe(
        `ReplicaSet "${textAt(set ?? {}, 'metadata', 'name')}" has successfully progressed.`,
      );
      expect(treeAt(deployment, 'status')['terminatingReplicas']).toBe(0);
    });

    it('counts in its status and in that of its set', async () => {
      const deployment = await running('counted', 1);
      const { conditions: said, ...counts } = treeAt(deployment, 'status');
      expect(said).toEqual(treesAt(deployment, 'status', 'conditions'));
      expect(counts).toEqual({
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        terminatingReplicas: 0,
      });
      expect((await sets('counted'))[0]?.['status']).toEqual({
        observedGeneration: 1,
        replicas: 1,
        fullyLabeledReplicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        terminatingReplicas: 0,
      });
    });

    it('says in events what it scales and which pods are made and deleted', async () => {
      await running('told', 1);
      const name = textAt((await sets('told'))[0] ?? {}, 'metadata', 'name');
      await room.patch(path('told'), 'merge', { spec: { replicas: 0 } });
      await room.until(async () => expect(await listed('pods', 'told')).toEqual([]));
      await room.until(async () => {
        expect(await eventsOf('told')).toEqual([
          ['Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to 1`],
          ['Normal', 'ScalingReplicaSet', `Scaled down replica set ${name} from 1 to 0`],
        ]);
        expect(await eventsOf(name)).toEqual([
          ['Normal', 'SuccessfulCreate', containing(`Created pod: ${name}-`)],
          ['Normal', 'SuccessfulDelete', containing(`Deleted pod: ${name}-`)],
        ]);
      });
    });

    it('rolls out without falling below what must be available or rising above what may exist', async () => {
      await running('bounded', 3, {
        spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
      });
      const watching = await room.watch(`${room.path('deployments')}?watch=true&fieldSelector=metadata.name=bounded`);
      const sizes = await room.watch(`${room.path('replicasets')}?watch=true&labelSelector=app=bounded`);
      await room.patch(path('bounded'), 'strategic', imageChange(newWebImage));
      await settled('bounded', 3);
      watching.close();
      sizes.close();
      const statuses = watching.events.map(({ object }) => treeAt(object, 'status'));
      expect(Math.min(...statuses.map((status) => numberAt(status, 'availableReplicas') ?? 0))).toBe(3);
      expect(Math.max(...totals(sizes.events))).toBe(4);
      expect((await sets('bounded')).map((set) => [revisionOf(set), numberAt(set, 'spec', 'replicas')])).toEqual([
        ['1', 0],
        ['2', 3],
      ]);
      expect(revisionOf(await live('bounded'))).toBe('2');
    });

    it('takes up an old ReplicaSet again, under a new number, when its template comes back', async () => {
      await running('undone', 1);
      const [first] = await sets('undone');
      await room.patch(path('undone'), 'strategic', imageChange(newWebImage));
      await settled('undone', 1);
      const template = structuredClone(treeAt(first ?? {}, 'spec', 'template'));
      delete treeAt(template, 'metadata', 'labels')['pod-template-hash'];
      await room.patch(path('undone'), 'json', [op('replace', '/spec/template', template)]);
      const deployment = await settled('undone', 1);
      expect(revisionOf(deployment)).toBe('3');
      expect((await sets('undone')).map((set) => [textAt(set, 'metadata', 'uid'), revisionOf(set)])).toMatchObject([
        [expect.any(String), '2'],
        [textAt(first ?? {}, 'metadata', 'uid'), '3'],
      ]);
      expect(annotationsOf((await sets('undone'))[1] ?? {})[`${prefix}/revision-history`]).toBe('1');
      expect(treeAt(deployment, 'spec', 'template')).toEqual(template);
    });

    it('carries a new annotation to the ReplicaSet of the present revision', async () => {
      await running('marked', 1);
      await room.patch(path('marked'), 'merge', { metadata: { annotations: { mark: 'p1' } } });
      await room.until(async () => expect(annotationsOf((await sets('marked'))[0] ?? {})['mark']).toBe('p1'));
      expect(await sets('marked')).toHaveLength(1);
    });

    it('starts no rollout for an equal template', async () => {
      await running('same', 1);
      const before = textAt(await live('same'), 'metadata', 'resourceVersion');
      await room.patch(path('same'), 'strategic', { spec: { template: { spec: { restartPolicy: 'Always' } } } });
      expect(textAt(await live('same'), 'metadata', 'resourceVersion')).toBe(before);
    });

    it('holds back a rollout while it is paused, and scales all the same', async () => {
      await running('paused', 1);
      await room.patch(path('paused'), 'merge', { spec: { paused: true } });
      await room.patch(path('paused'), 'strategic', imageChange(newWebImage));
      const held = await room.until(async () => {
        const deployment = await live('paused');
        expect(treeAt(deployment, 'status')['observedGeneration']).toBe(numberAt(deployment, 'metadata', 'generation'));
        expect(treeAt(deployment, 'status')).not.toHaveProperty('updatedReplicas');
        return deployment;
      });
      expect(conditions(held)).toEqual(including(['Progressing', 'Unknown', 'DeploymentPaused']));
      expect(await sets('paused')).toHaveLength(1);
      await room.patch(path('paused'), 'merge', { spec: { replicas: 2 } });
      await room.until(async () => expect(treeAt(await live('paused'), 'status')['availableReplicas']).toBe(2));
      await room.patch(path('paused'), 'json', [op('remove', '/spec/paused')]);
      await settled('paused', 2);
      expect(await sets('paused')).toHaveLength(2);
    });

    it('keeps serving with the old pods when the new ones cannot start, and says so after the deadline', async () => {
      await running('stuck', 2, { spec: { progressDeadlineSeconds: 2 } });
      await room.patch(path('stuck'), 'strategic', imageChange(absentImage));
      const deployment = await room.until(async () => {
        const found = await live('stuck');
        expect(conditions(found)).toEqual(including(['Progressing', 'False', 'ProgressDeadlineExceeded']));
        return found;
      });
      const [, broken] = await sets('stuck');
      expect(deployment).toMatchObject({
        status: { replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 1 },
      });
      expect(treesAt(deployment, 'status', 'conditions')).toEqual(
        including(
          having({
            reason: 'ProgressDeadlineExceeded',
            message: `ReplicaSet "${textAt(broken ?? {}, 'metadata', 'name')}" has timed out progressing.`,
          }),
        ),
      );
    });

    it('stops all old pods before it starts new ones when it is to recreate', async () => {
      await running('recreated', 2, { spec: { strategy: { type: 'Recreate' } } });
      const from = textAt(await room.read(room.path('pods')), 'metadata', 'resourceVersion');
      const watching = await room.watch(
        `${room.path('pods')}?watch=true&resourceVersion=${from}&labelSelector=app=recreated`,
      );
      await room.patch(path('recreated'), 'strategic', imageChange(newWebImage));
      await settled('recreated', 2);
      watching.close();
      const changes = watching.events.map(({ type }) => type).filter((type) => type !== 'MODIFIED');
      expect(changes).toEqual(['DELETED', 'DELETED', 'ADDED', 'ADDED']);
    });

    it('says on set and Deployment why no pod can be made', async () => {
      await room.make('deployments', aDeployment('refused', { replicas: 1, podSpec: { serviceAccountName: 'none' } }));
      const said = containing(
        `error looking up service account ${room.namespace}/none: serviceaccount "none" not found`,
      );
      await room.until(async () => {
        const deployment = await live('refused');
        expect(treesAt(deployment, 'status', 'conditions')).toEqual(
          including(having({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: said })),
        );
        expect(treeAt(deployment, 'status')['unavailableReplicas']).toBe(1);
      });
      const [set] = await sets('refused');
      await room.until(async () =>
        expect(await eventsOf(textAt(set ?? {}, 'metadata', 'name'))).toEqual([['Warning', 'FailedCreate', said]]),
      );
    });

    it('replaces a pod that was deleted, and a ReplicaSet that was scaled by hand', async () => {
      await running('healed', 1);
      const [pod] = await listed('pods', 'healed');
      await room.remove(room.path('pods', textAt(pod ?? {}, 'metadata', 'name')));
      await room.until(async () => {
        const pods = await listed('pods', 'healed');
        expect(pods.map((one) => textAt(one, 'metadata', 'uid'))).not.toContain(textAt(pod ?? {}, 'metadata', 'uid'));
        expect(pods).toHaveLength(1);
      });
      const [set] = await sets('healed');
      const name = textAt(set ?? {}, 'metadata', 'name');
      await room.patch(room.path('replicasets', name, 'scale'), 'merge', { spec: { replicas: 3 } });
      await room.until(async () =>
        expect(await room.read(room.path('replicasets', name))).toMatchObject({
          spec: { replicas: 1 },
          status: { replicas: 1 },
        }),
      );
    });

    it('keeps no more old ReplicaSets than its history limit', async () => {
      await running('short', 1, { spec: { revisionHistoryLimit: 0 } });
      await room.patch(path('short'), 'strategic', imageChange(newWebImage));
      await room.until(async () => expect((await sets('short')).map(revisionOf)).toEqual(['2']));
    });

    it('goes with its ReplicaSets and pods, or leaves them when it is told to', async () => {
      await running('gone', 1);
      await room.remove(path('gone'), { propagationPolicy: 'Background' });
      await room.until(async () => {
        expect(await sets('gone')).toEqual([]);
        expect(await listed('pods', 'gone')).toEqual([]);
      });
      await running('left', 1);
      await room.remove(path('left'), { propagationPolicy: 'Orphan' });
      await room.until(async () => {
        expect((await room.get(path('left'))).status).toBe(404);
        expect((await sets('left')).map((set) => set['metadata'])).not.toMatchObject([{ ownerReferences: [{}] }]);
      });
      expect(await listed('pods', 'left')).toHaveLength(1);
    });
  });
}
