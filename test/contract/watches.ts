// Watches: what is told from where, selectors that objects enter and leave, initial events, bookmarks and the end.
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree } from '../../src/sandbox/api/tree.ts';
import { matching } from './matching.ts';
import { aConfigMap } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';
import { summary, type Watching } from './watching.ts';

const versionOf = (object: Tree): string => textAt(object, 'metadata', 'resourceVersion');
const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

export function describeWatches(subject: () => Subject): void {
  describe('watch', () => {
    const room = aRoom(subject, 'watches');
    const maps = room.path('configmaps');
    const change = async (name: string, body: Tree) => await room.patch(room.path('configmaps', name), 'merge', body);
    const now = async (): Promise<string> => versionOf(await room.read(maps));
    /** Opened first and read last, as its bookmark comes two seconds before its end. */
    let long: Watching;
    beforeAll(async () => {
      await room.until(async () => await room.read(room.path('configmaps', 'kube-root-ca.crt')));
      const from = await now();
      long = await room.watch(
        `${maps}?watch=true&resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=8&labelSelector=set=none`,
      );
    });

    it('tells what exists, then each change with the object as it is then', async () => {
      await room.make('configmaps', aConfigMap('life'));
      const watching = await room.watch(`${maps}?watch=true&fieldSelector=metadata.name=life`);
      await watching.event(0);
      await change('life', { data: { a: '2' } });
      await room.remove(room.path('configmaps', 'life'));
      await watching.event(2);
      watching.close();
      expect(summary(watching.events)).toEqual(['ADDED life', 'MODIFIED life', 'DELETED life']);
      expect(watching.events[1]?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '2' } });
      expect(watching.events[2]?.object).toMatchObject({ data: { a: '2' } });
    });

    it('gives each change a higher version, the deletion too', async () => {
      const from = await now();
      const watching = await room.watch(`${maps}?watch=true&resourceVersion=${from}`);
      await room.make('configmaps', aConfigMap('counted'));
      await change('counted', { data: { a: '2' } });
      await room.remove(room.path('configmaps', 'counted'));
      await watching.event(2);
      watching.close();
      const versions = [from, ...watching.events.map(({ object }) => versionOf(object))].map(Number);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(new Set(versions).size).toBe(4);
    });

    it('resumes after any version that it told, without a gap and without a repetition', async () => {
      const first = await room.watch(`${maps}?watch=true&resourceVersion=${await now()}`);
      await room.make('configmaps', aConfigMap('r1'));
      await room.make('configmaps', aConfigMap('r2'));
      const { object } = await first.event(0);
      first.close();
      await room.make('configmaps', aConfigMap('r3'));
      const resumed = await room.watch(`${maps}?watch=true&resourceVersion=${versionOf(object)}`);
      await resumed.event(1);
      resumed.close();
      expect(summary(resumed.events)).toEqual(['ADDED r2', 'ADDED r3']);
    });

    it('adds what comes to fit a selector and deletes what ceases to fit', async () => {
      const watching = await room.watch(`${maps}?watch=true&resourceVersion=${await now()}&labelSelector=in=yes`);
      await room.make('configmaps', aConfigMap('mover'));
      await change('mover', { metadata: { labels: { in: 'yes' } } });
      await change('mover', { data: { a: '2' } });
      await change('mover', { metadata: { labels: { in: null } } });
      await change('mover', { metadata: { labels: { in: 'yes' } } });
      await room.remove(room.path('configmaps', 'mover'));
      await watching.event(4);
      watching.close();
      expect(summary(watching.events)).toEqual([
        'ADDED mover',
        'MODIFIED mover',
        'DELETED mover',
        'ADDED mover',
        'DELETED mover',
      ]);
    });

    it('watches one object by its name', async () => {
      await room.make('configmaps', aConfigMap('one'));
      const watching = await room.watch(
        `${maps}?watch=true&resourceVersion=${await now()}&fieldSelector=metadata.name=one`,
      );
      await room.make('configmaps', aConfigMap('other'));
      await change('one', { data: { a: '3' } });
      await watching.event(0);
      watching.close();
      expect(summary(watching.events)).toEqual(['MODIFIED one']);
    });

    it('sends the initial events, then the bookmark that ends them, then changes', async () => {
      await room.make('configmaps', aConfigMap('i1', {}, { initial: 'yes' }));
      await room.make('configmaps', aConfigMap('i2', {}, { initial: 'yes' }));
      const watching = await room.watch(
        `${maps}?watch=true&${initial}&allowWatchBookmarks=true&labelSelector=initial=yes`,
      );
      await watching.event(2);
      await room.make('configmaps', aConfigMap('i3', {}, { initial: 'yes' }));
      await watching.event(3);
      watching.close();
      expect(summary(watching.events.slice(0, 2)).toSorted()).toEqual(['ADDED i1', 'ADDED i2']);
      expect(watching.events[2]).toMatchObject({
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: {
            resourceVersion: matching(/^\d+$/),
            annotations: { 'k8s.io/initial-events-end': 'true' },
          },
        },
      });
      expect(summary(watching.events.slice(3))).toEqual(['ADDED i3']);
    });

    it('sends initial events at an old version as everything there is now', async () => {
      const from = await now();
      await room.make('configmaps', aConfigMap('o1', {}, { old: 'yes' }));
      const watching = await room.watch(
        `${maps}?watch=true&${initial}&allowWatchBookmarks=true&resourceVersion=${from}&labelSelector=old=yes`,
      );
      await watching.event(1);
      watching.close();
      expect(summary(watching.events)).toEqual(['ADDED o1', 'BOOKMARK']);
    });

    it('does not mark the end of initial events for who wants no bookmarks', async () => {
      await room.make('configmaps', aConfigMap('n1', {}, { quiet: 'yes' }));
      const watching = await room.watch(`${maps}?watch=true&${initial}&labelSelector=quiet=yes`);
      await watching.event(0);
      await room.make('configmaps', aConfigMap('n2', {}, { quiet: 'yes' }));
      await watching.event(1);
      watching.close();
      expect(summary(watching.events)).toEqual(['ADDED n1', 'ADDED n2']);
    });

    it('refuses initial events without a match of versions', async () => {
      const answer = await room.get(`${maps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true`);
      expect([answer.status, answer.body]).toMatchObject([
        422,
        { reason: 'Invalid', details: { causes: [{ field: 'resourceVersionMatch', reason: 'FieldValueForbidden' }] } },
      ]);
    });

    it('ends cleanly after the seconds that were asked for', async () => {
      const watching = await room.watch(`${maps}?watch=true&resourceVersion=${await now()}&timeoutSeconds=1`);
      await watching.ended;
      expect([watching.status, watching.events]).toEqual([200, []]);
    });

    it('refuses a watch to who may not watch, before it starts', async () => {
      const answer = await room.get(`${maps}?watch=true`, 'stranger');
      expect([answer.status, answer.body]).toMatchObject([
        403,
        {
          reason: 'Forbidden',
          message: `configmaps is forbidden: User "${subject().userOf('stranger')}" cannot watch resource "configmaps" in API group "" in the namespace "${room.namespace}"`,
        },
      ]);
    });

    it('sends a bookmark of the newest version shortly before the end, though nothing picked has changed', async () => {
      await long.ended;
      expect(new Set(summary(long.events))).toEqual(new Set(['BOOKMARK']));
      expect(long.events[0]?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(Number(versionOf(long.events[0]?.object ?? {}))).toBeGreaterThan(0);
    });
  });
}
