// Merge patch, strategic merge patch and PUT: their preconditions and their traps (writes.md A.2).
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { newWebImage, webImage } from './images.ts';
import { containing } from './matching.ts';
import { aConfigMap, aDeployment, aLease, aService } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const containersOf = (deployment: Tree): Tree[] => treesAt(deployment, 'spec', 'template', 'spec', 'containers');
const namesOf = (items: readonly Tree[]): string[] => items.map((item) => textAt(item, 'name'));
const inPod = (spec: Tree): Tree => ({ spec: { template: { spec } } });
const staleMessage = 'the object has been modified; please apply your changes to the latest version and try again';

export function describeOtherPatches(subject: () => Subject): void {
  describe('merge patch, strategic merge patch and PUT', () => {
    const room = aRoom(subject, 'other-patches');
    const map = room.path('configmaps', 'map');
    const merge = async (path: string, body: unknown) => await room.patch(path, 'merge', body);
    const strategic = async (path: string, body: unknown) => await room.patch(path, 'strategic', body);
    beforeAll(async () => {
      await room.make('configmaps', aConfigMap('map', { a: '1', b: '2' }));
    });
    /** A Deployment that its controller has seen, so that its version rests. */
    const calm = async (name: string, container: Tree = {}): Promise<string> => {
      await room.make('deployments', aDeployment(name, { container }));
      const path = room.path('deployments', name);
      await room.until(async () =>
        expect(await room.read(path)).toMatchObject({ status: { observedGeneration: 1, conditions: [{}, {}] } }),
      );
      return path;
    };

    it('merges maps, removes by null and replaces lists', async () => {
      expect((await merge(map, { data: { a: null, c: '3' } })).body['data']).toEqual({ b: '2', c: '3' });
      const web = await calm('merged', { args: ['one', 'two'] });
      const answer = await merge(web, inPod({ containers: [{ name: 'only', image: webImage }] }));
      expect(namesOf(containersOf(answer.body))).toEqual(['only']);
      expect(containersOf(answer.body)[0]).not.toHaveProperty('args');
    });

    it('answers a stale resourceVersion in a merge or strategic patch with 409', async () => {
      const web = await calm('stale');
      const answers = [
        await merge(web, { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }),
        await strategic(web, { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }),
      ];
      expect(answers.map(({ status, body }) => [status, body['reason'], body['message']])).toEqual([
        [409, 'Conflict', `Operation cannot be fulfilled on deployments.apps "stale": ${staleMessage}`],
        [409, 'Conflict', `Operation cannot be fulfilled on deployments.apps "stale": ${staleMessage}`],
      ]);
    });

    it('answers another uid in a merge or strategic patch with 422 and a cause', async () => {
      const web = await calm('namesake');
      const answers = [
        await merge(web, { metadata: { uid: 'another' } }),
        await strategic(web, { metadata: { uid: 'another' } }),
      ];
      expect(answers.map(({ status, body }) => [status, treesAt(body, 'details', 'causes')[0]])).toMatchObject([
        [422, { reason: 'FieldValueInvalid', field: 'metadata.uid' }],
        [422, { reason: 'FieldValueInvalid', field: 'metadata.uid' }],
      ]);
    });

    it('answers any patch of an absent object with 404', async () => {
      const none = room.path('configmaps', 'none');
      expect((await merge(none, { data: {} })).status).toBe(404);
      expect((await strategic(none, { data: {} })).status).toBe(404);
      expect((await room.patch(none, 'json', [])).status).toBe(404);
      expect((await room.put(none, aConfigMap('none'))).status).toBe(404);
    });

    it('refuses an unknown field when strict: 422 for a patch, 400 for PUT and POST', async () => {
      const web = await calm('strict');
      const whole = { ...(await room.read(web)), replcas: 1 };
      const answers = [
        await merge(`${web}?fieldValidation=Strict`, { spec: { replcas: 1 } }),
        await strategic(`${web}?fieldValidation=Strict`, { spec: { replcas: 1 } }),
        await room.put(`${web}?fieldValidation=Strict`, whole),
        await room.post(`${room.path('deployments')}?fieldValidation=Strict`, {
          ...aDeployment('strict-new'),
          replcas: 1,
        }),
      ];
      expect(answers.map(({ status, body }) => [status, body['reason']])).toEqual([
        [422, 'Invalid'],
        [422, 'Invalid'],
        [400, 'BadRequest'],
        [400, 'BadRequest'],
      ]);
      expect(answers[2]?.body['message']).toBe(
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "replcas"',
      );
    });

    it('ignores metadata.generation in a patch', async () => {
      const web = await calm('generation');
      expect(await merge(web, { metadata: { generation: 7 } })).toMatchObject({
        status: 200,
        body: { metadata: { generation: 1 } },
      });
    });

    it('merges containers and their variables by name, strategically', async () => {
      const web = await calm('by-name', { env: [{ name: 'A', value: '1' }] });
      const change = { name: 'app', image: newWebImage, env: [{ name: 'B', value: '2' }] };
      const [container] = containersOf((await strategic(web, inPod({ containers: [change] }))).body);
      expect(container).toMatchObject({
        name: 'app',
        image: newWebImage,
        terminationMessagePath: '/dev/termination-log',
      });
      expect(namesOf(treesAt(container ?? {}, 'env')).toSorted()).toEqual(['A', 'B']);
    });

    it('adds a container when a strategic patch names one that does not exist', async () => {
      const web = await calm('trap');
      const answer = await strategic(web, inPod({ containers: [{ name: 'ap', image: newWebImage }] }));
      expect([answer.status, namesOf(containersOf(answer.body)).toSorted()]).toEqual([200, ['ap', 'app']]);
    });

    it('refuses an item of a strategic patch without its merge key with 400 or 422', async () => {
      const web = await calm('keyless');
      const answer = await strategic(web, inPod({ containers: [{ image: newWebImage }] }));
      expect([400, 422, 500]).toContain(answer.status);
      expect(namesOf(containersOf(await room.read(web)))).toEqual(['app']);
    });

    it('deletes items and replaces lists by directive, strategically', async () => {
      const web = await calm('directives', {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      });
      const deletion = { name: 'app', env: [{ name: 'A', $patch: 'delete' }] };
      const [deleted] = containersOf((await strategic(web, inPod({ containers: [deletion] }))).body);
      expect(treesAt(deleted ?? {}, 'env')).toEqual([{ name: 'B', value: '2' }]);
      const replacement = [{ $patch: 'replace' }, { name: 'fresh', image: newWebImage }];
      const replaced = await strategic(web, inPod({ containers: replacement }));
      expect(namesOf(containersOf(replaced.body))).toEqual(['fresh']);
    });

    it('puts a variable that was removed and added again first, strategically', async () => {
      const values = [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
        { name: 'C', value: '3' },
      ];
      const web = await calm('order', { env: values });
      const change = async (variable: Tree) =>
        await strategic(web, inPod({ containers: [{ name: 'app', env: [variable] }] }));
      await change({ name: 'B', $patch: 'delete' });
      const [container] = containersOf((await change({ name: 'B', value: '2' })).body);
      expect(namesOf(treesAt(container ?? {}, 'env'))).toEqual(['B', 'A', 'C']);
    });

    it('follows the order that a strategic patch sets', async () => {
      const web = await calm('set-order', { env: [{ name: 'A', value: '1' }] });
      const change = {
        name: 'app',
        '$setElementOrder/env': [{ name: 'A' }, { name: 'B' }],
        env: [{ name: 'B', value: '2' }],
      };
      const [container] = containersOf(
        (await strategic(web, inPod({ '$setElementOrder/containers': [{ name: 'app' }], containers: [change] }))).body,
      );
      expect(namesOf(treesAt(container ?? {}, 'env'))).toEqual(['A', 'B']);
    });

    it('keeps only the keys that a strategic patch retains', async () => {
      const web = await calm('retain');
      const answer = await strategic(web, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } });
      expect(treeAt(answer.body, 'spec', 'strategy')).toEqual({ type: 'Recreate' });
    });

    it('refuses to change the strategy by a merge patch that leaves the rest of the former one', async () => {
      const web = await calm('half');
      const answer = await merge(web, { spec: { strategy: { type: 'Recreate' } } });
      expect([answer.status, answer.body]).toMatchObject([
        422,
        { details: { causes: [{ reason: 'FieldValueForbidden', field: 'spec.strategy.rollingUpdate' }] } },
      ]);
    });

    it('merges the ports of a Service by number, strategically', async () => {
      await room.make('services', aService('ports', [{ name: 'http', port: 80, targetPort: 8080 }]));
      const answer = await strategic(room.path('services', 'ports'), {
        spec: { ports: [{ port: 80, targetPort: 9090 }] },
      });
      expect(treesAt(answer.body, 'spec', 'ports')).toEqual([
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 9090 },
      ]);
    });

    it('refuses a value of the wrong type: 422 for a patch, 400 for POST', async () => {
      const web = await calm('typed');
      expect((await merge(web, { spec: { replicas: 'three' } })).status).toBe(422);
      const posted = await room.post(room.path('deployments'), {
        ...aDeployment('typed-new'),
        spec: { ...treeAt(aDeployment('typed-new'), 'spec'), replicas: 'three' },
      });
      expect([posted.status, posted.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('answers a content type that it does not know with 415', async () => {
      const answer = await room.send({ method: 'PATCH', path: map, body: '{}', type: 'application/json' });
      expect([answer.status, answer.body['reason']]).toEqual([415, 'UnsupportedMediaType']);
    });

    it('answers PUT with a stale version or another uid with 409', async () => {
      const live = await room.read(map);
      const metadata = treeAt(live, 'metadata');
      const stale = await room.put(map, { ...live, metadata: { ...metadata, resourceVersion: '1' } });
      expect([stale.status, stale.body['reason'], textAt(stale.body, 'message')]).toEqual([
        409,
        'Conflict',
        `Operation cannot be fulfilled on configmaps "map": ${staleMessage}`,
      ]);
      const namesake = await room.put(map, { ...live, metadata: { ...metadata, uid: 'another' } });
      expect([namesake.status, textAt(namesake.body, 'message')]).toEqual([
        409,
        containing(`Precondition failed: UID in precondition: another, UID in object meta: ${textAt(metadata, 'uid')}`),
      ]);
    });

    it('takes PUT without a version for a Deployment and not for a Lease', async () => {
      const web = await calm('unconditional');
      expect(
        (await room.put(web, aDeployment('unconditional', { replicas: 0, spec: { minReadySeconds: 3 } }))).status,
      ).toBe(200);
      await room.make('leases', aLease('lease'));
      const answer = await room.put(room.path('leases', 'lease'), aLease('lease'));
      expect([answer.status, answer.body]).toMatchObject([
        422,
        {
          message:
            'leases.coordination.k8s.io "lease" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
        },
      ]);
    });

    it('removes with PUT what the body does not hold', async () => {
      const live = await room.read(map);
      const { data, ...rest } = live;
      expect(data).toBeDefined();
      expect((await room.put(map, rest)).body).not.toHaveProperty('data');
    });

    it('refuses PUT under another name than that of the object with 400', async () => {
      const answer = await room.put(map, aConfigMap('other'));
      expect([answer.status, answer.body['message']]).toEqual([
        400,
        'the name of the object (other) does not match the name on the URL (map)',
      ]);
    });
  });
}
