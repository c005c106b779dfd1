import { createServer, request as forward, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAskedLeader, goodAnswer } from './testing/asked-leader.ts';
import { aBriefInput } from './testing/incident.ts';

const never = new AbortController().signal;

describe('the way to the endpoint', () => {
  let proxy: Server;
  let passed: string[];
  beforeEach(async () => {
    passed = [];
    proxy = createServer((request, response) => {
      passed.push(new URL(request.url ?? '').host);
      const { method, headers } = request;
      const onward = forward(request.url ?? '', { method: method ?? 'GET', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    proxy.closeAllConnections();
    await new Promise<void>((resolve) => void proxy.close(() => resolve()));
  });
  const proxyUrl = (): string => {
    const address = proxy.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  };

  it('leads through the proxy that is set', async () => {
    const asked = await anAskedLeader({}, { route: { proxy: proxyUrl() } });
    asked.endpoint.play({ kind: 'answers', content: goodAnswer });
    const answer = await asked.leader.lead(aBriefInput(), never);
    await asked.close();
    expect(answer).toMatchObject({ kind: 'choice' });
    expect(passed).toContain(new URL(asked.endpoint.baseUrl).host);
  });

  it('passes by the proxy where the host needs none', async () => {
    const asked = await anAskedLeader({}, { route: { proxy: proxyUrl(), noProxy: '127.0.0.1' } });
    asked.endpoint.play({ kind: 'answers', content: goodAnswer });
    const answer = await asked.leader.lead(aBriefInput(), never);
    await asked.close();
    expect(answer).toMatchObject({ kind: 'choice' });
    expect(passed).toEqual([]);
  });

  it('is out of reach where the proxy is', async () => {
    const asked = await anAskedLeader({}, { route: { proxy: 'http://127.0.0.1:1' } });
    const answer = await asked.leader.lead(aBriefInput(), never);
    await asked.close();
    expect(answer).toMatchObject({ kind: 'refused', rung: 'none' });
  });
});
