// Values that the server refuses, by field and reason: what a dry run tells the guardian before anything is written.
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treesAt } from '../../src/sandbox/api/tree.ts';
import { including } from './matching.ts';
import { aBudget, aConfigMap, aDeployment, aLease, anAutoscaler, aPod, aService, aStatefulSet } from './objects.ts';
import { aRoom, type Plural } from './room.ts';
import type { Subject } from './subject.ts';

const template = 'spec.template.spec';
const first = `${template}.containers[0]`;

export function describeValidation(subject: () => Subject): void {
  describe('validation', () => {
    const room = aRoom(subject, 'validation');
    const causesOf = (body: Tree): string[] =>
      treesAt(body, 'details', 'causes')
        .map((cause) => `${textAt(cause, 'field')} ${textAt(cause, 'reason').replace('FieldValue', '')}`)
        .toSorted();
    const patched = async (plural: Plural, name: string, body: Tree): Promise<string[]> => {
      const answer = await room.patch(`${room.path(plural, name)}?dryRun=All`, 'merge', body);
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid', details: { name } } });
      return causesOf(answer.body);
    };
    const spec = async (change: Tree): Promise<string[]> => await patched('deployments', 'web', { spec: change });
    const podSpec = async (change: Tree): Promise<string[]> => await spec({ template: { spec: change } });
    const container = async (change: Tree): Promise<string[]> =>
      await podSpec({ containers: [{ name: 'app', image: 'web:1', ...change }] });
    const posted = async (plural: Plural, object: Tree): Promise<string[]> => {
      const answer = await room.post(`${room.path(plural)}?dryRun=All`, object);
      expect(answer).toMatchObject({ status: 422 });
      return causesOf(answer.body);
    };
    beforeAll(async () => {
      await room.make('deployments', aDeployment('web'));
      await room.make('statefulsets', aStatefulSet('set'));
      await room.make('configmaps', aConfigMap('map'));
      await room.make('services', aService('service'));
    });

    it('refuses names, labels, annotations, owners and finalizers that are none', async () => {
      expect(await posted('configmaps', aConfigMap('A'))).toEqual(['metadata.name Invalid']);
      expect(await posted('configmaps', aConfigMap('a'.repeat(254)))).toEqual(['metadata.name Invalid']);
      expect(await posted('configmaps', aConfigMap(''))).toEqual(['metadata.name Required']);
      const metadata = async (change: Tree) => await patched('configmaps', 'map', { metadata: change });
      expect(await metadata({ labels: { 'a b': 'c' } })).toEqual(['metadata.labels Invalid']);
      expect(await metadata({ labels: { a: 'c d' } })).toEqual(['metadata.labels Invalid']);
      expect(await metadata({ annotations: { 'a b': 'c' } })).toEqual(['metadata.annotations Invalid']);
      expect(await metadata({ finalizers: ['bare'] })).toEqual(['metadata.finalizers[0] Invalid']);
      expect(await metadata({ ownerReferences: [{ name: 'x', uid: 'u' }] })).toEqual([
        'metadata.ownerReferences[0].apiVersion Required',
        'metadata.ownerReferences[0].kind Required',
      ]);
    });

    it('refuses a strategy that is none, or that cannot move', async () => {
      const rolling = async (bounds: Tree) => await spec({ strategy: { rollingUpdate: bounds } });
      const at = 'spec.strategy.rollingUpdate';
      expect(await spec({ strategy: { type: 'Odd' } })).toEqual(['spec.strategy NotSupported']);
      expect(await rolling({ maxSurge: 0, maxUnavailable: 0 })).toEqual([`${at}.maxUnavailable Invalid`]);
      expect(await rolling({ maxSurge: 'half' })).toEqual([`${at}.maxSurge Invalid`]);
      expect(await rolling({ maxUnavailable: '120%' })).toEqual([`${at}.maxUnavailable Invalid`]);
    });

    it('refuses a deadline that is not longer than the time to be ready', async () => {
      expect(await spec({ progressDeadlineSeconds: 0 })).toEqual(['spec.progressDeadlineSeconds Invalid']);
      expect(await spec({ minReadySeconds: 700 })).toEqual(['spec.progressDeadlineSeconds Invalid']);
      expect(await spec({ revisionHistoryLimit: -1 })).toEqual(['spec.revisionHistoryLimit Invalid']);
    });

    it('refuses a selector that is missing, empty or another', async () => {
      expect(await spec({ selector: null })).toEqual([
        'spec.selector Invalid',
        'spec.selector Required',
        'spec.template.metadata.labels Invalid',
      ]);
      expect(await posted('deployments', aDeployment('empty', { spec: { selector: {} } }))).toEqual([
        'spec.selector Invalid',
      ]);
      expect(await spec({ template: { metadata: { labels: { app: 'other' } } } })).toEqual([
        'spec.template.metadata.labels Invalid',
      ]);
    });

    it('refuses where and how a pod may not run', async () => {
      expect(await podSpec({ nodeSelector: { 'a b': 'c' } })).toEqual([`${template}.nodeSelector Invalid`]);
      expect(await podSpec({ dnsPolicy: 'Odd' })).toEqual([`${template}.dnsPolicy NotSupported`]);
      expect(await podSpec({ restartPolicy: 'Never' })).toEqual([`${template}.restartPolicy NotSupported`]);
      expect(await podSpec({ tolerations: [{ key: 'a', operator: 'Odd' }] })).toEqual([
        `${template}.tolerations[0].operator NotSupported`,
      ]);
      expect(await podSpec({ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] })).toEqual([
        `${template}.tolerations[0].operator Invalid`,
      ]);
      expect(await posted('pods', aPod('odd', {}, { restartPolicy: 'Odd' }))).toEqual([
        'spec.restartPolicy NotSupported',
      ]);
    });

    it('refuses containers that are missing, twice there, or without a name or an image', async () => {
      expect(await podSpec({ containers: [] })).toEqual([`${template}.containers Required`]);
      expect(
        await podSpec({
          containers: [
            { name: 'a', image: 'x' },
            { name: 'a', image: 'x' },
          ],
        }),
      ).toEqual([`${template}.containers[1].name Duplicate`]);
      expect(await podSpec({ containers: [{ name: '', image: '' }] })).toEqual([
        `${first}.image Required`,
        `${first}.name Required`,
      ]);
      expect(await container({ imagePullPolicy: 'Odd' })).toEqual([`${first}.imagePullPolicy NotSupported`]);
    });

    it('refuses resources that are negative, unknown, or asked for above the limit', async () => {
      expect(await container({ resources: { limits: { memory: '-1' } } })).toEqual([
        `${first}.resources.limits[memory] Invalid`,
      ]);
      expect(await container({ resources: { limits: { odd: '1' } } })).toEqual([
        `${first}.resources.limits[odd] Invalid`,
        `${first}.resources.limits[odd] Invalid`,
      ]);
      const above = { limits: { cpu: '1' }, requests: { cpu: '1500m' } };
      expect(await container({ resources: above })).toEqual([`${first}.resources.requests Invalid`]);
    });

    it('refuses variables without a name, with an odd one, or without a source', async () => {
      expect(await container({ env: [{ name: '', value: 'x' }] })).toEqual([`${first}.env[0].name Required`]);
      expect(await container({ env: [{ name: 'A=B', value: 'x' }] })).toEqual([`${first}.env[0].name Invalid`]);
      expect(await container({ env: [{ name: 'A', valueFrom: {} }] })).toEqual([`${first}.env[0].valueFrom Invalid`]);
      expect(await container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm' } } }] })).toEqual([
        `${first}.env[0].valueFrom.configMapKeyRef.key Required`,
      ]);
    });

    it('refuses ports that are none', async () => {
      expect(await container({ ports: [{ containerPort: 0 }] })).toEqual([`${first}.ports[0].containerPort Required`]);
      expect(await container({ ports: [{ containerPort: 70_000 }] })).toEqual([
        `${first}.ports[0].containerPort Invalid`,
      ]);
      expect(await container({ ports: [{ containerPort: 80, name: 'longer-than-that' }] })).toEqual([
        `${first}.ports[0].name Invalid`,
      ]);
      expect(await container({ ports: [{ containerPort: 80, protocol: 'Odd' }] })).toEqual([
        `${first}.ports[0].protocol NotSupported`,
      ]);
    });

    it('refuses probes with no handler, two handlers, an odd port or odd times', async () => {
      const probe = async (value: Tree) => await container({ livenessProbe: value });
      const at = `${first}.livenessProbe`;
      expect(await probe({ periodSeconds: 5 })).toEqual([`${at} Required`]);
      expect(await probe({ httpGet: { port: 80 }, tcpSocket: { port: 80 } })).toEqual([`${at}.tcpSocket Forbidden`]);
      expect(await probe({ httpGet: { port: 'a_b' } })).toEqual([`${at}.httpGet.port Invalid`]);
      expect(await probe({ httpGet: {} })).toEqual([`${at}.httpGet.port Invalid`]);
      expect(await probe({ httpGet: { port: 80, scheme: 'FTP' } })).toEqual([`${at}.httpGet.scheme NotSupported`]);
      expect(await probe({ httpGet: { port: 80 }, periodSeconds: -1 })).toEqual([`${at}.periodSeconds Invalid`]);
      expect(await probe({ httpGet: { port: 80 }, successThreshold: 2 })).toEqual([`${at}.successThreshold Invalid`]);
    });

    it('refuses volumes that are twice there or of two types', async () => {
      expect(await podSpec({ volumes: [{ name: 'a' }, { name: 'a' }] })).toEqual([
        `${template}.volumes[1].name Duplicate`,
      ]);
      expect(await podSpec({ volumes: [{ name: 'a', emptyDir: {}, configMap: { name: 'x' } }] })).toEqual([
        `${template}.volumes[0].configMap Forbidden`,
      ]);
    });

    it('refuses to change what is lasting in a StatefulSet', async () => {
      const change = async (value: Tree) => await patched('statefulsets', 'set', { spec: value });
      expect(await change({ serviceName: 'other' })).toEqual(['spec.serviceName Invalid']);
      expect(await change({ podManagementPolicy: 'Parallel' })).toEqual(['spec.podManagementPolicy Invalid']);
      expect(await change({ updateStrategy: { type: 'OnDelete' } })).toEqual([
        'spec.updateStrategy.rollingUpdate Invalid',
      ]);
      expect(await change({ updateStrategy: { rollingUpdate: { partition: -1 } } })).toEqual([
        'spec.updateStrategy.rollingUpdate.partition Invalid',
      ]);
    });

    it('refuses Services with odd ports, no port, another address or an odd type', async () => {
      expect(await posted('services', aService('none', []))).toEqual(['spec.ports Required']);
      expect(await posted('services', aService('zero', [{ port: 0, targetPort: 80 }]))).toEqual([
        'spec.ports[0].port Invalid',
      ]);
      expect(await posted('services', aService('odd', [{ port: 80, targetPort: 'a_b' }]))).toEqual([
        'spec.ports[0].targetPort Invalid',
      ]);
      const twice = [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ];
      expect(await posted('services', aService('twice', twice))).toEqual(['spec.ports[1] Duplicate']);
      expect(await patched('services', 'service', { spec: { clusterIP: '10.96.9.9' } })).toEqual(
        including('spec.clusterIPs[0] Invalid'),
      );
      expect(await patched('services', 'service', { spec: { type: 'Odd' } })).toEqual(
        including('spec.type NotSupported'),
      );
    });

    it('refuses odd numbers in Leases, budgets and autoscalers', async () => {
      expect(await posted('leases', aLease('short', { leaseDurationSeconds: 0 }))).toEqual([
        'spec.leaseDurationSeconds Invalid',
      ]);
      expect(await posted('leases', aLease('less', { leaseTransitions: -1 }))).toEqual([
        'spec.leaseTransitions Invalid',
      ]);
      expect(await posted('poddisruptionbudgets', aBudget('over', { minAvailable: '150%' }))).toEqual([
        'spec.minAvailable Invalid',
      ]);
      expect(await posted('horizontalpodautoscalers', anAutoscaler('none', { maxReplicas: 0 }))).toEqual([
        'spec.maxReplicas Invalid',
        'spec.maxReplicas Required',
      ]);
      expect(await posted('horizontalpodautoscalers', anAutoscaler('zero', { minReplicas: 0 }))).toEqual([
        'spec.metrics Forbidden',
      ]);
    });

    it('refuses a status whose counts cannot be', async () => {
      const answer = await room.patch(room.path('deployments', 'web', 'status'), 'merge', {
        status: { availableReplicas: 5 },
      });
      expect([answer.status, causesOf(answer.body)]).toEqual([
        422,
        ['status.availableReplicas Invalid', 'status.availableReplicas Invalid'],
      ]);
    });

    it('refuses a number of more than 32 bits, a fraction, and another kind, as no object of the kind', async () => {
      const path = room.path('deployments', 'web');
      const answers = await Promise.all(
        [{ spec: { replicas: 99_999_999_999 } }, { spec: { replicas: 1.5 } }, { kind: 'Pod' }].map(
          async (body) => await room.patch(path, 'merge', body),
        ),
      );
      expect(answers.map(({ status, body }) => [status, causesOf(body)])).toEqual([
        [422, ['patch Invalid']],
        [422, ['patch Invalid']],
        [422, ['patch Invalid']],
      ]);
    });

    it('refuses a class of priority that does not exist, by admission', async () => {
      const answer = await room.post(room.path('pods'), aPod('urgent', {}, { priorityClassName: 'none' }));
      expect([answer.status, answer.body['message']]).toEqual([
        403,
        'pods "urgent" is forbidden: no PriorityClass with name none was found',
      ]);
    });
  });

  describe('the query of a request', () => {
    const room = aRoom(subject, 'queries');
    const map = room.path('configmaps', 'map');
    const fieldOf = async (query: string): Promise<unknown> => {
      const answer = await room.get(`${room.path('configmaps')}?${query}`);
      return [answer.status, treesAt(answer.body, 'details', 'causes').map((cause) => cause['field'])];
    };
    beforeAll(async () => {
      await room.make('configmaps', aConfigMap('map'));
    });

    it('may limit the time of a write, by a duration', async () => {
      expect((await room.patch(`${map}?timeout=10s`, 'merge', {})).status).toBe(200);
      const answer = await room.patch(`${map}?timeout=abc`, 'merge', {});
      expect([answer.status, answer.body['message']]).toEqual([
        400,
        'invalid timeout specified in the request URL - time: invalid duration "abc"',
      ]);
    });

    it('may name a manager of at most 128 bytes', async () => {
      const answer = await room.patch(`${map}?fieldManager=${'x'.repeat(129)}`, 'merge', {});
      expect([answer.status, treesAt(answer.body, 'details', 'causes')]).toMatchObject([
        422,
        [{ field: 'fieldManager', reason: 'FieldValueTooLong' }],
      ]);
    });

    it('is refused with 400 for a limit or a version of a list that is no number', async () => {
      expect((await room.get(`${room.path('configmaps')}?limit=few`)).status).toBe(400);
      expect((await room.get(`${room.path('configmaps')}?resourceVersion=old`)).status).toBe(400);
    });

    it('is refused with 500 for a version that is no number, in get, watch and writes', async () => {
      expect((await room.get(`${map}?resourceVersion=old`)).status).toBe(500);
      expect((await room.get(`${room.path('configmaps')}?watch=true&resourceVersion=old`)).status).toBe(500);
      expect((await room.patch(map, 'merge', { metadata: { resourceVersion: 'old' } })).status).toBe(500);
    });

    it('waits in vain for a version ahead of the server, in get too', async () => {
      expect((await room.get(`${map}?resourceVersion=99999999`)).status).toBe(504);
    });

    it('may match versions only where there is one, and exactly only where it is not any', async () => {
      expect(await fieldOf('resourceVersionMatch=Exact')).toEqual([422, ['resourceVersionMatch']]);
      expect(await fieldOf('resourceVersionMatch=Odd&resourceVersion=1')).toEqual([422, ['resourceVersionMatch']]);
      expect(await fieldOf('resourceVersionMatch=Exact&resourceVersion=0')).toEqual([422, ['resourceVersionMatch']]);
      expect(await fieldOf('sendInitialEvents=true')).toEqual([422, ['sendInitialEvents']]);
    });

    it('finds no other version of a group that is served', async () => {
      const answer = await room.get('/apis/apps/v1beta1/deployments');
      expect([answer.status, answer.body['message']]).toEqual([
        404,
        'the server could not find the requested resource',
      ]);
    });

    it('may not orphan or wait in ways that there are not', async () => {
      const answer = await room.remove(map, { propagationPolicy: 'Odd' });
      expect([answer.status, treesAt(answer.body, 'details', 'causes')]).toMatchObject([
        422,
        [{ field: 'propagationPolicy' }],
      ]);
    });
  });
}
