import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aConfigMap, aDeploymentObject, aLimitRange, aTestApi, type TestApi } from '../../test/builders/sandbox-api.ts';
import { createReader } from './read.ts';
import { placeOf } from './resources.ts';
import { scripted } from './testing/script.ts';

const maps = placeOf('ConfigMap');

describe('fresh reads of a sandbox', () => {
  let test: TestApi;
  beforeEach(async () => {
    test = await aTestApi();
  });
  afterEach(async () => await test.close());

  it('give the whole object, and null for one that does not exist', async () => {
    await test.create('ConfigMap', aConfigMap('a'));
    const reader = createReader(test.transport);

    expect(await reader.get({ resource: maps, namespace: 'default', name: 'a' })).toMatchObject({
      kind: 'ConfigMap',
      data: { key: 'value' },
    });
    expect(await reader.get({ resource: maps, namespace: 'default', name: 'b' })).toBeNull();
  });

  it('list what fits a selector', async () => {
    await test.create('Deployment', aDeploymentObject('cart', 'default', 0));
    await test.create('Deployment', aDeploymentObject('db', 'default', 0));

    const found = await createReader(test.transport).list(placeOf('Deployment'), '', {
      labelSelector: 'app in (cart)',
    });

    expect(found).toMatchObject([{ metadata: { name: 'cart' } }]);
  });

  it('list every page', async () => {
    for (let count = 0; count < 501; count += 1) await test.create('LimitRange', aLimitRange(`l${count}`));

    expect(await createReader(test.transport).list(placeOf('LimitRange'), '')).toHaveLength(501);
  });

  it('name the cluster by the UID of kube-system, and its version', async () => {
    const reader = createReader(test.transport);

    expect(await reader.clusterId()).toBe('uid-of-kube-system');
    expect(await reader.version()).toBe('v1.37.2');
  });

  it('reject with the missing right', async () => {
    const reader = createReader(await test.transportOf('nobody', []));

    await expect(reader.list(maps, 'default')).rejects.toMatchObject({
      problem: { code: 'forbidden', exitCode: 5, why: 'no right to list configmaps in default' },
    });
    await expect(reader.clusterId()).rejects.toMatchObject({ problem: { code: 'forbidden' } });
  });
});

describe('logs and odd answers', () => {
  it('are lines, oldest first', async () => {
    const reader = createReader({
      ...scripted([]),
      request: async () => ({ status: 200, text: 'one\ntwo\n\n', json: null, headers: { get: () => null } }),
    });

    expect(await reader.podLog('shop', 'cart-1', 'app', { tailLines: 5, limitBytes: 1_000 })).toEqual(['one', 'two']);
  });

  it.each([400, 404])('are null where there is nothing to read (%i)', async (answer) => {
    const transport = scripted([{ answer }]);

    const read = await createReader(transport).podLog('shop', 'p', 'app', {
      previous: true,
      tailLines: 5,
      limitBytes: 1_000,
    });

    expect(read).toBeNull();
    expect(transport.asked[0]?.query).toMatchObject({ previous: 'true', tailLines: '5', limitBytes: '1000' });
  });

  it.each([
    ['a list without metadata is taken', { items: [{ metadata: { name: 'a' } }] }, 1],
    ['a list whose items are null is empty', { items: null, metadata: {} }, 0],
    ['what is no object is left out', { items: ['a', 7, null, { metadata: {} }] }, 1],
  ])('%s', async (_, body, length) => {
    expect(await createReader(scripted([{ answer: 200, body }])).list(maps, '')).toHaveLength(length);
  });

  it.each([
    [200, 'text'],
    [200, { items: 'many' }],
    [500, {}],
  ])('reject for %i %j', async (answer, body) => {
    await expect(createReader(scripted([{ answer, body }])).list(maps, '')).rejects.toMatchObject({
      problem: { code: 'read-refused' },
    });
  });

  it('reject a version and a cluster that are not said', async () => {
    const reader = createReader(scripted([{ answer: 200, body: {} }, { answer: 404 }, { answer: 200, body: {} }]));

    await expect(reader.version()).rejects.toMatchObject({
      problem: { what: 'the cluster refused to say its version' },
    });
    await expect(reader.clusterId()).rejects.toMatchObject({ problem: { code: 'read-refused' } });
    await expect(reader.clusterId()).rejects.toMatchObject({ problem: { code: 'read-refused' } });
  });
});
