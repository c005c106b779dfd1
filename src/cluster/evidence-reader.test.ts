import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { createEvidenceReader } from './evidence-reader.ts';
import { createReader, type Reader } from './read.ts';
import { aDeploymentObject, aNamespace, aTestApi, type TestApi } from '../../test/builders/sandbox-api.ts';

const live = new AbortController().signal;
const refused = new Failure({ code: 'forbidden', what: '', why: '', next: '', exitCode: exitCodes.forbidden });

describe('evidence of a sandbox', () => {
  let test: TestApi;
  beforeEach(async () => {
    test = await aTestApi();
    await test.create('Namespace', aNamespace('shop'));
  });
  afterEach(async () => await test.close());

  it('shows a Deployment with the ReplicaSets and pods that it owns', async () => {
    await test.create('Deployment', aDeploymentObject('cart', 'shop', 2));
    await test.create('Deployment', { ...aDeploymentObject('cart-twin', 'shop', 1) });
    await test.api.settle();

    const found = await createEvidenceReader(createReader(test.transport)).live(
      { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      live,
    );

    expect(found?.object).toMatchObject({ kind: 'Deployment', metadata: { name: 'cart' } });
    expect(found?.revisions).toHaveLength(1);
    expect(found?.pods).toHaveLength(2);
  });

  it('leaves out a pod that wears the labels but belongs to somebody else', async () => {
    await test.create('Deployment', aDeploymentObject('cart', 'shop', 1));
    await test.api.settle();
    await test.create('Pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'impostor', namespace: 'shop', labels: { app: 'cart' } },
      spec: { containers: [{ name: 'app', image: 'registry.example/x:1' }] },
    });

    const found = await createEvidenceReader(createReader(test.transport)).live(
      { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      live,
    );

    expect(JSON.stringify(found?.pods)).not.toContain('impostor');
    expect(found?.pods).toHaveLength(1);
  });

  it('says that a target is gone', async () => {
    const reader = createEvidenceReader(createReader(test.transport));

    expect(await reader.live({ kind: 'Deployment', namespace: 'shop', name: 'never' }, live)).toBeNull();
  });

  it('refuses a kind that is not watched with what to do', async () => {
    const reader = createEvidenceReader(createReader(test.transport));

    const answer = reader.live({ kind: 'CronJob', namespace: 'shop', name: 'nightly' }, live);

    await expect(answer).rejects.toMatchObject({ problem: { next: 'kubectl get cronjob nightly -n shop' } });
  });
});

describe('the tail of a log', () => {
  type Logs = Pick<Reader, 'get' | 'list' | 'podLog'>;
  const none: Logs = { get: async () => null, list: async () => [], podLog: async () => null };
  const place = { namespace: 'shop', pod: 'cart-1', container: 'app', previous: true };

  it('holds the newest lines, oldest first', async () => {
    const reader = createEvidenceReader({ ...none, podLog: async () => ['one', 'two', 'three'] });

    expect(await reader.tail(place, 2, live)).toEqual(['two', 'three']);
  });

  it('asks for the instance that was meant', async () => {
    const asked: unknown[] = [];
    const reader = createEvidenceReader({
      ...none,
      podLog: async (namespace, pod, container, options) => {
        asked.push([namespace, pod, container, options.previous, options.tailLines]);
        return [];
      },
    });

    await reader.tail(place, 50, live);

    expect(asked).toEqual([['shop', 'cart-1', 'app', true, 50]]);
  });

  it.each([
    ['there is none', none.podLog],
    ['it may not be read', async (): Promise<never> => await Promise.reject(refused)],
  ])('is null when %s', async (_, podLog) => {
    expect(await createEvidenceReader({ ...none, podLog }).tail(place, 50, live)).toBeNull();
  });

  it('does not hide a fault of our own', async () => {
    const podLog = async (): Promise<never> => await Promise.reject(new TypeError('a bug'));

    await expect(createEvidenceReader({ ...none, podLog }).tail(place, 50, live)).rejects.toThrow('a bug');
  });
});

describe('a target that keeps no selector', () => {
  const node: JsonObject = { kind: 'Node', metadata: { name: 'n1', uid: 'u1' } };

  it('comes without revisions and pods', async () => {
    const asked: string[] = [];
    const reader = createEvidenceReader({
      get: async ({ namespace }) => {
        asked.push(namespace);
        return node;
      },
      list: async () => await Promise.reject(new Error('nothing may be listed without a selector')),
      podLog: async () => null,
    });

    expect(await reader.live({ kind: 'Node', namespace: '', name: 'n1' }, live)).toEqual({
      object: node,
      revisions: [],
      pods: [],
    });
    expect(asked).toEqual(['']);
  });
});
