import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { wallClock } from '../clock.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { connect } from './connection.ts';
import { createTransport, type Transport } from './transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Answering = { readonly transport: Transport; readonly asked: readonly string[]; readonly server: Server };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server on loopback that answers each request with the next handler, the last one for all that follow. */
async function answering(...handlers: readonly Handler[]): Promise<Answering> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? '-'}`);
    (handlers[Math.min(asked.length, handlers.length) - 1] ?? plain(500, ''))(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connection = await connect({
    clusterUrl: `http://127.0.0.1:${port}`,
    clusterToken: 't',
    kubeconfigPinned: false,
  });
  closing.push(
    async () => await connection.close(),
    async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  );
  return { transport: createTransport(connection, wallClock(false)), asked, server };
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_request, response) => void response.writeHead(status, headers).end(text);
}

const asJson = { 'content-type': 'application/json' };
const cut: Handler = (request) => void request.socket.destroy();
const get = { method: 'GET', path: '/api' } as const;
const patch = { method: 'PATCH', path: '/api', body: '[]', contentType: 'application/json-patch+json' } as const;

async function collected(lines: AsyncIterable<string>, onLine: () => void = () => undefined): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) {
    seen.push(line);
    onLine();
  }
  return seen;
}

async function problemOf(work: Promise<unknown>): Promise<readonly [code: string, exitCode: number, why: string]> {
  try {
    await work;
    return ['none', 0, ''];
  } catch (error) {
    return error instanceof Failure
      ? [error.problem.code, error.problem.exitCode, error.problem.why]
      : ['other', 0, ''];
  }
}

describe('a request', () => {
  it('carries credentials and query, and its answer whatever the status', async () => {
    const { transport, asked } = await answering(plain(404, '{"reason":"NotFound"}', asJson));
    const answer = await transport.request({ ...get, query: { limit: '5', continue: undefined } });
    expect(answer).toMatchObject({ status: 404, json: { reason: 'NotFound' } });
    expect(asked).toEqual(['GET /api?limit=5 Bearer t']);
  });

  it('leaves once only, and tells when: after the wait, before the server sees it', async () => {
    const { transport, asked } = await answering(plain(200, '{}', asJson));
    const seenBefore: number[] = [];
    await transport.request({ ...patch, onLeave: () => seenBefore.push(asked.length) });
    expect(seenBefore).toEqual([0]);
    expect(asked).toHaveLength(1);
  });

  it('does not leave when whoever is told throws', async () => {
    const { transport, asked } = await answering(plain(200, '{}', asJson));
    const onLeave = (): void => {
      throw new Error('stopped');
    };
    expect((await problemOf(transport.request({ ...patch, onLeave })))[0]).toBe('cluster-unreachable');
    expect(asked).toEqual([]);
    expect((await transport.request(get)).status).toBe(200);
  });

  it('does not say that it leaves when it was given up before', async () => {
    const { transport, asked } = await answering(plain(200, '{}', asJson));
    let left = 0;
    const work = transport.request({ ...patch, signal: AbortSignal.abort(), onLeave: () => (left += 1) });
    expect((await problemOf(work))[0]).toBe('cluster-unreachable');
    expect([left, asked]).toEqual([0, []]);
  });

  it('that is refused by flow control is asked again only if it reads', async () => {
    const busy = plain(429, 'Too many requests', { 'retry-after': '0' });
    const reads = await answering(busy, busy, plain(200, '{}', asJson));
    expect((await reads.transport.request(get)).status).toBe(200);
    expect(reads.asked).toHaveLength(3);
    const writes = await answering(busy, plain(200, '{}', asJson));
    expect((await writes.transport.request(patch)).status).toBe(429);
    expect(writes.asked).toHaveLength(1);
  });

  it('is refused for good after three more times', async () => {
    const { transport, asked } = await answering(plain(429, '', { 'retry-after': '0' }));
    expect((await transport.request(get)).status).toBe(429);
    expect(asked).toHaveLength(4);
  });

  it('that writes is never sent twice, even when the connection breaks', async () => {
    const { transport, asked } = await answering(plain(200, '{}', asJson), cut, plain(200, '{}', asJson));
    await transport.request(patch);
    expect((await problemOf(transport.request(patch)))[0]).toBe('cluster-unreachable');
    expect(asked).toHaveLength(2);
  });

  it('is given up at its deadline', async () => {
    const { transport } = await answering(() => undefined);
    expect(await problemOf(transport.request({ ...get, timeoutMs: 20 }))).toEqual([
      'cluster-unreachable',
      exitCodes.unreachable,
      expect.stringContaining('no answer within 20 ms'),
    ]);
  });
});

describe('what is no answer of an API server', () => {
  it('a credential that is not valid', async () => {
    const { transport } = await answering(plain(401, '{}', asJson));
    expect((await problemOf(transport.request(get))).slice(0, 2)).toEqual(['token-expired', exitCodes.forbidden]);
  });

  it.each([
    ['a sign-in page', plain(200, '<html>', { 'content-type': 'text/html' })],
    ['a page without a type', plain(502, '  <!DOCTYPE html><p>bad gateway')],
  ])('%s', async (_what, handler) => {
    const { transport } = await answering(handler);
    expect((await problemOf(transport.request(get)))[0]).toBe('not-an-api-server');
  });

  it('JSON that breaks off', async () => {
    const { transport } = await answering(plain(200, '{"kind":"Pod', asJson));
    expect((await problemOf(transport.request(get)))[0]).toBe('answer-truncated');
  });

  it('a body that breaks off', async () => {
    const { transport } = await answering((request, response) => {
      response.writeHead(200, { ...asJson, 'content-length': '100' }).write('{');
      setImmediate(() => request.socket.destroy());
    });
    expect((await problemOf(transport.request(get)))[0]).toBe('cluster-unreachable');
  });

  it('nothing at all: it says where it looked', async () => {
    const { transport, server } = await answering(plain(200, '{}', asJson));
    await new Promise((resolve) => server.close(resolve));
    const [code, exitCode, why] = await problemOf(transport.request(get));
    expect([code, exitCode]).toEqual(['cluster-unreachable', exitCodes.unreachable]);
    expect(why).toMatch(/^http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/);
  });

  it('a redirect is not followed, so that credentials go nowhere else', async () => {
    const { transport, asked } = await answering(plain(302, '', { location: '/elsewhere' }));
    expect((await transport.request(get)).status).toBe(302);
    expect(asked).toHaveLength(1);
  });
});

describe('a stream', () => {
  it('gives whole lines however they are cut, and ends with the server', async () => {
    const { transport } = await answering((_request, response) => {
      response.writeHead(200, asJson);
      response.write('{"a":1}\n{"b"');
      setImmediate(() => response.end(':"é"}\n\nrest'));
    });
    const stream = await transport.stream(get);
    expect([stream.status, await collected(stream.lines())]).toEqual([200, ['{"a":1}', '{"b":"é"}']]);
  });

  it('gives the answer when it is refused', async () => {
    const { transport } = await answering(plain(410, '{"reason":"Expired"}', asJson));
    const stream = await transport.stream(get);
    expect(stream).toMatchObject({ status: 410, text: '{"reason":"Expired"}' });
    expect(await collected(stream.lines())).toEqual([]);
  });

  it('ends when its signal aborts', async () => {
    const { transport } = await answering((_request, response) => {
      response.writeHead(200, asJson).write('{"a":1}\n');
    });
    const stop = new AbortController();
    const stream = await transport.stream({ ...get, signal: stop.signal });
    const reading = collected(stream.lines(), () => stop.abort(new Error('enough')));
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('the clock of the server', () => {
  it('is compared with ours, and is not known before the first answer', async () => {
    const date = new Date(Math.floor(performance.timeOrigin + performance.now()) + 3_600_000).toUTCString();
    const { transport } = await answering(plain(200, '{}', { ...asJson, date }));
    expect([transport.clockSkewMs(), transport.lastAnswerMs()]).toEqual([null, null]);
    await transport.request(get);
    expect(Math.abs((transport.clockSkewMs() ?? 0) - 3_600_000)).toBeLessThan(5_000);
    expect(transport.lastAnswerMs()).toBeGreaterThan(0);
  });
});
