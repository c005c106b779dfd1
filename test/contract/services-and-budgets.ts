// What follows the pods: the endpoints behind a Service, and how many of its pods a budget can spare.
import { describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { including, matching } from './matching.ts';
import { aBudget, aDeployment, aPod, aService, aStatefulSet } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

export function describeServicesAndBudgets(subject: () => Subject): void {
  describe('EndpointSlice', () => {
    const room = aRoom(subject, 'endpoint-slices');
    const slices = async (service: string): Promise<Tree[]> =>
      treesAt(
        await room.read(`${room.path('endpointslices')}?labelSelector=kubernetes.io/service-name=${service}`),
        'items',
      );
    const endpoints = async (service: string): Promise<Tree[]> =>
      (await slices(service)).flatMap((slice) => treesAt(slice, 'endpoints'));

    it('holds address, node and condition of each pod that a Service picks, with named ports resolved', async () => {
      await room.make('services', aService('web', [{ name: 'http', port: 80, targetPort: 'http' }]));
      const made = await room.make('pods', aPod('web', { ports: [{ name: 'http', containerPort: 8080 }] }));
      const [slice] = await room.until(async () => {
        const found = await slices('web');
        expect(treesAt(found[0] ?? {}, 'endpoints')).toMatchObject([{ conditions: { ready: true } }]);
        return found;
      });
      const pod = await room.read(room.path('pods', 'web'));
      expect(slice).toMatchObject({
        metadata: {
          name: matching(/^web-[a-z0-9]{5}$/),
          labels: {
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
        },
        addressType: 'IPv4',
        ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      });
      expect(treesAt(slice ?? {}, 'endpoints')).toEqual([
        {
          addresses: [textAt(pod, 'status', 'podIP')],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: {
            kind: 'Pod',
            namespace: room.namespace,
            name: 'web',
            uid: textAt(made, 'metadata', 'uid'),
          },
          nodeName: textAt(pod, 'spec', 'nodeName'),
          zone: matching(/^sim-1[abc]$/),
        },
      ]);
    });

    it('holds an unready pod as not ready, unless the Service publishes it', async () => {
      const probe = { httpGet: { port: 9999 }, periodSeconds: 1 };
      await room.make('services', aService('unready'));
      await room.make('pods', aPod('unready', { readinessProbe: probe }));
      await room.until(async () =>
        expect(await endpoints('unready')).toMatchObject([{ conditions: { ready: false, serving: false } }]),
      );
      await room.patch(room.path('services', 'unready'), 'merge', { spec: { publishNotReadyAddresses: true } });
      await room.until(async () =>
        expect(await endpoints('unready')).toMatchObject([{ conditions: { ready: true, serving: false } }]),
      );
    });

    it('is there and empty for a Service that picks nothing, and absent for one without a selector', async () => {
      await room.make('services', aService('lonely'));
      const { selector, ...spec } = treeAt(aService('manual'), 'spec');
      expect(selector).toBeDefined();
      await room.make('services', { ...aService('manual'), spec });
      await room.until(async () => expect(await slices('lonely')).toMatchObject([{ endpoints: null, ports: null }]));
      expect(await slices('manual')).toEqual([]);
    });

    it('follows a selector that changes', async () => {
      await room.make('pods', aPod('other'));
      await room.make('services', aService('moved'));
      await room.patch(room.path('services', 'moved'), 'merge', { spec: { selector: { app: 'other' } } });
      await room.until(async () =>
        expect(await endpoints('moved')).toMatchObject([{ targetRef: { name: 'other' }, conditions: { ready: true } }]),
      );
    });

    it('names the pod of a StatefulSet behind a headless Service', async () => {
      const spec = { ...treeAt(aService('set'), 'spec'), clusterIP: 'None' };
      await room.make('services', { ...aService('set'), spec });
      await room.make('statefulsets', aStatefulSet('set', { replicas: 1 }));
      await room.until(async () => {
        const [slice] = await slices('set');
        expect(slice).toMatchObject({ metadata: { labels: { 'service.kubernetes.io/headless': '' } } });
        expect(treesAt(slice ?? {}, 'endpoints')).toMatchObject([{ hostname: 'set-0', targetRef: { name: 'set-0' } }]);
      });
    });

    it('goes with its Service', async () => {
      await room.make('services', aService('gone'));
      await room.until(async () => expect(await slices('gone')).toHaveLength(1));
      await room.remove(room.path('services', 'gone'));
      await room.until(async () => expect(await slices('gone')).toEqual([]));
    });
  });

  describe('PodDisruptionBudget', () => {
    const room = aRoom(subject, 'budgets');
    const status = async (name: string): Promise<Tree> =>
      treeAt(await room.read(room.path('poddisruptionbudgets', name)), 'status');

    it('counts healthy and expected pods and what may go', async () => {
      await room.make('deployments', aDeployment('web', { replicas: 3 }));
      await room.make('poddisruptionbudgets', aBudget('web', { minAvailable: 2 }));
      await room.until(async () =>
        expect(await status('web')).toMatchObject({
          disruptionsAllowed: 1,
          currentHealthy: 3,
          desiredHealthy: 2,
          expectedPods: 3,
          observedGeneration: 1,
        }),
      );
      expect(treesAt(await status('web'), 'conditions')).toEqual([
        {
          type: 'DisruptionAllowed',
          status: 'True',
          observedGeneration: 1,
          lastTransitionTime: matching(/Z$/),
          reason: 'SufficientPods',
          message: '',
        },
      ]);
    });

    it('allows nothing when as many must stay as there are', async () => {
      await room.make('deployments', aDeployment('tight', { replicas: 1 }));
      await room.make('poddisruptionbudgets', aBudget('tight', { minAvailable: 1 }));
      await room.until(async () =>
        expect(await status('tight')).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }),
      );
      expect(treesAt(await status('tight'), 'conditions')).toMatchObject([
        { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' },
      ]);
    });

    it('counts shares and what may be missing by the replicas that are wanted', async () => {
      await room.make('deployments', aDeployment('shared', { replicas: 3 }));
      await room.make('poddisruptionbudgets', aBudget('shared', { minAvailable: '50%' }));
      await room.make('deployments', aDeployment('most', { replicas: 3 }));
      await room.make('poddisruptionbudgets', aBudget('most', { maxUnavailable: 1 }));
      await room.until(async () => {
        expect(await status('shared')).toMatchObject({ disruptionsAllowed: 1, desiredHealthy: 2, expectedPods: 3 });
        expect(await status('most')).toMatchObject({ disruptionsAllowed: 1, desiredHealthy: 2, expectedPods: 3 });
      });
    });

    it('follows a change of its spec', async () => {
      await room.make('deployments', aDeployment('changed', { replicas: 2 }));
      await room.make('poddisruptionbudgets', aBudget('changed', { minAvailable: 2 }));
      await room.patch(room.path('poddisruptionbudgets', 'changed'), 'merge', { spec: { minAvailable: 0 } });
      await room.until(async () =>
        expect(await status('changed')).toMatchObject({ disruptionsAllowed: 2, observedGeneration: 2 }),
      );
    });

    it('says in an event that it finds no pods', async () => {
      await room.make('poddisruptionbudgets', aBudget('lonely', { minAvailable: 1 }));
      await room.until(async () => {
        const list = await room.read(
          `/api/v1/namespaces/${room.namespace}/events?fieldSelector=involvedObject.name=lonely`,
        );
        expect(treesAt(list, 'items')).toMatchObject([
          {
            type: 'Normal',
            reason: 'NoPods',
            message: 'No matching pods found',
            source: { component: 'controllermanager' },
          },
        ]);
      });
    });

    it('refuses both bounds at once', async () => {
      const answer = await room.post(
        room.path('poddisruptionbudgets'),
        aBudget('both', { minAvailable: 1, maxUnavailable: 1 }),
      );
      expect([answer.status, treesAt(answer.body, 'details', 'causes').map((cause) => cause['field'])]).toEqual([
        422,
        including('spec'),
      ]);
    });
  });
}
