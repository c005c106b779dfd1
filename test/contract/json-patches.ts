// JSON patch as the server does it, which is not RFC 6902 to the letter: every row of writes.md A.1.
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, type Tree, treeAt, treesAt, type Value } from '../../src/sandbox/api/tree.ts';
import type { Answer } from './client.ts';
import { aConfigMap, aDeployment, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const mute = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
};
const container = '/spec/template/spec/containers/0';
const mark = '/metadata/annotations/nemotron-advisor.dev~1last-action';

export function describeJsonPatches(subject: () => Subject): void {
  describe('JSON patch', () => {
    const room = aRoom(subject, 'json-patches');
    const map = room.path('configmaps', 'map');
    const web = room.path('deployments', 'web');
    const patch = async (path: string, ...operations: readonly Value[]): Promise<Answer> =>
      await room.patch(path, 'json', operations);
    const stored = async (path = map): Promise<Tree> => await room.read(path);
    beforeAll(async () => {
      await room.make('configmaps', aConfigMap('map', { a: '1', flag: 'true' }, { tier: 'front' }));
      await room.make(
        'deployments',
        aDeployment('web', {
          container: { args: ['one', 'two'], resources: { requests: { memory: '0.25Gi', cpu: '0.5' } } },
        }),
      );
      await room.until(async () => expect(await stored(web)).toMatchObject({ status: { observedGeneration: 1 } }));
    });

    it('applies its operations in order and answers with the object', async () => {
      const answer = await patch(
        map,
        op('test', '/data/a', '1'),
        op('add', '/data/b', '2'),
        op('replace', '/data/b', '3'),
      );
      expect([answer.status, answer.body['data']]).toEqual([200, { a: '1', flag: 'true', b: '3' }]);
      await patch(map, op('remove', '/data/b'));
      expect((await stored())['data']).toEqual({ a: '1', flag: 'true' });
    });

    it('refuses a test of another value with a 422 that does not say which', async () => {
      const answer = await patch(map, op('test', '/data/a', '2'), op('add', '/data/never', 'x'));
      expect([answer.status, answer.body]).toEqual([422, mute]);
      expect((await stored())['data']).not.toHaveProperty('never');
    });

    it('refuses a test of the same value in another type', async () => {
      expect((await patch(map, op('test', '/data/a', 1))).body).toEqual(mute);
      expect((await patch(map, op('test', '/data/flag', true))).body).toEqual(mute);
    });

    it('refuses a test for false on an absent field', async () => {
      expect((await patch(map, op('test', '/immutable', false))).body).toEqual(mute);
    });

    it('passes a test for null, or without a value, on an absent field', async () => {
      expect((await patch(map, op('test', '/immutable', null))).status).toBe(200);
      expect((await patch(map, op('test', '/data/absent'))).status).toBe(200);
    });

    it('refuses a test for null on a field that is there', async () => {
      expect((await patch(map, op('test', '/data/a', null))).body).toEqual(mute);
    });

    it('refuses a test for null when the parent is absent or the position is past the end of a list', async () => {
      expect((await patch(map, op('test', '/metadata/annotations/x', null))).body).toEqual(mute);
      expect((await patch(web, op('test', `${container}/args/2`, null))).body).toEqual(mute);
    });

    it('takes a replace on an absent field as an add', async () => {
      const answer = await patch(map, op('replace', '/data/fresh', 'x'));
      expect([answer.status, textAt(answer.body, 'data', 'fresh')]).toEqual([200, 'x']);
      await patch(map, op('remove', '/data/fresh'));
    });

    it('refuses to remove what is absent', async () => {
      expect((await patch(map, op('remove', '/data/absent'))).body).toEqual(mute);
    });

    it('refuses to add below an absent parent', async () => {
      expect((await patch(map, op('add', mark, 'p1'))).body).toEqual(mute);
      expect((await patch(map, op('add', '/binaryData/x', 'eA=='))).body).toEqual(mute);
    });

    it('refuses a position outside a list, for add, replace and remove', async () => {
      expect((await patch(web, op('add', `${container}/args/3`, 'x'))).body).toEqual(mute);
      expect((await patch(web, op('replace', `${container}/args/2`, 'x'))).body).toEqual(mute);
      expect((await patch(web, op('remove', `${container}/args/2`))).body).toEqual(mute);
    });

    it('adds to a list at a position, at its length and at the end', async () => {
      const answer = await patch(
        web,
        op('add', `${container}/args/0`, 'zero'),
        op('add', `${container}/args/3`, 'three'),
        op('add', `${container}/args/-`, 'four'),
        op('remove', `${container}/args/1`),
      );
      expect(treesAt(answer.body, 'spec', 'template', 'spec', 'containers')[0]?.['args']).toEqual([
        'zero',
        'two',
        'three',
        'four',
      ]);
      await patch(web, op('replace', `${container}/args`, ['one', 'two']));
    });

    it('moves and copies', async () => {
      const answer = await patch(
        map,
        { op: 'copy', from: '/data/a', path: '/data/copied' },
        { op: 'move', from: '/data/copied', path: '/data/moved' },
      );
      expect(answer.body['data']).toEqual({ a: '1', flag: 'true', moved: '1' });
      await patch(map, op('remove', '/data/moved'));
    });

    it('compares a whole subtree as JSON, whatever the order of its keys', async () => {
      expect((await patch(map, op('test', '/data', { flag: 'true', a: '1' }))).status).toBe(200);
      expect((await patch(map, op('test', '/data', { a: '1' }))).body).toEqual(mute);
    });

    it('compares with the canonical form of what is stored', async () => {
      const asSent = { requests: { memory: '0.25Gi', cpu: '0.5' } };
      const canonical = { requests: { cpu: '500m', memory: '256Mi' } };
      expect((await patch(web, op('test', `${container}/resources`, asSent))).body).toEqual(mute);
      expect((await patch(web, op('test', `${container}/resources`, canonical))).status).toBe(200);
    });

    it('answers a replaced old resourceVersion with 409 and a tested one with 422', async () => {
      const old = textAt(await stored(), 'metadata', 'resourceVersion');
      await patch(map, op('add', '/data/moving', 'x'));
      const replaced = await patch(map, op('replace', '/metadata/resourceVersion', old), op('remove', '/data/moving'));
      expect([replaced.status, replaced.body]).toEqual([
        409,
        {
          ...mute,
          message:
            'Operation cannot be fulfilled on configmaps "map": the object has been modified; please apply your changes to the latest version and try again',
          reason: 'Conflict',
          details: { name: 'map', kind: 'configmaps' },
          code: 409,
        },
      ]);
      expect((await patch(map, op('test', '/metadata/resourceVersion', old))).body).toEqual(mute);
      expect((await patch(map, op('remove', '/data/moving'))).status).toBe(200);
    });

    it('refuses a test of another uid, and a change of it with causes', async () => {
      expect((await patch(map, op('test', '/metadata/uid', 'another'))).body).toEqual(mute);
      const replaced = await patch(map, op('replace', '/metadata/uid', 'another'));
      expect([replaced.status, replaced.body]).toMatchObject([
        422,
        { details: { name: 'map', causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }] } },
      ]);
    });

    it('refuses more than 10,000 operations with 413', async () => {
      const answer = await patch(map, ...Array.from({ length: 10_001 }, () => op('test', '/data/a', '1')));
      expect([answer.status, answer.body]).toMatchObject([
        413,
        {
          reason: 'RequestEntityTooLarge',
          message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
        },
      ]);
    });

    it('refuses a body of more than 3 MiB with 413', async () => {
      const answer = await patch(map, op('add', '/data/large', 'x'.repeat(3 * 2 ** 20)));
      expect([answer.status, answer.body['reason']]).toEqual([413, 'RequestEntityTooLarge']);
    });

    it('refuses annotations of more than 256 KiB with 422 and a cause', async () => {
      const answer = await patch(map, op('add', '/metadata/annotations', { large: 'x'.repeat(257 * 1024) }));
      expect([answer.status, answer.body]).toMatchObject([
        422,
        { details: { causes: [{ reason: 'FieldValueTooLong', field: 'metadata.annotations' }] } },
      ]);
    });

    it('refuses an operation that it does not know', async () => {
      expect((await patch(map, op('merge', '/data/a', '1'))).status).toBe(422);
    });

    it('refuses a body that is not a list of operations with 400', async () => {
      const answer = await room.patch(map, 'json', { data: { a: '2' } });
      expect([answer.status, answer.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('writes nothing, and gives no new version, when the result is equal', async () => {
      const before = await stored(web);
      const answer = await patch(web, op('replace', '/spec/replicas', 0));
      expect([answer.status, answer.body['metadata']]).toEqual([200, before['metadata']]);
    });

    it('lands a write that tests the former mark once, however often it is sent', async () => {
      const write = [op('test', mark, null), op('replace', '/spec/minReadySeconds', 1), op('add', mark, 'p1')];
      expect((await patch(web, ...write)).status).toBe(200);
      expect((await patch(web, ...write)).body).toEqual(mute);
    });

    it('lets one of thirty concurrent writes with the same former mark through', async () => {
      await room.make(
        'deployments',
        aDeployment('raced', { annotations: { 'nemotron-advisor.dev/last-action': 'p1' } }),
      );
      const raced = room.path('deployments', 'raced');
      const answers = await Promise.all(
        Array.from(
          { length: 30 },
          async (_, writer) => await patch(raced, op('test', mark, 'p1'), op('replace', mark, `w${writer}`)),
        ),
      );
      const landed = answers.filter(({ status }) => status === 200);
      expect([landed.length, answers.filter(({ status }) => status === 422).length]).toEqual([1, 29]);
      expect(treeAt(await stored(raced), 'metadata', 'annotations')).toMatchObject(
        treeAt(landed[0]?.body ?? {}, 'metadata', 'annotations'),
      );
    });

    it('lets a fence on the mark close the door to the write that it overtook', async () => {
      await room.make(
        'deployments',
        aDeployment('fenced', { annotations: { 'nemotron-advisor.dev/last-action': 'p1' } }),
      );
      const fenced = room.path('deployments', 'fenced');
      expect((await patch(fenced, op('test', mark, 'p1'), op('replace', mark, 'void:p2'))).status).toBe(200);
      const late = await patch(
        fenced,
        op('test', mark, 'p1'),
        op('replace', '/spec/replicas', 3),
        op('add', mark, 'p2'),
      );
      expect(late.body).toEqual(mute);
      expect(await stored(fenced)).toMatchObject({ spec: { replicas: 0 } });
    });

    it('refuses an unknown field when strict, and else drops it with a warning', async () => {
      const unknown = op('add', '/spec/replcas', 2);
      const strict = await patch(`${web}?fieldValidation=Strict`, unknown);
      expect([strict.status, strict.body['reason']]).toEqual([422, 'Invalid']);
      const lenient = await patch(web, unknown);
      expect([lenient.status, treeAt(lenient.body, 'spec')['replcas']]).toEqual([200, undefined]);
      expect(lenient.headers['warning']).toContain('unknown field \\"spec.replcas\\"');
    });

    it('takes back a change with the values read before, byte for byte', async () => {
      const before = await stored(web);
      const acted = await patch(web, op('replace', `${container}/resources`, { limits: { memory: '512Mi' } }));
      const reply = treesAt(acted.body, 'spec', 'template', 'spec', 'containers')[0]?.['resources'] ?? null;
      const former = treesAt(before, 'spec', 'template', 'spec', 'containers')[0]?.['resources'] ?? null;
      await patch(web, op('test', `${container}/resources`, reply), op('replace', `${container}/resources`, former));
      expect((await stored(web))['spec']).toEqual(before['spec']);
    });
  });
}
