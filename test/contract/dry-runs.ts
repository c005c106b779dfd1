// Dry runs: they answer like the write that would follow, and leave nothing behind (writes.md A.5).
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt } from '../../src/sandbox/api/tree.ts';
import { anyText } from './matching.ts';
import { aConfigMap, aDeployment, aPod, aService, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

/** The object without what may differ between a dry run and the write. */
function lasting(object: Tree): Tree {
  const { metadata, ...rest } = object;
  const { resourceVersion, managedFields, ...kept } = treeAt({ metadata: metadata ?? {} }, 'metadata');
  void [resourceVersion, managedFields];
  return { ...rest, metadata: kept };
}

export function describeDryRuns(subject: () => Subject): void {
  describe('dry run', () => {
    const room = aRoom(subject, 'dry-runs');
    const web = room.path('deployments', 'web');
    const calm = async (): Promise<Tree> =>
      await room.until(async () => {
        const live = await room.read(web);
        expect(treeAt(live, 'status')['observedGeneration']).toBe(treeAt(live, 'metadata')['generation']);
        return live;
      });
    beforeAll(async () => {
      await room.make('deployments', aDeployment('web'));
      await room.make('configmaps', aConfigMap('map'));
      await calm();
    });

    it('shows the live version and the coming generation of an update, and changes nothing', async () => {
      const before = await calm();
      const answer = await room.patch(`${web}?dryRun=All`, 'json', [op('replace', '/spec/minReadySeconds', 5)]);
      expect(answer.body).toMatchObject({
        metadata: {
          resourceVersion: textAt(before, 'metadata', 'resourceVersion'),
          generation: Number(treeAt(before, 'metadata')['generation']) + 1,
        },
        spec: { minReadySeconds: 5 },
        status: treeAt(before, 'status'),
      });
      expect(await room.read(web)).toEqual(before);
    });

    it('answers as the write that follows does, apart from version and times of field owners', async () => {
      await calm();
      const change = [
        op('replace', '/spec/template/spec/containers/0/resources', { limits: { memory: '0.5Gi' } }),
        op('add', '/spec/template/spec/containers/0/readinessProbe', { httpGet: { port: 8080 } }),
      ];
      const dry = await room.patch(`${web}?dryRun=All`, 'json', change);
      const real = await room.patch(web, 'json', change);
      expect(lasting(dry.body)).toEqual(lasting(real.body));
    });

    it('refuses what the write would refuse', async () => {
      expect((await room.patch(`${web}?dryRun=All`, 'json', [op('test', '/spec/replicas', 9)])).status).toBe(422);
      expect((await room.patch(`${web}?dryRun=All`, 'merge', { spec: { replicas: -1 } })).status).toBe(422);
    });

    it('shows what a create would make, without a version', async () => {
      const answer = await room.post(`${room.path('deployments')}?dryRun=All`, aDeployment('unmade'));
      expect([answer.status, answer.body]).toMatchObject([
        201,
        { metadata: { name: 'unmade', uid: anyText, creationTimestamp: anyText, generation: 1 } },
      ]);
      expect(treeAt(answer.body, 'metadata')).not.toHaveProperty('resourceVersion');
      expect((await room.get(room.path('deployments', 'unmade'))).status).toBe(404);
    });

    it('shows a cluster address that is not given out', async () => {
      const answer = await room.post(`${room.path('services')}?dryRun=All`, aService('unmade'));
      expect(textAt(answer.body, 'spec', 'clusterIP')).toMatch(/^10\.96\.0\.\d+$/);
      expect((await room.get(room.path('services', 'unmade'))).status).toBe(404);
    });

    it('answers a create of a name that exists with 409', async () => {
      const answer = await room.post(`${room.path('configmaps')}?dryRun=All`, aConfigMap('map'));
      expect([answer.status, answer.body['reason']]).toEqual([409, 'AlreadyExists']);
    });

    it('tells no watch', async () => {
      const from = textAt(await room.read(room.path('configmaps')), 'metadata', 'resourceVersion');
      const watching = await room.watch(`${room.path('configmaps')}?watch=true&resourceVersion=${from}`);
      await room.patch(`${room.path('configmaps', 'map')}?dryRun=All`, 'merge', { data: { a: 'dry' } });
      await room.patch(room.path('configmaps', 'map'), 'merge', { data: { a: 'real' } });
      const first = await watching.event(0);
      watching.close();
      expect(textAt(first.object, 'data', 'a')).toBe('real');
    });

    it('leaves an object that is deleted with the dry run in the body', async () => {
      await room.make('pods', aPod('kept', {}, { nodeSelector: { nowhere: 'true' } }));
      const path = room.path('pods', 'kept');
      const uid = textAt(await room.read(path), 'metadata', 'uid');
      const options = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid }, dryRun: ['All'] };
      expect((await room.remove(path, options)).status).toBe(200);
      expect(treeAt(await room.read(path), 'metadata')).not.toHaveProperty('deletionTimestamp');
    });

    it('checks the preconditions of a deletion in a dry run', async () => {
      const options = { preconditions: { uid: 'another' }, dryRun: ['All'] };
      expect((await room.remove(room.path('configmaps', 'map'), options)).status).toBe(409);
    });

    it('leaves an object that is deleted with the dry run in the query and no body', async () => {
      await room.make('configmaps', aConfigMap('spared'));
      expect((await room.remove(`${room.path('configmaps', 'spared')}?dryRun=All`)).status).toBe(200);
      expect((await room.get(room.path('configmaps', 'spared'))).status).toBe(200);
    });

    it('deletes for real when there is a body, even an empty one, and the dry run stands in the query', async () => {
      await room.make('configmaps', aConfigMap('trapped'));
      expect((await room.remove(`${room.path('configmaps', 'trapped')}?dryRun=All`, {})).status).toBe(200);
      expect((await room.get(room.path('configmaps', 'trapped'))).status).toBe(404);
    });

    it('refuses another value than All with 422', async () => {
      const answer = await room.patch(`${web}?dryRun=Some`, 'merge', {});
      expect([answer.status, answer.body['reason']]).toEqual([422, 'Invalid']);
    });

    it('refuses another field validation than the three with 422', async () => {
      const answer = await room.patch(`${web}?fieldValidation=Loose`, 'merge', {});
      expect([answer.status, answer.body['reason']]).toEqual([422, 'Invalid']);
    });
  });
}
