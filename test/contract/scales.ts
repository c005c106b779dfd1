// The scale subresource: a small object whose only writable field is the number of replicas (writes.md B.1, C.9.5).
import { beforeAll, describe, expect, it } from 'vitest';
import { numberAt, textAt, treeAt } from '../../src/sandbox/api/tree.ts';
import { anyText, containing } from './matching.ts';
import { aDeployment, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

export function describeScales(subject: () => Subject): void {
  describe('scale', () => {
    const room = aRoom(subject, 'scales');
    const web = room.path('deployments', 'web');
    const scale = `${web}/scale`;
    beforeAll(async () => {
      await room.make('deployments', aDeployment('web'));
    });

    it('shows wanted and present replicas with the selector, and no number for zero', async () => {
      const live = await room.read(web);
      const shown = await room.read(scale);
      expect(shown).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name: 'web', namespace: room.namespace, uid: textAt(live, 'metadata', 'uid') },
        status: { replicas: 0, selector: 'app=web' },
      });
      expect(shown['spec']).toEqual({});
    });

    it('passes a test for null and refuses one for 0 where zero replicas are wanted', async () => {
      expect((await room.patch(scale, 'json', [op('test', '/spec/replicas', 0)])).status).toBe(422);
      expect((await room.patch(scale, 'json', [op('test', '/spec/replicas', null)])).status).toBe(200);
    });

    it('sets the replicas by any patch and raises the generation', async () => {
      const before = numberAt(await room.read(web), 'metadata', 'generation') ?? 0;
      const merged = await room.patch(scale, 'merge', { spec: { replicas: 1 } });
      expect(merged.body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
      await room.patch(scale, 'json', [op('replace', '/spec/replicas', 2)]);
      await room.patch(scale, 'strategic', { spec: { replicas: 3 } });
      expect(await room.read(web)).toMatchObject({ spec: { replicas: 3 }, metadata: { generation: before + 3 } });
      await room.patch(scale, 'merge', { spec: { replicas: 0 } });
      expect(await room.read(web)).toMatchObject({ spec: { replicas: 0 } });
    });

    it('drops annotations without a word', async () => {
      const answer = await room.patch(scale, 'merge', {
        metadata: { annotations: { note: 'x' } },
        spec: { replicas: 0 },
      });
      expect(answer.status).toBe(200);
      expect(treeAt(await room.read(web), 'metadata', 'annotations')).not.toHaveProperty('note');
    });

    it('takes PUT, and refuses it with 409 for a stale version or another uid', async () => {
      const shown = await room.read(scale);
      const metadata = treeAt(shown, 'metadata');
      const stale = await room.put(scale, { ...shown, metadata: { ...metadata, resourceVersion: '1' } });
      const { resourceVersion, ...unversioned } = metadata;
      const namesake = await room.put(scale, { ...shown, metadata: { ...unversioned, uid: 'another' } });
      expect([stale.status, namesake.status, resourceVersion]).toEqual([409, 409, anyText]);
      const taken = await room.put(scale, { ...shown, metadata: unversioned, spec: { replicas: 1 } });
      expect([taken.status, taken.body['spec']]).toEqual([200, { replicas: 1 }]);
      await room.patch(scale, 'merge', { spec: { replicas: 0 } });
    });

    it('refuses a negative number with 422', async () => {
      expect((await room.patch(scale, 'merge', { spec: { replicas: -1 } })).status).toBe(422);
    });

    it('checks its fields as those of any object', async () => {
      const strict = await room.patch(`${scale}?fieldValidation=Strict`, 'merge', { spec: { replcas: 1 } });
      expect([strict.status, strict.body['reason']]).toEqual([422, 'Invalid']);
      const lenient = await room.patch(scale, 'merge', { spec: { replcas: 1 } });
      expect([lenient.status, lenient.headers['warning']]).toEqual([
        200,
        containing('unknown field \\"spec.replcas\\"'),
      ]);
      expect((await room.patch(scale, 'merge', { spec: { replicas: 'one' } })).status).toBe(422);
      const named = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'other' }, spec: { replicas: 1 } };
      expect((await room.put(scale, named)).status).toBe(400);
    });

    it('answers a dry run and changes nothing', async () => {
      const before = await room.read(web);
      const answer = await room.patch(`${scale}?dryRun=All`, 'merge', { spec: { replicas: 9 } });
      expect(answer.body['spec']).toEqual({ replicas: 9 });
      expect((await room.read(web))['spec']).toEqual(before['spec']);
    });

    it('answers for an absent workload with 404', async () => {
      expect((await room.get(room.path('deployments', 'none', 'scale'))).status).toBe(404);
      expect((await room.patch(room.path('deployments', 'none', 'scale'), 'merge', {})).status).toBe(404);
    });
  });
}
