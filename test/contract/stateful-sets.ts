// StatefulSets: ordinals in order, revisions as ControllerRevisions, and the broken pod that holds back its own cure (writes.md B.2, C.9.9).
import { describe, expect, it } from 'vitest';
import { numberAt, textAt, textMapAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { absentImage, newWebImage, webImage } from './images.ts';
import { aService, aStatefulSet, type WorkloadParts } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';
import type { WatchEvent } from './watching.ts';

const nameOf = (object: Tree): string => textAt(object, 'metadata', 'name');
const imageChange = (image: string): Tree => ({
  spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
});
const imageOf = (pod: Tree): string => textAt(treesAt(pod, 'spec', 'containers')[0] ?? {}, 'image');
const namesOf = (events: readonly WatchEvent[], type: string): string[] =>
  events.filter((event) => event.type === type).map(({ object }) => nameOf(object));

export function describeStatefulSets(subject: () => Subject): void {
  describe('StatefulSet', () => {
    const room = aRoom(subject, 'stateful-sets');
    const path = (name: string): string => room.path('statefulsets', name);
    const pods = async (name: string): Promise<Tree[]> =>
      treesAt(await room.read(`${room.path('pods')}?labelSelector=app=${name}`), 'items');
    const revisions = async (name: string): Promise<Tree[]> =>
      treesAt(await room.read(`${room.path('controllerrevisions')}?labelSelector=app=${name}`), 'items').toSorted(
        (a, b) => (numberAt(a, 'revision') ?? 0) - (numberAt(b, 'revision') ?? 0),
      );
    const settled = async (name: string, replicas: number): Promise<Tree> =>
      await room.until(async () => {
        const set = await room.read(path(name));
        const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas };
        expect(set['status']).toMatchObject({
          observedGeneration: numberAt(set, 'metadata', 'generation'),
          currentRevision: textAt(set, 'status', 'updateRevision'),
          ...counts,
        });
        expect(await pods(name)).toHaveLength(replicas);
        return set;
      });
    const make = async (name: string, parts: WorkloadParts): Promise<void> => {
      await room.make('statefulsets', aStatefulSet(name, { podSpec: { terminationGracePeriodSeconds: 0 }, ...parts }));
    };

    it('makes its pods one after the other, each named by its ordinal', async () => {
      const watching = await room.watch(`${room.path('pods')}?watch=true&labelSelector=app=ordered`);
      await make('ordered', { replicas: 3 });
      await settled('ordered', 3);
      watching.close();
      expect(namesOf(watching.events, 'ADDED')).toEqual(['ordered-0', 'ordered-1', 'ordered-2']);
      const second = watching.events.findIndex(({ object }) => nameOf(object) === 'ordered-1');
      const before = watching.events.slice(0, second).at(-1)?.object ?? {};
      expect(treesAt(before, 'status', 'conditions').filter((one) => one['type'] === 'Ready')).toMatchObject([
        { status: 'True' },
      ]);
    });

    it('labels its pods with ordinal, name and revision, and gives them their host name', async () => {
      await make('labelled', { replicas: 1 });
      const set = await settled('labelled', 1);
      const [pod] = await pods('labelled');
      expect(textMapAt(pod ?? {}, 'metadata', 'labels')).toMatchObject({
        app: 'labelled',
        'apps.kubernetes.io/pod-index': '0',
        'controller-revision-hash': textAt(set, 'status', 'updateRevision'),
        'statefulset.kubernetes.io/pod-name': 'labelled-0',
      });
      expect(pod).toMatchObject({
        metadata: {
          generateName: 'labelled-',
          ownerReferences: [{ kind: 'StatefulSet', name: 'labelled', controller: true }],
        },
        spec: { hostname: 'labelled-0', subdomain: 'labelled' },
      });
    });

    it('keeps each template in a ControllerRevision, as a patch that replaces', async () => {
      await make('kept', { replicas: 1 });
      const set = await settled('kept', 1);
      const [revision] = await revisions('kept');
      expect(revision).toMatchObject({
        metadata: {
          name: textAt(set, 'status', 'currentRevision'),
          ownerReferences: [{ kind: 'StatefulSet', name: 'kept' }],
        },
        revision: 1,
      });
      const { $patch, ...template } = treeAt(revision ?? {}, 'data', 'spec', 'template');
      expect($patch).toBe('replace');
      expect(template).toEqual(treeAt(set, 'spec', 'template'));
    });

    it('replaces its pods from the highest ordinal down', async () => {
      await make('rolled', { replicas: 2 });
      await settled('rolled', 2);
      const from = textAt(await room.read(room.path('pods')), 'metadata', 'resourceVersion');
      const watching = await room.watch(
        `${room.path('pods')}?watch=true&resourceVersion=${from}&labelSelector=app=rolled`,
      );
      await room.patch(path('rolled'), 'strategic', imageChange(newWebImage));
      await settled('rolled', 2);
      watching.close();
      expect(namesOf(watching.events, 'DELETED')).toEqual(['rolled-1', 'rolled-0']);
      expect((await pods('rolled')).map(imageOf)).toEqual([newWebImage, newWebImage]);
      expect((await revisions('rolled')).map((one) => numberAt(one, 'revision'))).toEqual([1, 2]);
    });

    it('raises the number of a revision that comes back', async () => {
      await make('back', { replicas: 1 });
      const first = textAt(await settled('back', 1), 'status', 'currentRevision');
      await room.patch(path('back'), 'strategic', imageChange(newWebImage));
      await settled('back', 1);
      await room.patch(path('back'), 'strategic', imageChange(webImage));
      const set = await settled('back', 1);
      expect(textAt(set, 'status', 'currentRevision')).toBe(first);
      expect((await revisions('back')).map((one) => [nameOf(one) === first, numberAt(one, 'revision')])).toEqual([
        [false, 2],
        [true, 3],
      ]);
    });

    it('waits for its broken pod even when the template is healed, until that pod is deleted', async () => {
      await make('broken', { replicas: 2 });
      await settled('broken', 2);
      await room.patch(path('broken'), 'strategic', imageChange(absentImage));
      const broken = await room.until(async () => {
        const found = (await pods('broken')).find((pod) => nameOf(pod) === 'broken-1') ?? {};
        expect(imageOf(found)).toBe(absentImage);
        expect(textAt(treesAt(found, 'status', 'containerStatuses')[0] ?? {}, 'state', 'waiting', 'reason')).toMatch(
          /ErrImagePull|ImagePullBackOff/,
        );
        return found;
      });
      await room.patch(path('broken'), 'strategic', imageChange(webImage));
      await room.until(async () => {
        const set = await room.read(path('broken'));
        expect(numberAt(set, 'status', 'observedGeneration')).toBe(numberAt(set, 'metadata', 'generation'));
      });
      for (let moment = 0; moment < 10; moment += 1) await room.pass();
      expect((await pods('broken')).map((pod) => textAt(pod, 'metadata', 'uid'))).toContain(
        textAt(broken, 'metadata', 'uid'),
      );
      await room.remove(room.path('pods', 'broken-1'));
      await settled('broken', 2);
      expect((await pods('broken')).map(imageOf)).toEqual([webImage, webImage]);
    });

    it('scales down from the highest ordinal', async () => {
      await make('shrunk', { replicas: 2 });
      await settled('shrunk', 2);
      await room.patch(path('shrunk'), 'merge', { spec: { replicas: 1 } });
      await settled('shrunk', 1);
      expect((await pods('shrunk')).map(nameOf)).toEqual(['shrunk-0']);
    });

    it('says in events which pods it makes and deletes, and in its status how many there are', async () => {
      await make('told', { replicas: 1 });
      const set = await settled('told', 1);
      expect(set['status']).toEqual({
        observedGeneration: 1,
        replicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        currentReplicas: 1,
        updatedReplicas: 1,
        currentRevision: textAt(set, 'status', 'updateRevision'),
        updateRevision: textAt(set, 'status', 'updateRevision'),
        collisionCount: 0,
      });
      await room.patch(path('told'), 'merge', { spec: { replicas: 0 } });
      await room.until(async () => {
        const query = 'fieldSelector=involvedObject.name=told,involvedObject.kind=StatefulSet';
        const list = await room.read(`/api/v1/namespaces/${room.namespace}/events?${query}`);
        expect(treesAt(list, 'items').map((event) => [event['reason'], event['message']])).toEqual([
          ['SuccessfulCreate', 'Create Pod told-0 in StatefulSet told successful'],
          ['SuccessfulDelete', 'Delete Pod told-0 in StatefulSet told successful'],
        ]);
      });
    });

    it('makes all its pods at once when it is parallel, and then replaces a broken one by itself', async () => {
      await make('parallel', {
        replicas: 2,
        spec: { podManagementPolicy: 'Parallel' },
        container: { image: absentImage },
      });
      await room.until(async () => expect(await pods('parallel')).toHaveLength(2));
      await room.patch(path('parallel'), 'strategic', imageChange(webImage));
      await settled('parallel', 2);
    });

    it('leaves alone what is below its partition, and everything when it waits for deletions', async () => {
      await make('parted', { replicas: 2, spec: { updateStrategy: { rollingUpdate: { partition: 1 } } } });
      await settled('parted', 2);
      await room.patch(path('parted'), 'strategic', imageChange(newWebImage));
      await room.until(async () => {
        expect((await room.read(path('parted')))['status']).toMatchObject({ updatedReplicas: 1, readyReplicas: 2 });
        expect((await pods('parted')).map(imageOf)).toEqual([webImage, newWebImage]);
      });
      await make('manual', { replicas: 1, spec: { updateStrategy: { type: 'OnDelete' } } });
      await room.until(async () =>
        expect(await room.read(path('manual'))).toMatchObject({ status: { readyReplicas: 1 } }),
      );
      await room.patch(path('manual'), 'strategic', imageChange(newWebImage));
      await room.until(async () =>
        expect(await room.read(path('manual'))).toMatchObject({ status: { observedGeneration: 2 } }),
      );
      expect((await pods('manual')).map(imageOf)).toEqual([webImage]);
      await room.remove(room.path('pods', 'manual-0'));
      await room.until(async () => expect((await pods('manual')).map(imageOf)).toEqual([newWebImage]));
    });

    it('claims storage for each pod from its templates', async () => {
      await room.make('services', aService('claimed'));
      const resources = { requests: { storage: '1Gi' } };
      const template = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
      await make('claimed', { replicas: 1, spec: { volumeClaimTemplates: [template] } });
      await room.until(async () => {
        expect(await room.read(room.path('persistentvolumeclaims', 'data-claimed-0'))).toMatchObject({
          metadata: { labels: { app: 'claimed' } },
          spec: { accessModes: ['ReadWriteOnce'], resources, volumeMode: 'Filesystem' },
          status: { phase: 'Pending' },
        });
      });
      const [pod] = await pods('claimed');
      expect(treesAt(pod ?? {}, 'spec', 'volumes')[0]).toEqual({
        name: 'data',
        persistentVolumeClaim: { claimName: 'data-claimed-0' },
      });
    });
  });
}
