// metadata.generation by kind, and the status that still shows the world before a write (writes.md C.1, C.9.4, C.9.8).
import { beforeAll, describe, expect, it } from 'vitest';
import { numberAt, textAt, type Tree, treeAt } from '../../src/sandbox/api/tree.ts';
import { aBudget, aConfigMap, aDeployment, aLease, anAutoscaler, aPod, aService, aStatefulSet } from './objects.ts';
import { aRoom, type Plural } from './room.ts';
import type { Subject } from './subject.ts';

const generationOf = (object: Tree): number | undefined => numberAt(object, 'metadata', 'generation');

export function describeGenerations(subject: () => Subject): void {
  describe('generation', () => {
    const room = aRoom(subject, 'generations');
    const merged = async (path: string, body: unknown): Promise<number | undefined> =>
      generationOf((await room.patch(path, 'merge', body)).body);
    const made = async (plural: Plural, object: Tree): Promise<string> => {
      await room.make(plural, object);
      return room.path(plural, textAt(object, 'metadata', 'name'));
    };
    let web: string;
    beforeAll(async () => {
      web = await made('deployments', aDeployment('web'));
    });

    it('starts at 1 and rises with the spec', async () => {
      expect(generationOf(await room.read(web))).toBe(1);
      expect(await merged(web, { spec: { minReadySeconds: 1 } })).toBe(2);
    });

    it('rises with the annotations of a Deployment, not with its labels', async () => {
      const before = generationOf(await room.read(web)) ?? 0;
      expect(await merged(web, { metadata: { annotations: { note: 'x' } } })).toBe(before + 1);
      expect(await merged(web, { metadata: { labels: { note: 'x' } } })).toBe(before + 1);
    });

    it('stays when the status is written, revision annotation included', async () => {
      const before = generationOf(await room.read(web)) ?? 0;
      const status = await room.patch(`${web}/status`, 'merge', {
        metadata: { annotations: { 'deployment.kubernetes.io/revision': '1', 'by-status': 'x' } },
        status: { observedGeneration: 1 },
      });
      expect([status.status, generationOf(status.body)]).toEqual([200, before]);
    });

    it('writes only the status through the status, and never through the object', async () => {
      await room.patch(`${web}/status`, 'merge', { spec: { replicas: 5 }, status: { observedGeneration: 1 } });
      expect(await room.read(web)).toMatchObject({ spec: { replicas: 0 } });
      const answer = await room.patch(web, 'merge', { status: { readyReplicas: 7 } });
      expect(treeAt(answer.body, 'status')).not.toHaveProperty('readyReplicas');
    });

    it('rises with the spec alone for a StatefulSet', async () => {
      const set = await made('statefulsets', aStatefulSet('set'));
      expect(await merged(set, { metadata: { annotations: { note: 'x' } } })).toBe(1);
      expect(await merged(set, { spec: { minReadySeconds: 1 } })).toBe(2);
    });

    it('rises with the spec alone for budgets, autoscalers and CronJobs', async () => {
      const budget = await made('poddisruptionbudgets', aBudget('budget', { minAvailable: 1 }));
      expect(await merged(budget, { metadata: { annotations: { note: 'x' } } })).toBe(1);
      expect(await merged(budget, { spec: { minAvailable: 2 } })).toBe(2);
      const autoscaler = await made('horizontalpodautoscalers', anAutoscaler('autoscaler'));
      expect(await merged(autoscaler, { metadata: { annotations: { note: 'x' } } })).toBe(1);
      expect(await merged(autoscaler, { spec: { maxReplicas: 4 } })).toBe(2);
      const job = await made('cronjobs', {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 0 1 1 *',
          jobTemplate: {
            spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } } },
          },
        },
      });
      expect(await merged(job, { metadata: { annotations: { note: 'x' } } })).toBe(1);
      expect(await merged(job, { spec: { suspend: true } })).toBe(2);
    });

    it('does not exist for ConfigMaps, Services, Leases, Nodes and quotas', async () => {
      const paths = [
        await made('configmaps', aConfigMap('map')),
        await made('services', aService('service')),
        await made('leases', aLease('lease')),
        await made('resourcequotas', {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'quota' },
          spec: { hard: { pods: '100' } },
        }),
        '/api/v1/nodes/node-1',
      ];
      const objects = await Promise.all(paths.map(async (path) => await room.read(path)));
      expect(objects.map(generationOf)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    });

    it('rises for a pod with its spec and with the wish to delete it', async () => {
      const pod = await made('pods', aPod('pod', {}, { terminationGracePeriodSeconds: 30 }));
      await room.until(async () => expect(await room.read(pod)).toMatchObject({ status: { phase: 'Running' } }));
      expect(generationOf(await room.read(pod))).toBe(1);
      expect(await merged(pod, { metadata: { annotations: { note: 'x' } } })).toBe(1);
      expect(await merged(pod, { spec: { activeDeadlineSeconds: 9_000 } })).toBe(2);
      expect(generationOf((await room.remove(pod)).body)).toBe(3);
    });

    it('shows right after a write the old status, complete, with the old observed generation', async () => {
      const path = await made('deployments', aDeployment('seen', { replicas: 1 }));
      await room.until(async () => expect(await room.read(path)).toMatchObject({ status: { availableReplicas: 1 } }));
      const before = await room.read(path);
      const after = await room.patch(path, 'merge', { spec: { template: { metadata: { annotations: { at: '1' } } } } });
      expect(generationOf(after.body)).toBe((generationOf(before) ?? 0) + 1);
      expect(after.body['status']).toEqual(before['status']);
      await room.until(async () => {
        const live = await room.read(path);
        expect(numberAt(live, 'status', 'observedGeneration')).toBe(generationOf(live));
      });
    });
  });
}
