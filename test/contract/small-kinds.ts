// Leases, Events, ConfigMaps and Namespaces: the kinds that the product itself keeps or lives in (writes.md C.3, C.4).
import { describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { aConfigMap, aDeployment, aLease, anEvent, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const causesOf = (body: Tree): string[] => treesAt(body, 'details', 'causes').map((cause) => textAt(cause, 'field'));

export function describeSmallKinds(subject: () => Subject): void {
  describe('Lease', () => {
    const room = aRoom(subject, 'leases');

    it('is created once', async () => {
      const made = await room.make('leases', aLease('once'));
      expect(made['spec']).toEqual({
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        renewTime: '2026-06-09T14:00:00.123456Z',
      });
      expect((await room.post(room.path('leases'), aLease('once'))).body['reason']).toBe('AlreadyExists');
    });

    it('is renewed and taken over by PUT with the version that was read, once', async () => {
      const made = await room.make('leases', aLease('raced', { leaseTransitions: 0 }));
      const spec = treeAt(made, 'spec');
      const taken = { ...made, spec: { ...spec, holderIdentity: 'two', leaseTransitions: 1 } };
      expect((await room.put(room.path('leases', 'raced'), taken)).body['spec']).toMatchObject({
        holderIdentity: 'two',
        leaseTransitions: 1,
      });
      const late = await room.put(room.path('leases', 'raced'), made);
      expect([late.status, late.body['reason']]).toEqual([409, 'Conflict']);
    });

    it('takes times with six digits of fraction and no others', async () => {
      const answer = await room.post(room.path('leases'), aLease('short', { renewTime: '2026-06-09T14:00:00.123Z' }));
      expect([answer.status, answer.body['reason']]).toEqual([400, 'BadRequest']);
      expect(answer.body['message']).toContain('cannot parse');
      await room.make('leases', aLease('long'));
      const patched = await room.patch(room.path('leases', 'long'), 'merge', {
        spec: { renewTime: '2026-06-09T14:00:01.5Z' },
      });
      expect([patched.status, patched.body['reason']]).toEqual([422, 'Invalid']);
    });

    it('checks neither times nor transitions', async () => {
      const far = { renewTime: '2199-01-01T00:00:00.000000Z', leaseTransitions: 7 };
      const made = await room.make('leases', aLease('unchecked', far));
      const lower = { ...made, spec: { ...treeAt(made, 'spec'), leaseTransitions: 3 } };
      expect((await room.put(room.path('leases', 'unchecked'), lower)).status).toBe(200);
    });
  });

  describe('Event', () => {
    const room = aRoom(subject, 'events');
    const core = (name: string): string => `/api/v1/namespaces/${room.namespace}/events/${name}`;
    const refused = async (more: Tree): Promise<string[]> => {
      const answer = await room.post(room.path('events'), anEvent('refused', room.namespace, more));
      expect(answer).toMatchObject({ status: 422 });
      return causesOf(answer.body);
    };

    it('is one object in two forms', async () => {
      await room.make('events', anEvent('two-forms', room.namespace));
      expect(await room.read(core('two-forms'))).toMatchObject({
        apiVersion: 'v1',
        kind: 'Event',
        message: 'scaled from 1 to 2',
        involvedObject: { kind: 'Deployment', name: 'web' },
        reportingComponent: 'nemotron-advisor.dev/advisor',
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: '2026-06-09T14:00:00.123456Z',
      });
      expect(await room.read(room.path('events', 'two-forms'))).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        note: 'scaled from 1 to 2',
        regarding: { kind: 'Deployment', name: 'web' },
        reportingController: 'nemotron-advisor.dev/advisor',
      });
    });

    it('takes a note of 1024 bytes and not one more', async () => {
      await room.make('events', anEvent('fits', room.namespace, { note: `a${'€'.repeat(341)}` }));
      expect(await refused({ note: '€'.repeat(342) })).toEqual(['message']);
    });

    it('needs action, reason, type, time and who reports, each within its length', async () => {
      expect(await refused({ action: '' })).toEqual(['action']);
      expect(await refused({ reason: '' })).toEqual(['reason']);
      expect(await refused({ reportingController: '' })).toContain('reportingController');
      expect(await refused({ reportingInstance: '' })).toEqual(['reportingInstance']);
      expect(await refused({ eventTime: null })).toEqual(['eventTime']);
      expect((await refused({ type: 'Notice' })).length).toBe(1);
      expect(await refused({ reason: 'x'.repeat(129) })).toEqual(['reason']);
      expect(await refused({ action: 'x'.repeat(129) })).toEqual(['action']);
      expect(await refused({ reportingInstance: 'x'.repeat(129) })).toContain('reportingInstance');
    });

    it('refuses the deprecated fields', async () => {
      expect(await refused({ deprecatedCount: 1 })).toHaveLength(1);
      expect(await refused({ deprecatedFirstTimestamp: '2026-06-09T14:00:00Z' })).toHaveLength(1);
      expect(await refused({ deprecatedSource: { component: 'x' } })).toHaveLength(1);
    });

    it('lies, about a node, in default or kube-system', async () => {
      const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
      expect(await refused({ regarding: node })).toEqual(['involvedObject.namespace']);
      const answer = await room.post(
        '/apis/events.k8s.io/v1/namespaces/default/events',
        anEvent('of-a-node', 'default', { regarding: node }),
      );
      expect(answer).toMatchObject({ status: 201 });
    });

    it('lies in the namespace of its object in the core form, and in the new form anywhere', async () => {
      const elsewhere = { apiVersion: 'v1', kind: 'Pod', name: 'web-1', namespace: 'elsewhere' };
      const answer = await room.post(`/api/v1/namespaces/${room.namespace}/events`, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'elsewhere' },
        involvedObject: elsewhere,
        reason: 'Moved',
        message: 'moved',
        type: 'Normal',
      });
      expect([answer.status, causesOf(answer.body)]).toEqual([422, ['involvedObject.namespace']]);
      await room.make('events', anEvent('anywhere', room.namespace, { regarding: elsewhere }));
    });

    it('is counted by a series of at least two, and may be marked; all else is immutable', async () => {
      await room.make('events', anEvent('series', room.namespace));
      const path = room.path('events', 'series');
      const seen = { lastObservedTime: '2026-06-09T14:05:00.000000Z' };
      expect((await room.patch(path, 'merge', { series: { count: 1, ...seen } })).status).toBe(422);
      expect((await room.patch(path, 'merge', { series: { count: 2, ...seen } })).body['series']).toEqual({
        count: 2,
        ...seen,
      });
      expect((await room.patch(path, 'merge', { metadata: { annotations: { mark: 'p1' } } })).status).toBe(200);
      expect((await room.patch(path, 'merge', { note: 'other' })).status).toBe(422);
      expect((await room.patch(path, 'merge', { reason: 'Other' })).status).toBe(422);
    });

    it('is created once under a fixed name', async () => {
      await room.make('events', anEvent('fixed', room.namespace));
      const again = await room.post(room.path('events'), anEvent('fixed', room.namespace));
      expect([again.status, again.body['reason']]).toEqual([409, 'AlreadyExists']);
    });

    it('takes a longer message and the old fields in the core form', async () => {
      const answer = await room.post(`/api/v1/namespaces/${room.namespace}/events`, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'core' },
        involvedObject: { kind: 'Pod', namespace: room.namespace, name: 'web-1', uid: 'u1' },
        reason: 'BackOff',
        message: 'x'.repeat(2_000),
        source: { component: 'kubelet', host: 'node-1' },
        firstTimestamp: '2026-06-09T14:00:00Z',
        lastTimestamp: '2026-06-09T14:00:00Z',
        count: 3,
        type: 'Warning',
      });
      expect(answer).toMatchObject({ status: 201 });
      expect(await room.read(room.path('events', 'core'))).toMatchObject({
        deprecatedCount: 3,
        deprecatedSource: { component: 'kubelet', host: 'node-1' },
      });
    });

    it('is found by the object that it is about', async () => {
      await room.make(
        'events',
        anEvent('about', room.namespace, {
          regarding: { kind: 'Pod', namespace: room.namespace, name: 'web-9', uid: 'u9' },
        }),
      );
      const list = await room.read(
        `/api/v1/namespaces/${room.namespace}/events?fieldSelector=involvedObject.name=web-9,involvedObject.uid=u9,involvedObject.kind=Pod,type=Normal`,
      );
      expect(treesAt(list, 'items').map((item) => textAt(item, 'metadata', 'name'))).toEqual(['about']);
      const modern = await room.read(`${room.path('events')}?fieldSelector=regarding.name=web-9`);
      expect(treesAt(modern, 'items')[0]).toMatchObject({ note: 'scaled from 1 to 2' });
    });
  });

  describe('ConfigMap', () => {
    const room = aRoom(subject, 'configmaps');

    it('refuses a key that is none and a value that is not text', async () => {
      const key = await room.post(room.path('configmaps'), aConfigMap('key', { 'a/b': '1' }));
      expect([key.status, causesOf(key.body)]).toEqual([422, ['data[a/b]']]);
      expect((await room.post(room.path('configmaps'), aConfigMap('value', { a: 1 }))).status).toBe(400);
    });

    it('keeps its data when it is immutable', async () => {
      await room.make('configmaps', { ...aConfigMap('fixed'), immutable: true });
      const path = room.path('configmaps', 'fixed');
      const answer = await room.patch(path, 'merge', { data: { a: '2' } });
      expect([answer.status, causesOf(answer.body)]).toEqual([422, ['data']]);
      expect((await room.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })).status).toBe(200);
    });

    it('keeps empty values and empties to none', async () => {
      expect((await room.make('configmaps', aConfigMap('kept', { a: '' })))['data']).toEqual({ a: '' });
      const answer = await room.patch(room.path('configmaps', 'kept'), 'json', [op('replace', '/data', {})]);
      expect(answer.body).not.toHaveProperty('data');
    });
  });

  describe('Namespace', () => {
    const room = aRoom(subject, 'namespaces');

    it('is labelled with its name, active, and holds a service account and the root certificate', async () => {
      expect(await room.read(`/api/v1/namespaces/${room.namespace}`)).toMatchObject({
        metadata: { labels: { 'kubernetes.io/metadata.name': room.namespace } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      });
      await room.until(async () => await room.read(room.path('configmaps', 'kube-root-ca.crt')));
      await room.read(room.path('serviceaccounts', 'default'));
    });

    it('goes with all that it holds, and takes nothing new meanwhile', async () => {
      const name = 'contract-ending';
      const path = `/api/v1/namespaces/${name}`;
      await room.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const held = { ...aConfigMap('held'), metadata: { name: 'held', finalizers: ['contract.test/hold'] } };
      expect((await room.post(`${path}/configmaps`, held)).status).toBe(201);
      await room.post(`/apis/apps/v1/namespaces/${name}/deployments`, aDeployment('web'));
      expect((await room.remove(path)).body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
      const late = await room.post(`${path}/configmaps`, aConfigMap('late'));
      expect([late.status, late.body['message']]).toEqual([
        403,
        `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      ]);
      await room.until(async () =>
        expect((await room.read(`/apis/apps/v1/namespaces/${name}/deployments`))['items']).toEqual([]),
      );
      await room.until(async () =>
        expect((await room.read(`${path}/configmaps/held`))['metadata']).toHaveProperty('deletionTimestamp'),
      );
      await room.patch(`${path}/configmaps/held`, 'merge', { metadata: { finalizers: null } });
      await room.until(async () => expect((await room.get(path)).status).toBe(404));
    });
  });
}
