import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeaderAnswer } from '../reasoner.ts';
import type { Route } from './dispatcher.ts';
import { anAskedLeader, goodAnswer, type AskedLeader } from './testing/asked-leader.ts';
import { aBriefInput } from './testing/incident.ts';
import { ownCertificate, ownKey } from './testing/own-authority.ts';

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

describe('an endpoint with a certificate authority of its own', () => {
  let front: SecureServer;
  let behind: AskedLeader;
  beforeEach(async () => {
    behind = await anAskedLeader();
    behind.endpoint.play({ kind: 'answers', content: goodAnswer });
    const origin = new URL(behind.endpoint.baseUrl).origin;
    front = createSecureServer({ key: ownKey, cert: ownCertificate }, (request, response) => {
      const { method, headers } = request;
      const onward = forward(`${origin}${request.url}`, { method: method ?? 'GET', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    front.closeAllConnections();
    await new Promise<void>((resolve) => void front.close(() => resolve()));
    await behind.close();
  });
  const asked = async (route: Route): Promise<LeaderAnswer> => {
    const address = front.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const made = await anAskedLeader({}, { route, baseUrl: `https://127.0.0.1:${port}/v1` });
    const answer = await made.leader.lead(aBriefInput(), never);
    await made.close();
    return answer;
  };

  it('is trusted with its certificate, and not without', async () => {
    expect(await asked({ ca: ownCertificate })).toMatchObject({ kind: 'choice' });
    expect(await asked({})).toMatchObject({ kind: 'refused', rung: 'none' });
  });
});
