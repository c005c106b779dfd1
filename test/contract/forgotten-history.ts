// Versions that the server no longer has: how a watch and a list are told to start again (writes.md C.5).
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { matching } from './matching.ts';
import { aConfigMap } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';
import { summary } from './watching.ts';

export function describeForgottenHistory(subject: () => Subject): void {
  describe('forgotten history', () => {
    const room = aRoom(subject, 'forgotten');
    const maps = room.path('configmaps');
    let old = '';
    let token = '';
    beforeAll(async () => {
      await room.make('configmaps', aConfigMap('a', {}, { set: 'ours' }));
      await room.make('configmaps', aConfigMap('b', {}, { set: 'ours' }));
      const page = await room.read(`${maps}?limit=1&labelSelector=set=ours`);
      old = textAt(page, 'metadata', 'resourceVersion');
      token = encodeURIComponent(textAt(page, 'metadata', 'continue'));
      await room.make('configmaps', aConfigMap('c', {}, { set: 'ours' }));
      await room.patch(room.path('configmaps', 'c'), 'merge', { data: { a: '2' } });
      await subject().forget();
    });

    it('answers a watch from a version that is gone with 200, one ERROR of 410, and the end', async () => {
      const watching = await room.watch(`${maps}?watch=true&resourceVersion=${old}`);
      await watching.ended;
      expect(watching.status).toBe(200);
      expect(watching.events).toEqual([
        {
          type: 'ERROR',
          object: {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message: matching(/^too old resource version: \d+ \(\d+\)$/),
            reason: 'Expired',
            code: 410,
          },
        },
      ]);
    });

    it('watches on from the newest version', async () => {
      const now = textAt(await room.read(maps), 'metadata', 'resourceVersion');
      const watching = await room.watch(`${maps}?watch=true&resourceVersion=${now}`);
      await room.patch(room.path('configmaps', 'a'), 'merge', { data: { a: '2' } });
      await watching.event(0);
      watching.close();
      expect(summary(watching.events)).toEqual(['MODIFIED a']);
    });

    it('sends initial events even at a version that is gone', async () => {
      const watching = await room.watch(
        `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=${old}&labelSelector=set=ours`,
      );
      await watching.event(3);
      watching.close();
      expect(summary(watching.events).toSorted()).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'BOOKMARK']);
    });

    it('answers a list at exactly that version with 410', async () => {
      const answer = await room.get(`${maps}?resourceVersion=${old}&resourceVersionMatch=Exact`);
      expect([answer.status, answer.body['reason']]).toEqual([410, 'Expired']);
    });

    it('answers its continuation with 410 and a token for an inconsistent rest', async () => {
      const answer = await room.get(`${maps}?limit=1&labelSelector=set=ours&continue=${token}`);
      expect([answer.status, answer.body['reason']]).toEqual([410, 'Expired']);
      const rest = encodeURIComponent(textAt(answer.body, 'metadata', 'continue'));
      const list = await room.read(`${maps}?labelSelector=set=ours&continue=${rest}`);
      expect(treesAt(list, 'items').map((item) => textAt(item, 'metadata', 'name'))).toEqual(['b', 'c']);
    });

    it('still has every object', async () => {
      expect(treeAt(await room.read(room.path('configmaps', 'c')), 'data')).toEqual({ a: '2' });
    });
  });
}
