import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anna, aWorld, sre, type World } from '../../test/builders/server.ts';
import { apiProblem } from '../model/api.ts';
import { address, challengeAnswer, isProven, portOf, tokenId } from '../model/door.ts';
import { buildServer } from './server.ts';
import { startServer, type RunningServer, type StartOptions } from './start.ts';

let world: World;
const running: RunningServer[] = [];
beforeEach(async () => {
  world = await aWorld();
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await world.close();
});

async function start(more: Partial<StartOptions> = {}): Promise<RunningServer> {
  const folder = join(world.folder, 'door');
  const server = await startServer(world.ports, { listen: '127.0.0.1:0', osUser: 'sre', pid: 42, folder, ...more });
  running.push(server);
  return server;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the door', () => {
  it('leaves token and address to its owner alone, and takes them back when it closes', async () => {
    mkdirSync(join(world.folder, 'door'), { mode: 0o755 });
    const server = await start({ addressFolder: join(world.folder, 'state') });
    expect(readFileSync(server.tokenFile, 'utf8')).toBe(`${server.token}\n`);
    expect(statSync(server.tokenFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(world.folder, 'door')).mode & 0o777).toBe(0o700);
    const left = address.parse(JSON.parse(readFileSync(join(world.folder, 'state', 'address.json'), 'utf8')));
    expect(left).toMatchObject({ url: server.url, pid: 42, tokenFile: server.tokenFile, clusterName: 'kind-dev' });
    await server.close();
    expect(() => statSync(server.tokenFile)).toThrow('ENOENT');
    expect(() => statSync(join(world.folder, 'state', 'address.json'))).toThrow('ENOENT');
  });

  it('has a new token at each start', async () => {
    const first = await start();
    const second = await start();
    expect(second.token).not.toBe(first.token);
    expect(first.token.length).toBeGreaterThanOrEqual(43);
  });

  it('proves that it knows the token, for its own port only', async () => {
    const server = await start({ scriptedApprover: true });
    const nonce = 'n'.repeat(43);
    const ask = async (token: string) =>
      await fetch(`${server.url}/api/v1/challenge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ nonce, tokenId: tokenId(token) }),
      });
    for (const token of [server.token, server.scriptedToken ?? '']) {
      const { proof } = challengeAnswer.parse(await (await ask(token)).json());
      expect(isProven(token, nonce, portOf(server.url), proof)).toBe(true);
      expect(isProven(token, nonce, portOf(server.url) + 1, proof)).toBe(false);
      expect(isProven('another', nonce, portOf(server.url), proof)).toBe(false);
    }
    expect((await ask('a token of an earlier run')).status).toBe(401);
  });

  it('binds the subject to the token, whatever the client says', async () => {
    const server = await start({ scriptedApprover: true });
    const subjectOf = async (token: string) => {
      const answer = await fetch(`${server.url}/api/v1/session?subject=root`, {
        headers: { ...bearer(token), 'x-subject': 'root' },
      });
      return z.object({ subject: z.string() }).parse(await answer.json()).subject;
    };
    expect(await subjectOf(server.token)).toBe('local:sre');
    expect(await subjectOf(server.scriptedToken ?? '')).toBe('scripted-approver');
  });

  it('mints no second token unless asked to', async () => {
    expect((await start()).scriptedToken).toBeNull();
  });

  it('says that a port is taken, and refuses to listen beyond loopback', async () => {
    const server = await start();
    await expect(start({ listen: `127.0.0.1:${portOf(server.url)}` })).rejects.toMatchObject({
      problem: { code: 'address-in-use', exitCode: 6 },
    });
    await expect(start({ listen: '0.0.0.0:7575' })).rejects.toMatchObject({ problem: { code: 'cannot-listen' } });
  });

  it('decides over real HTTP with a body and a key', async () => {
    const server = await start();
    const answer = await fetch(`${server.url}/api/v1/approvals/apr-9/decision`, {
      method: 'POST',
      headers: { ...bearer(server.token), 'content-type': 'application/json', 'idempotency-key': 'k'.repeat(16) },
      body: JSON.stringify({ decision: 'approved', digest: 'a'.repeat(12) }),
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(apiProblem.parse(await answer.json())).toMatchObject({ code: 'approval-not-found', exitCode: 2 });
  });

  it('answers a path that is no text with a problem', async () => {
    const server = await start();
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(`${server.url}/api/v1/plans/%zz`, { headers: bearer(server.token) }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      });
      request.on('error', reject).end();
    });
    expect(text).toMatch(/^400 \{"kind":"Error"/);
  });
});

describe('every request', () => {
  const inject = async (options: {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
    readonly url: string;
    readonly headers?: Record<string, string>;
    readonly payload?: string;
  }) => {
    const server = buildServer(world.ports, [sre, anna]);
    const answer = await server.inject({
      ...options,
      headers: { host: '127.0.0.1:7575', ...bearer(sre.token), ...options.headers },
    });
    await server.close();
    return answer;
  };

  it('needs a token of this run', async () => {
    for (const authorization of ['', 'Bearer wrong-token-0123456789', 'Basic abc', `Bearer ${sre.token}x`]) {
      const answer = await inject({ url: '/api/v1/incidents', headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(apiProblem.parse(answer.json())).toMatchObject({ code: 'signed-out', exitCode: 5 });
    }
  });

  it('needs it however the path is spelled', async () => {
    for (const url of ['/%61pi/v1/incidents', '/api/%761/journal', '/%61pi/v1/journal/export', '/a%70i/v1/switch'])
      expect([url, (await inject({ url, headers: { authorization: '' } })).statusCode]).toEqual([url, 401]);
  });

  it('is answered on loopback names only, and never for a page', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { host: '127.0.0.1.evil.example' },
      { origin: 'http://127.0.0.1:7575' },
    ])
      expect((await inject({ url: '/api/v1/session', headers })).statusCode).toBe(403);
    for (const host of ['localhost:7575', '[::1]:7575', '127.0.0.1'])
      expect((await inject({ url: '/api/v1/session', headers: { host } })).statusCode).toBe(200);
  });

  it('gets three sentences for what cannot be used, and no stack', async () => {
    const json = { 'content-type': 'application/json', 'idempotency-key': 'key-00001' };
    const decision = '/api/v1/approvals/apr-1/decision';
    const cases: readonly (readonly [Parameters<typeof inject>[0], number, string])[] = [
      [{ url: '/api/v1/nothing' }, 404, 'endpoint-not-found'],
      [{ url: '/api/v1/incidents/inc-77' }, 404, 'incident-not-found'],
      [{ url: '/api/v1/plans/inc-1%2Fp9' }, 404, 'plan-not-found'],
      [{ url: '/api/v1/approvals/apr-77' }, 404, 'approval-not-found'],
      [{ url: '/api/v1/doctor' }, 404, 'endpoint-not-found'],
      [{ url: '/api/v1/incidents', method: 'DELETE' }, 405, 'wrong-method'],
      [{ url: '/api/v1/switch', method: 'POST', headers: json, payload: '{}' }, 405, 'wrong-method'],
      [{ url: '/api/v1/incidents?limit=0' }, 400, 'bad-request'],
      [{ url: '/api/v1/incidents?state=broken' }, 400, 'bad-request'],
      [{ url: '/api/v1/incidents?cursor=zzz' }, 400, 'bad-request'],
      [{ url: '/api/v1/journal?after=-1' }, 400, 'bad-request'],
      [{ url: decision, method: 'POST', headers: json, payload: '{"decision":' }, 400, 'bad-request'],
      [{ url: decision, method: 'POST', headers: json, payload: '{"decision":"maybe"}' }, 400, 'bad-request'],
      [
        { url: decision, method: 'POST', headers: json, payload: '{"decision":"denied","digest":"xyz"}' },
        400,
        'bad-request',
      ],
      [{ url: decision, method: 'POST', headers: { 'content-type': 'text/plain' }, payload: 'yes' }, 415, 'not-json'],
      [{ url: decision, method: 'POST', headers: json, payload: `"${'x'.repeat(70_000)}"` }, 413, 'body-too-large'],
      [{ url: '/api/v1/switch', method: 'PUT', headers: json, payload: '{"stopped":false}' }, 400, 'bad-request'],
    ];
    for (const [options, status, code] of cases) {
      const answer = await inject(options);
      expect([options.url, answer.statusCode, apiProblem.parse(answer.json()).code]).toEqual([
        options.url,
        status,
        code,
      ]);
      expect(answer.body).not.toMatch(/at .*\.ts|node_modules|stack/);
    }
    expect(world.faults).toEqual([]);
  });

  it('hides a fault behind a number that the log has too', async () => {
    const ports = { ...world.ports, modes: () => [].at(0)!['secret'] };
    const server = buildServer(ports, [sre]);
    const answer = await server.inject({ url: '/api/v1/modes', headers: { host: 'localhost', ...bearer(sre.token) } });
    expect(answer.statusCode).toBe(500);
    expect(apiProblem.parse(answer.json())).toMatchObject({ code: 'internal-fault', exitCode: 1 });
    expect(answer.body).not.toContain('secret');
    expect(world.faults).toHaveLength(1);
    await server.close();
  });

  it('is slowed down when it comes too often, for each caller apart', async () => {
    const server = buildServer(world.ports, [sre, anna]);
    const ask = async (token: string) =>
      (await server.inject({ url: '/api/v1/switch', headers: { host: 'localhost', ...bearer(token) } })).statusCode;
    const statuses = new Set<number>();
    for (let count = 0; count < 201; count += 1) statuses.add(await ask(sre.token));
    expect([...statuses]).toEqual([200, 429]);
    expect(await ask(anna.token)).toBe(200);
    world.clock.advance(1_000);
    expect(await ask(sre.token)).toBe(200);
    await server.close();
  });

  it('is open without a token for health and metrics only', async () => {
    const none = { authorization: '' };
    expect((await inject({ url: '/healthz', headers: none })).json()).toMatchObject({ status: 'ok', stopped: false });
    const metrics = await inject({ url: '/metrics', headers: none });
    expect([metrics.body, metrics.headers['content-type']]).toEqual(['advisor_up 1\n', 'text/plain; version=0.0.4']);
    expect((await inject({ url: '/', headers: none })).statusCode).toBe(404);
  });
});
