import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measures } from '../../agents/metrics/measures.ts';
import { wallClock } from '../../clock.ts';
import { prometheusItem } from './prometheus.ts';

const never = new AbortController().signal;

describe('Prometheus as the doctor sees it', () => {
  let server: Server;
  let url: string;
  let names: readonly string[];
  let queries: string[];
  beforeEach(async () => {
    names = [];
    queries = [];
    server = createServer((request, response) => {
      const query = new URL(request.url ?? '/', 'http://loopback').searchParams.get('query') ?? '';
      queries.push(query);
      const result = names.some((one) => query.includes(one)) ? [{ metric: { pod: 'a' }, value: [1, '1'] }] : [];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    url = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = async (more: object = {}) =>
    await prometheusItem({ prometheusUrl: url, pace: 'cluster', ...more }, wallClock(false), never);

  it('is off without an address', async () => {
    expect(await ask({ prometheusUrl: undefined })).toMatchObject({ state: 'off', required: false });
  });

  it('says by which names requests are counted, and for what there are no series', async () => {
    names = ['container_', 'node_', 'istio_requests_total', 'grpc_server_handled_total'];
    const item = await ask();
    expect(item.state).toBe('ok');
    expect(item.found).toContain(`by ${measures.length} queries`);
    expect(item.found).toContain('requests by grpc_server_handled_total, istio_requests_total');
    expect(item.found).toMatch(/none for .*latency, connection pools, queues of applications/);
    expect(item.found).not.toContain('request rate');
  });

  it('is missing when it holds nothing that is read', async () => {
    expect(await ask()).toMatchObject({ state: 'missing', fix: 'scrape kubelets and pods with it' });
  });

  it('is asked for this cluster alone where it holds several', async () => {
    await ask({ prometheusSelector: 'cluster="prod", env=~"a|b"' });
    expect(queries.filter((one) => !one.includes('cluster="prod", env=~"a|b"'))).toEqual([]);
  });

  it('fails where a file of its connection is away', async () => {
    const item = await ask({ prometheusTokenFile: '/nowhere/token' });
    expect(item).toMatchObject({ state: 'failed', found: expect.stringContaining('cannot be used') as unknown });
  });
});
