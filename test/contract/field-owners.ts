// Who owns which field: managedFields after each kind of write, as the ownership rule of the guardian reads it (writes.md A.6, A.7).
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { matching } from './matching.ts';
import { aDeployment, aPod, aService, aStatefulSet, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const mark = 'nemotron-advisor.dev/last-action';
const advisor = 'k8s-nemotron-advisor';
const entriesOf = (object: Tree): Tree[] => treesAt(object, 'metadata', 'managedFields');
const fieldsOf = (object: Tree, manager: string, subresource = ''): Tree | undefined =>
  entriesOf(object)
    .filter((entry) => textAt(entry, 'manager') === manager && textAt(entry, 'subresource') === subresource)
    .map((entry) => treeAt(entry, 'fieldsV1'))[0];

export function describeFieldOwners(subject: () => Subject): void {
  describe('field owners', () => {
    const room = aRoom(subject, 'field-owners');
    const path = (name: string): string => room.path('deployments', name);
    const made = async (name: string, parts = {}): Promise<Tree> => {
      const answer = await room.post(
        `${room.path('deployments')}?fieldManager=kubectl-create`,
        aDeployment(name, parts),
      );
      expect(answer).toMatchObject({ status: 201 });
      return answer.body;
    };
    const act = async (name: string, ...operations: Tree[]): Promise<Tree> => {
      const answer = await room.patch(`${path(name)}?fieldManager=${advisor}`, 'json', operations);
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    };
    const calm = async (name: string): Promise<Tree> =>
      await room.until(async () => {
        const live = await room.read(path(name));
        expect(treeAt(live, 'status')['observedGeneration']).toBe(treeAt(live, 'metadata')['generation']);
        return live;
      });
    let web: Tree;
    beforeAll(async () => {
      web = await made('web', {
        container: {
          env: [{ name: 'A', value: '1' }],
          ports: [{ containerPort: 8080 }],
          resources: { limits: { memory: '64Mi' } },
          readinessProbe: { httpGet: { port: 8080 } },
        },
        podSpec: { nodeSelector: { disk: 'ssd' } },
        annotations: { note: 'x' },
      });
    });

    it('gives the creator one entry with every field it set or had filled in', () => {
      const probe = {
        '.': {},
        'f:failureThreshold': {},
        'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} },
        'f:periodSeconds': {},
        'f:successThreshold': {},
        'f:timeoutSeconds': {},
      };
      expect(entriesOf(web)).toEqual([
        {
          manager: 'kubectl-create',
          operation: 'Update',
          apiVersion: 'apps/v1',
          time: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:annotations': { '.': {}, 'f:note': {} } },
            'f:spec': {
              'f:progressDeadlineSeconds': {},
              'f:replicas': {},
              'f:revisionHistoryLimit': {},
              'f:selector': {},
              'f:strategy': {
                'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} },
                'f:type': {},
              },
              'f:template': {
                'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
                'f:spec': {
                  'f:containers': {
                    'k:{"name":"app"}': {
                      '.': {},
                      'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
                      'f:image': {},
                      'f:imagePullPolicy': {},
                      'f:name': {},
                      'f:ports': {
                        '.': {},
                        'k:{"containerPort":8080,"protocol":"TCP"}': {
                          '.': {},
                          'f:containerPort': {},
                          'f:protocol': {},
                        },
                      },
                      'f:readinessProbe': probe,
                      'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:memory': {} } },
                      'f:terminationMessagePath': {},
                      'f:terminationMessagePolicy': {},
                    },
                  },
                  'f:dnsPolicy': {},
                  'f:nodeSelector': {},
                  'f:restartPolicy': {},
                  'f:schedulerName': {},
                  'f:securityContext': {},
                  'f:terminationGracePeriodSeconds': {},
                },
              },
            },
          },
        },
      ]);
    });

    it('gives the controller an entry for the status, revision annotation included', async () => {
      const live = await calm('web');
      const fields = fieldsOf(live, 'kube-controller-manager', 'status');
      expect(treeAt(fields ?? {}, 'f:metadata')).toEqual({
        'f:annotations': { 'f:deployment.kubernetes.io/revision': {} },
      });
      expect(treeAt(fields ?? {}, 'f:status')).toHaveProperty('f:observedGeneration');
      expect(treeAt(fields ?? {}, 'f:status', 'f:conditions')).toMatchObject({
        'k:{"type":"Available"}': { '.': {}, 'f:status': {} },
      });
    });

    it('moves a field to whoever changes its value, and names it once', async () => {
      await made('moved');
      const before = await calm('moved');
      const after = await act(
        'moved',
        op('replace', '/spec/minReadySeconds', 3),
        op('replace', '/spec/revisionHistoryLimit', 4),
        op('add', `/metadata/annotations/${mark.replace('/', '~1')}`, 'p1'),
      );
      expect(fieldsOf(after, advisor)).toEqual({
        'f:metadata': { 'f:annotations': { [`f:${mark}`]: {} } },
        'f:spec': { 'f:minReadySeconds': {}, 'f:revisionHistoryLimit': {} },
      });
      expect(treeAt(fieldsOf(before, 'kubectl-create') ?? {}, 'f:spec')).toHaveProperty('f:revisionHistoryLimit');
      expect(treeAt(fieldsOf(after, 'kubectl-create') ?? {}, 'f:spec')).not.toHaveProperty('f:revisionHistoryLimit');
    });

    it('leaves entries and times as they are when nothing changes', async () => {
      await made('equal');
      const before = await calm('equal');
      const after = await act('equal', op('replace', '/spec/replicas', 0));
      expect(entriesOf(after)).toEqual(entriesOf(before));
    });

    it('owns atomic fields by one key and items of lists by theirs', async () => {
      await made('atomic', {
        podSpec: { nodeSelector: { disk: 'ssd' } },
        container: { env: [{ name: 'A', value: '1' }] },
      });
      const container = '/spec/template/spec/containers/0';
      const after = await act(
        'atomic',
        op('add', '/spec/template/spec/nodeSelector/zone', 'a'),
        op('add', '/spec/template/spec/tolerations', [{ key: 'x', operator: 'Exists' }]),
        op('replace', `${container}/env/0/value`, '2'),
        op('add', `${container}/env/-`, { name: 'B', value: '1' }),
      );
      expect(fieldsOf(after, advisor)).toEqual({
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"app"}': {
                  'f:env': {
                    'k:{"name":"A"}': { 'f:value': {} },
                    'k:{"name":"B"}': { '.': {}, 'f:name': {}, 'f:value': {} },
                  },
                },
              },
              'f:nodeSelector': {},
              'f:tolerations': {},
            },
          },
        },
      });
    });

    it('writes a scale as an entry of the subresource, without a time', async () => {
      await made('scaled');
      await calm('scaled');
      await room.patch(`${path('scaled')}/scale?fieldManager=kubectl`, 'merge', { spec: { replicas: 1 } });
      const live = await room.read(path('scaled'));
      const entry = entriesOf(live).find((one) => textAt(one, 'subresource') === 'scale');
      expect(entry).toEqual({
        manager: 'kubectl',
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        subresource: 'scale',
      });
      expect(treeAt(fieldsOf(live, 'kubectl-create') ?? {}, 'f:spec')).not.toHaveProperty('f:replicas');
    });

    it('keeps two entries of one manager apart by subresource', async () => {
      await made('twice');
      await calm('twice');
      await room.patch(`${path('twice')}/scale?fieldManager=kubectl`, 'merge', { spec: { replicas: 1 } });
      await room.patch(`${path('twice')}?fieldManager=kubectl`, 'merge', { spec: { minReadySeconds: 1 } });
      const own = entriesOf(await room.read(path('twice'))).filter((entry) => textAt(entry, 'manager') === 'kubectl');
      expect(own.map((entry) => textAt(entry, 'subresource')).toSorted()).toEqual(['', 'scale']);
    });

    it('owns the ports of a Service by number and protocol', async () => {
      const made2 = await room.make('services', aService('owned'));
      expect(fieldsOf(made2, 'contract')).toEqual({
        'f:spec': {
          'f:internalTrafficPolicy': {},
          'f:ports': {
            '.': {},
            'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
          },
          'f:selector': {},
          'f:sessionAffinity': {},
          'f:type': {},
        },
      });
    });

    it('owns an owner reference, and the data of a revision, as one', async () => {
      await made('parent', { replicas: 0 });
      const set = await room.until(async () => {
        const list = await room.read(`${room.path('replicasets')}?labelSelector=app=parent`);
        expect(treesAt(list, 'items')).toHaveLength(1);
        return treesAt(list, 'items')[0] ?? {};
      });
      const uid = textAt(treesAt(set, 'metadata', 'ownerReferences')[0] ?? {}, 'uid');
      expect(treeAt(fieldsOf(set, 'kube-controller-manager') ?? {}, 'f:metadata')).toEqual({
        'f:annotations': {
          '.': {},
          'f:deployment.kubernetes.io/desired-replicas': {},
          'f:deployment.kubernetes.io/max-replicas': {},
          'f:deployment.kubernetes.io/revision': {},
        },
        'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
        'f:ownerReferences': { '.': {}, [`k:{"uid":"${uid}"}`]: {} },
      });
      await room.make('statefulsets', aStatefulSet('kept'));
      await room.until(async () => {
        const list = await room.read(`${room.path('controllerrevisions')}?labelSelector=app=kept`);
        expect(fieldsOf(treesAt(list, 'items')[0] ?? {}, 'kube-controller-manager')).toMatchObject({
          'f:data': {},
          'f:revision': {},
        });
        expect(treeAt(fieldsOf(treesAt(list, 'items')[0] ?? {}, 'kube-controller-manager') ?? {}, 'f:data')).toEqual(
          {},
        );
      });
    });

    it('gives nobody what admission adds to a pod', async () => {
      const pod = await room.make('pods', aPod('admitted', {}, { nodeSelector: { nowhere: 'true' } }));
      expect(Object.keys(fieldsOf(pod, 'contract') ?? {})).toEqual(['f:metadata', 'f:spec']);
      expect(Object.keys(treeAt(fieldsOf(pod, 'contract') ?? {}, 'f:spec')).toSorted()).toEqual([
        'f:containers',
        'f:dnsPolicy',
        'f:enableServiceLinks',
        'f:nodeSelector',
        'f:restartPolicy',
        'f:schedulerName',
        'f:securityContext',
        'f:terminationGracePeriodSeconds',
      ]);
    });

    it('names the manager after the user agent where the query names none', async () => {
      expect(
        entriesOf(await room.make('deployments', aDeployment('agent'))).map((one) => textAt(one, 'manager')),
      ).toEqual(['contract']);
    });

    it('hands a field back to its former owner by a write to managedFields alone', async () => {
      await made('handed', { spec: { minReadySeconds: 1 } });
      const before = await calm('handed');
      const former = entriesOf(before).find((entry) => textAt(entry, 'manager') === 'kubectl-create') ?? {};
      await act('handed', op('replace', '/spec/minReadySeconds', 2));
      await act('handed', op('replace', '/spec/minReadySeconds', 1));
      const acted = await calm('handed');
      const list = entriesOf(acted)
        .filter((entry) => textAt(entry, 'manager') !== advisor)
        .map((entry) => (textAt(entry, 'manager') === 'kubectl-create' ? former : entry));
      const answer = await act(
        'handed',
        op('test', '/metadata/managedFields', entriesOf(acted)),
        op('replace', '/metadata/managedFields', list),
      );
      expect(treeAt(answer, 'metadata')['generation']).toBe(treeAt(acted, 'metadata')['generation']);
      expect(fieldsOf(answer, advisor)).toBeUndefined();
      expect(fieldsOf(answer, 'kubectl-create')).toEqual(treeAt(former, 'fieldsV1'));
      expect(answer['spec']).toEqual(before['spec']);
    });
  });
}
