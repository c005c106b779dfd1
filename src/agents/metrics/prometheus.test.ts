// Each convention over real HTTP on loopback: what is sent, and what is made of the answer.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { aDeployment, aPod, aView, replicaSetOf } from '../../../test/builders/view.ts';
import { wallClock } from '../../clock.ts';
import { selfSignedCertificate } from '../../sandbox/kubelet/self-signed.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import { createPrometheusSource } from './prometheus.ts';
import type { PrometheusConnection } from './prometheus-client.ts';

type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
};
type Reply = { readonly status?: number; readonly type?: string; readonly body: string };

const never = new AbortController().signal;
const atMs = Date.UTC(2026, 5, 9, 14, 0);
const view = aView({});
const vector = (metric: Readonly<Record<string, string>>, value = '3', more: object = {}): Reply => ({
  body: JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric, value: [atMs / 1000, value] }] },
    ...more,
  }),
});
const named = (id: string): Measure => {
  const found = (measures as readonly Measure[]).find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const queue = named('queue, controllers');

describe('Prometheus and its kin', () => {
  const wall = wallClock(false);
  let seen: Seen[];
  let servers: Server[];
  let folder: TestFolder;
  beforeEach(() => {
    seen = [];
    servers = [];
    folder = aFolder();
  });
  afterEach(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
    folder.remove();
  });

  const served = async (
    reply: (one: Seen) => Reply,
    tls?: Parameters<typeof createSecureServer>[0],
  ): Promise<string> => {
    const answer: Parameters<typeof createServer>[1] = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://loopback');
        const body = new URLSearchParams(Buffer.concat(chunks).toString());
        const query = new URLSearchParams([...url.searchParams, ...body]);
        const one = { method: request.method ?? '', path: url.pathname, query, headers: request.headers };
        seen.push(one);
        const { status = 200, type = 'application/json', body: text } = reply(one);
        response.writeHead(status, { 'content-type': type });
        response.end(text);
      });
    };
    const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  };
  const read = async (url: string, more: Partial<PrometheusConnection> = {}, measure: Measure = queue) => {
    const source = createPrometheusSource({ url, wall, ...more });
    const answers = await source.read([measure], { view, atMs, windowMs: 120_000, signal: never });
    return answers.get(measure.id);
  };
  const fine = (): Reply => vector({ namespace: 'shop', pod: 'cart-1' });

  it.each([
    ['', '/api/v1/query'],
    ['/', '/api/v1/query'],
    ['/prometheus', '/prometheus/api/v1/query'],
    ['/prometheus/', '/prometheus/api/v1/query'],
    ['/select/0/prometheus', '/select/0/prometheus/api/v1/query'],
  ])('keep the path prefix %j', async (prefix, path) => {
    const answer = await read(`${await served(fine)}${prefix}`);
    expect(seen).toMatchObject([{ method: 'GET', path }]);
    expect(seen[0]?.query.get('query')).toBe('sum by (namespace, pod) (workqueue_depth)');
    expect(seen[0]?.query.get('time')).toBe(String(atMs / 1000));
    expect(answer).toMatchObject({ rows: [{ labels: { namespace: 'shop', pod: 'cart-1', container: '' }, value: 3 }] });
  });

  it('get the tenant and the token', async () => {
    await read(await served(fine), { tenant: 'team-a|team-b', token: 'secret' });
    expect(seen[0]?.headers).toMatchObject({ 'x-scope-orgid': 'team-a|team-b', authorization: 'Bearer secret' });
  });

  it('get no header that nobody asked for', async () => {
    await read(await served(fine));
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-scope-orgid']));
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it('get the token that its file holds at each request', async () => {
    folder.write('token', 'first\n');
    const source = createPrometheusSource({ url: await served(fine), wall, tokenFile: join(folder.path, 'token') });
    const context = { view, atMs, windowMs: 120_000, signal: never };
    await source.read([queue], context);
    folder.write('token', 'second\n');
    await source.read([queue], context);
    expect(seen.map((one) => one.headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it('are not asked while the token file is away', async () => {
    const answer = await read(await served(fine), { tokenFile: join(folder.path, 'gone') });
    expect(seen).toEqual([]);
    expect(answer).toEqual({
      unreadable: expect.stringContaining('a file for its connection cannot be used') as unknown,
    });
  });

  it('are trusted by the authority in a file, and by no other', async () => {
    const { key, cert } = selfSignedCertificate('metrics', wall.now());
    folder.write('ca.pem', cert);
    const url = await served(fine, { key, cert });
    expect(await read(url, { caFile: join(folder.path, 'ca.pem') })).toHaveProperty('rows');
    expect(await read(url)).toEqual({
      unreadable: 'its certificate is of an authority that is not known: is the CA file set?',
    });
  });

  it('get the client certificate that they ask for', async () => {
    const server = selfSignedCertificate('metrics', wall.now());
    const client = selfSignedCertificate('advisor', wall.now());
    folder.write('ca.pem', server.cert);
    folder.write('client.pem', client.cert);
    folder.write('client.key', client.key);
    const url = await served(fine, { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true });
    const files = { caFile: join(folder.path, 'ca.pem') };
    const withKey = { certFile: join(folder.path, 'client.pem'), keyFile: join(folder.path, 'client.key') };
    expect(await read(url, { ...files, ...withKey })).toHaveProperty('rows');
    expect(await read(url, files)).toHaveProperty('unreadable');
  });

  it('get a long query by POST', async () => {
    const query = `sum by (namespace, pod) (up{job=~"${'a'.repeat(2_000)}"})`;
    const answer = await read(await served(fine), {}, { ...queue, query });
    expect(seen).toMatchObject([{ method: 'POST', path: '/api/v1/query' }]);
    expect(seen[0]?.query.get('query')).toBe(query);
    expect(seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(answer).toHaveProperty('rows');
  });

  it('are asked for this cluster alone where they hold several', async () => {
    await read(await served(fine), { selector: [{ label: 'cluster', op: '=', value: 'prod' }] });
    expect(seen[0]?.query.get('query')).toBe('sum by (namespace, pod) (workqueue_depth{cluster="prod"})');
  });

  it.each([
    [
      'Thanos, of a store that is away',
      { warnings: ['No StoreAPIs matched for this query'] },
      /it warns: No StoreAPIs/,
    ],
    ['VictoriaMetrics, of a storage node', { isPartial: true }, /its answer is partial/],
    ['Prometheus, of a remote read', { warnings: ['remote_read: server returned HTTP 500'] }, /remote_read/],
  ])('say that a part is missing: %s', async (_who, more, note) => {
    const answer = await read(await served(() => vector({ namespace: 'shop', pod: 'cart-1' }, '3', more)));
    expect(answer).toMatchObject({ isPartial: true, note: expect.stringMatching(note) as unknown });
  });

  it.each([
    ['a remark on the query', { warnings: ['PromQL warning: bucket label "le" is missing'] }],
    ['a hint', { infos: ['PromQL info: metric might not be a counter, name does not end in _total'] }],
    ['isPartial that is false', { isPartial: false, partial_response: true }],
  ])('are whole in spite of %s', async (_what, more) => {
    const answer = await read(await served(() => vector({ namespace: 'shop', pod: 'cart-1' }, '3', more)));
    expect(answer).not.toHaveProperty('isPartial');
    expect(answer).toHaveProperty('rows');
  });

  it.each([
    [
      '422 of Prometheus',
      422,
      'application/json',
      '{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}',
      'it answers 422: says many-to-many matching not allowed',
    ],
    [
      '422 of VictoriaMetrics',
      422,
      'application/json',
      '{"status":"error","errorType":"422","error":"cannot parse query"}',
      'it answers 422: says cannot parse query',
    ],
    ['503 in plain text', 503, 'text/plain', 'upstream connect error\n', 'it answers 503: says upstream connect error'],
    [
      '503 of a page',
      503,
      'text/html',
      '<html>Service Unavailable</html>',
      'it answers 503: it answers a web page instead of JSON: is a login or a proxy in between?',
    ],
    [
      '503 of a query frontend',
      503,
      'application/json',
      '{"status":"error","errorType":"timeout","error":"query timed out"}',
      'it answers 503: says query timed out',
    ],
    ['401 without a tenant', 401, 'text/plain', 'no org id', 'it answers 401: the token or tenant is not accepted'],
    [
      '404 of a wrong path',
      404,
      'text/plain',
      '404 page not found',
      'it answers 404: is the path of its address right?',
    ],
    ['405 of a proxy', 405, 'text/plain', 'method not allowed', 'it answers 405: long queries are sent by POST'],
    ['a success with 500', 500, 'application/json', vector({}).body, 'it answers 500: a result'],
  ])('tell why they cannot answer: %s', async (_what, status, type, body, unreadable) => {
    expect(await read(await served(() => ({ status, type, body })))).toEqual({ unreadable });
  });

  it('are asked four times and no more while they answer nothing', async () => {
    const source = createPrometheusSource({ url: await served(() => ({ status: 503, body: '' })), wall });
    const answers = await source.read(measures, { view, atMs, windowMs: 120_000, signal: never });
    expect(seen).toHaveLength(4);
    expect(answers.size).toBe(measures.length);
    expect([...answers.values()].filter((one) => !('unreadable' in one))).toEqual([]);
  });

  it.each([422, 400])('are asked for all while they only refuse what the first ask, with %d', async (status) => {
    const url = await served((one) => (one.query.get('query')?.includes('workqueue') ? fine() : { status, body: '' }));
    const source = createPrometheusSource({ url, wall });
    const answers = await source.read(measures, { view, atMs, windowMs: 120_000, signal: never });
    expect(seen).toHaveLength(measures.length);
    expect(answers.get(queue.id)).toHaveProperty('rows');
  });

  it('are asked for all while one of the first answers', async () => {
    const isFirst = (one: Seen): boolean => one.query.get('query')?.includes('cfs_periods') === true;
    const url = await served((one) => (isFirst(one) ? fine() : { status: 503, body: '' }));
    const source = createPrometheusSource({ url, wall });
    await source.read(measures, { view, atMs, windowMs: 120_000, signal: never });
    expect(seen).toHaveLength(measures.length);
  });

  it('read the labels under the names that a metric has', async () => {
    const istio = named('requests, Istio');
    const metric = { destination_workload_namespace: 'shop', destination_workload: 'cart', response_code: '503' };
    const answer = await read(await served(() => vector(metric)), {}, istio);
    expect(answer).toMatchObject({ rows: [{ labels: { namespace: 'shop', workload: 'cart', code: '503', pod: '' } }] });
  });

  it('drop values that are no numbers and say so', async () => {
    const answer = await read(await served(() => vector({ namespace: 'shop', pod: 'cart-1' }, 'NaN')));
    expect(answer).toEqual({ rows: [], note: '1 values were no numbers' });
  });
});

describe('the past in Prometheus', () => {
  const wall = wallClock(false);
  let server: Server;
  let queries: string[];
  let isOwned: boolean;
  let refuses: RegExp | null;
  beforeEach(async () => {
    queries = [];
    isOwned = false;
    refuses = null;
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://loopback');
      const query = url.searchParams.get('query') ?? '';
      const isProbe = query.startsWith('count(');
      if (!isProbe) queries.push(query);
      if (refuses?.test(query) === true) {
        const error = 'found duplicate series for the match group';
        response.writeHead(422).end(JSON.stringify({ status: 'error', errorType: 'execution', error }));
        return;
      }
      const result = isProbe && isOwned ? [{ metric: {}, value: [0, '4'] }] : [];
      response.end(JSON.stringify({ status: 'success', data: { resultType: isProbe ? 'vector' : 'matrix', result } }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const cart = aDeployment();
  const world = aView({
    Deployment: [cart],
    ReplicaSet: [replicaSetOf(cart)],
    Pod: [aPod({ owner: replicaSetOf(cart), name: 'cart-1' })],
  });
  /** More workloads than one query names. */
  const crowded = new Map([['shop', Array.from({ length: 150 }, (_, at) => `w${at}`)]]);
  const range = async (ids: readonly string[], more: object = {}) => {
    const bound = server.address();
    const source = createPrometheusSource({
      url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
      wall,
    });
    return await source.range(ids.map(named), {
      view: world,
      fromMs: atMs - 3_600_000,
      toMs: atMs,
      stepMs: 900_000,
      signal: never,
      ...more,
    });
  };

  it('is read by pod where nobody recorded the owners, by workload where somebody did', async () => {
    await range(['memory']);
    isOwned = true;
    await range(['memory', 'node memory']);
    expect(queries.map((one) => one.includes('kube_pod_owner'))).toEqual([false, true, false]);
  });

  it('is read by pod where the server refuses to join, since a pod had two owners', async () => {
    isOwned = true;
    refuses = /group_left/;
    const answers = await range(['memory']);
    expect(queries.map((one) => one.includes('group_left'))).toEqual([true, false]);
    expect(answers.get('memory')).toEqual({ rows: [] });
  });

  const sharedOut = (): readonly (readonly [string | undefined, number])[] =>
    queries
      .map((one) => /namespace_workload\S*\{namespace=~?"([^"]+)", workload=~?"([^"]+)"/.exec(one))
      .map((one) => [one?.[1], one?.[2]?.split('|').length ?? 0]);

  it('is read for the wanted workloads alone, a hundred by query', async () => {
    isOwned = true;
    await range(['memory'], { only: new Map([...crowded, ['pay', ['ledger']]]) });
    expect(sharedOut()).toEqual([
      ['shop', 100],
      ['shop', 50],
      ['pay', 1],
    ]);
  });

  it('comes once, though a namespace needs two queries and another one has a workload of the same name', async () => {
    isOwned = true;
    await range(['memory'], { only: new Map([['web', ['w0', 'search']], ...crowded, ['pay', ['ledger']]]) });
    expect(sharedOut()).toEqual([
      ['shop', 100],
      ['shop', 50],
      ['web|pay', 3],
    ]);
  });

  it('comes once where nobody recorded the owners, however many of a namespace are wanted', async () => {
    await range(['memory'], { only: new Map([...crowded, ['pay', ['ledger']]]) });
    expect(queries.map((one) => /namespace=~?"[^"]+"/.exec(one)?.[0])).toEqual(['namespace="shop"', 'namespace="pay"']);
  });

  it('is read for their namespaces where nobody recorded the owners, and once for what is of no namespace', async () => {
    const only = new Map([
      ['shop', ['cart']],
      ['pay', ['ledger']],
    ]);
    await range(['memory', 'node memory'], { only });
    expect(queries[0]).toContain('namespace=~"shop|pay"');
    expect(queries).toHaveLength(2);
  });

  it('is read of what the server does not refuse, though it refuses the first measures', async () => {
    refuses = /container_/;
    const answers = await range(['cpu', 'memory', 'node memory']);
    expect(answers.get('memory')).toHaveProperty('unreadable');
    expect(answers.get('node memory')).toEqual({ rows: [] });
  });

  it('keeps pods apart when it is asked for them', async () => {
    isOwned = true;
    await range(['memory'], { only: new Map([['shop', ['cart']]]), byPod: true });
    expect(queries[0]).toMatch(/^max by \(namespace, container, pod, workload, workload_type\)/);
  });
});
