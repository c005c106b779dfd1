// Get and list: what comes back, in pages, by selectors and as of which version.
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treesAt } from '../../src/sandbox/api/tree.ts';
import { containing, matching } from './matching.ts';
import { aConfigMap } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const namesIn = (list: Tree): string[] => treesAt(list, 'items').map((item) => textAt(item, 'metadata', 'name'));
const versionOf = (object: Tree): string => textAt(object, 'metadata', 'resourceVersion');

export function describeReads(subject: () => Subject): void {
  describe('get and list', () => {
    const room = aRoom(subject, 'reads');
    const maps = room.path('configmaps');
    const picked = async (query: string): Promise<string[]> => namesIn(await room.read(`${maps}?${query}`));
    beforeAll(async () => {
      await room.until(async () => await room.read(room.path('configmaps', 'kube-root-ca.crt')));
      await room.make('configmaps', aConfigMap('a', { key: '1' }, { tier: 'front', set: 'ours' }));
      await room.make('configmaps', aConfigMap('b', { key: '1' }, { tier: 'back', set: 'ours' }));
      await room.make('configmaps', aConfigMap('c', { key: '1' }, { set: 'ours' }));
    });

    it('returns an object with kind, version and the metadata that the server gave it', async () => {
      expect(await room.read(room.path('configmaps', 'a'))).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'a',
          namespace: room.namespace,
          uid: matching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          resourceVersion: matching(/^\d+$/),
          creationTimestamp: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        data: { key: '1' },
      });
    });

    it('says what was not found, in words and in details', async () => {
      const answer = await room.get(room.path('deployments', 'none'));
      expect([answer.status, answer.body]).toEqual([
        404,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'deployments.apps "none" not found',
          reason: 'NotFound',
          details: { name: 'none', group: 'apps', kind: 'deployments' },
          code: 404,
        },
      ]);
    });

    it('says the kind once for a list and not for its members', async () => {
      const list = await room.read(`${maps}?labelSelector=set=ours`);
      expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
      expect(treesAt(list, 'items').map(({ kind, apiVersion }) => [kind, apiVersion])).toEqual([
        [undefined, undefined],
        [undefined, undefined],
        [undefined, undefined],
      ]);
    });

    it('lists by namespace and name, and an empty list as an empty array', async () => {
      expect(await picked('labelSelector=set=ours')).toEqual(['a', 'b', 'c']);
      expect((await room.read('/api/v1/namespaces/nowhere/configmaps'))['items']).toEqual([]);
    });

    it('lists a namespaced kind across the cluster', async () => {
      expect(namesIn(await room.read('/api/v1/configmaps?labelSelector=set=ours'))).toEqual(['a', 'b', 'c']);
    });

    it('picks by labels: equal, not equal, in, not in, present, absent', async () => {
      expect(await picked('labelSelector=tier=front')).toEqual(['a']);
      expect(await picked('labelSelector=set,tier!=front')).toEqual(['b', 'c']);
      expect(await picked(`labelSelector=${encodeURIComponent('tier in (front,back)')}`)).toEqual(['a', 'b']);
      expect(await picked(`labelSelector=${encodeURIComponent('set,tier notin (front)')}`)).toEqual(['b', 'c']);
      expect(await picked('labelSelector=tier')).toEqual(['a', 'b']);
      expect(await picked(`labelSelector=${encodeURIComponent('set=ours,!tier')}`)).toEqual(['c']);
    });

    it('picks by name and by fields of the kind', async () => {
      expect(await picked('fieldSelector=metadata.name=b')).toEqual(['b']);
      expect(await picked('fieldSelector=metadata.name!=b&labelSelector=set=ours')).toEqual(['a', 'c']);
      expect(
        namesIn(await room.read(`${room.path('pods')}?fieldSelector=status.phase=Running,spec.nodeName=x`)),
      ).toEqual([]);
    });

    it('refuses a field that cannot be selected by, and a label selector that cannot be read', async () => {
      const field = await room.get(`${room.path('pods')}?fieldSelector=spec.hostname=1`);
      expect([field.status, field.body['reason']]).toEqual([400, 'BadRequest']);
      expect(field.body['message']).toContain('field label not supported: spec.hostname');
      const ofMap = await room.get(`${maps}?fieldSelector=data.key=1`);
      expect([ofMap.status, ofMap.body['message']]).toEqual([
        400,
        containing('"data.key" is not a known field selector: only "metadata.name", "metadata.namespace"'),
      ]);
      const label = await room.get(`${maps}?labelSelector=${encodeURIComponent('tier in front')}`);
      expect([label.status, label.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('serves a list in pages that are all of one version', async () => {
      const first = await room.read(`${maps}?limit=2&labelSelector=set=ours`);
      await room.make('configmaps', aConfigMap('bb', {}, { set: 'ours' }));
      const token = encodeURIComponent(textAt(first, 'metadata', 'continue'));
      const second = await room.read(`${maps}?limit=2&labelSelector=set=ours&continue=${token}`);
      await room.remove(room.path('configmaps', 'bb'));
      expect([namesIn(first), namesIn(second)]).toEqual([['a', 'b'], ['c']]);
      expect(versionOf(second)).toBe(versionOf(first));
      expect(textAt(second, 'metadata', 'continue')).toBe('');
    });

    it('says how many remain, unless a selector hides it', async () => {
      expect(await room.read(`${maps}?limit=1`)).toMatchObject({ metadata: { remainingItemCount: 3 } });
      expect((await room.read(`${maps}?limit=1&labelSelector=set=ours`))['metadata']).not.toHaveProperty(
        'remainingItemCount',
      );
    });

    it('ignores the limit of a list from any version', async () => {
      expect(await picked('limit=1&resourceVersion=0&labelSelector=set=ours')).toEqual(['a', 'b', 'c']);
    });

    it('lists exactly as of a version, and not older than one', async () => {
      const before = versionOf(await room.read(maps));
      await room.make('configmaps', aConfigMap('d', {}, { set: 'ours' }));
      expect(await picked(`resourceVersion=${before}&resourceVersionMatch=Exact&labelSelector=set=ours`)).toEqual([
        'a',
        'b',
        'c',
      ]);
      const now = versionOf(await room.read(room.path('configmaps', 'd')));
      expect(await picked(`resourceVersion=${now}&resourceVersionMatch=NotOlderThan&labelSelector=set=ours`)).toEqual([
        'a',
        'b',
        'c',
        'd',
      ]);
      await room.remove(room.path('configmaps', 'd'));
    });

    it('answers for a version that it has not reached with 504 and when to ask again', async () => {
      const answer = await room.get(`${maps}?resourceVersion=99999999`);
      expect([answer.status, answer.headers['retry-after'], answer.body]).toMatchObject([
        504,
        '1',
        { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
      ]);
    });

    it('refuses a garbled continue token with 400', async () => {
      const answer = await room.get(`${maps}?limit=1&continue=garbled`);
      expect([answer.status, answer.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('answers with plain JSON where a table is asked for with JSON as last choice', async () => {
      const answer = await room.send({
        method: 'GET',
        path: room.path('configmaps', 'a'),
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
      });
      expect(answer.status).toBe(200);
      expect(['Table', 'ConfigMap']).toContain(answer.body['kind']);
    });
  });
}
