// Answers as servers and networks really send them, over HTTP on loopback: what is read of them, and what is refused.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { steppedClock, wallClock } from '../../clock.ts';
import { usualLabels } from './measure.ts';
import type { Row } from './metrics-source.ts';
import type { Decoded } from './prometheus-answer.ts';
import { createPrometheusClient, type PrometheusClient, type PrometheusOptions } from './prometheus-client.ts';

const never = new AbortController().signal;
const seconds = 1_781_000_000;

function series(metric: Readonly<Record<string, string>>, value = '1'): object {
  return { metric, value: [seconds, value] };
}
function vector(result: readonly object[], more: object = {}): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...more });
}
const pods = (count: number): object[] =>
  Array.from({ length: count }, (_one, at) => series({ namespace: 'shop', pod: `cart-${at}` }, String(at)));

describe('an instant query', () => {
  const wall = wallClock(false);
  let server: Server;
  let reply: (response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((_request, response) => reply(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const clientOf = (more: Partial<PrometheusOptions> = {}): PrometheusClient => {
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    return createPrometheusClient({ url: `http://127.0.0.1:${port}`, wall, ...more });
  };
  const sent =
    (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    (response: ServerResponse): void => {
      response.writeHead(200, headers);
      response.end(body);
    };
  const ask = async (client = clientOf(), query = 'up', signal = never): Promise<Decoded<Row>> =>
    await client.instant(query, seconds * 1000, usualLabels, signal);

  it('gives the rows of its answer in their order', async () => {
    reply = sent(vector([...pods(2), series({ namespace: 'shop', pod: 'pay-0', container: 'app' }, '-2.5e3')]));
    expect(await ask()).toMatchObject({
      rows: [
        { labels: { namespace: 'shop', pod: 'cart-0', container: '' }, value: 0 },
        { labels: { pod: 'cart-1' }, value: 1 },
        { labels: { pod: 'pay-0', container: 'app' }, value: -2500 },
      ],
      dropped: 0,
      warnings: [],
      isPartial: false,
    });
  });

  it('loses no row of an answer that is larger than what is looked at in one go', async () => {
    reply = sent(vector(pods(5_000)));
    const decoded = await ask();
    expect('rows' in decoded && decoded.rows.map((row) => row.value)).toEqual(
      Array.from({ length: 5_000 }, (_, at) => at),
    );
  });

  it('reads the same however the network cuts its answer', async () => {
    const body = Buffer.from(vector([series({ pod: 'café-"1"\\', namespace: 'a\u{1f600}' }, '0.1'), ...pods(40)]));
    reply = sent(body);
    const whole = await ask();
    reply = (response) => {
      response.socket?.setNoDelay(true);
      for (let at = 0; at < body.length; at += 7) response.write(body.subarray(at, at + 7));
      response.end();
    };
    expect(await ask()).toEqual(whole);
    expect(whole).toMatchObject({ rows: { length: 41 } });
  });

  it('knows a series again and gives it the labels that it had', async () => {
    const client = clientOf();
    reply = sent(vector(pods(3)));
    const first = await ask(client);
    reply = sent(vector(pods(3).toReversed()));
    const again = await ask(client);
    const labels = (decoded: Decoded<Row>) => ('rows' in decoded ? decoded.rows.map((row) => row.labels) : []);
    expect(labels(again)[2]).toBe(labels(first)[0]);
    expect('rows' in again && again.rows.map((row) => row.value)).toEqual([2, 1, 0]);
  });

  it('keeps no label that its plan does not name', async () => {
    reply = sent(vector([series({ pod: 'cart-0', __name__: 'up', secret: 'x', constructor: 'y' })]));
    const decoded = await ask();
    expect(JSON.stringify(decoded)).not.toMatch(/secret|constructor|__name__/);
    expect(decoded).toMatchObject({ rows: [{ labels: { pod: 'cart-0' } }] });
  });

  it('drops and counts what is no number: NaN, stale, infinities, text, histograms', async () => {
    const odd = ['NaN', '+Inf', '-Inf', 'stale', ''].map((value, at) => series({ pod: `cart-${at}` }, value));
    const histogram = { metric: { pod: 'histogram' }, histogram: [seconds, { count: '1', sum: '2', buckets: [] }] };
    reply = sent(vector([...odd, histogram, series({ pod: 'good' }, '7')]));
    expect(await ask()).toMatchObject({ rows: [{ labels: { pod: 'good' }, value: 7 }], dropped: 6 });
  });

  it('lets the first of two equal series count', async () => {
    reply = sent(vector([series({ pod: 'cart-0' }, '1'), series({ pod: 'cart-0' }, '2')]));
    expect(await ask()).toMatchObject({ rows: [{ value: 1 }] });
  });

  it('tells warnings in short, and that they mean a part', async () => {
    const warnings = ['PromQL info: fine', `store gone\u0007 ${'x'.repeat(400)}`];
    reply = sent(vector(pods(1), { warnings }));
    const decoded = await ask();
    expect(decoded).toMatchObject({ isPartial: true, rows: [{ value: 0 }] });
    expect('warnings' in decoded && decoded.warnings.map((one) => one.length)).toEqual([17, 160]);
  });

  it.each([
    ['an error with status 200', '{"status":"error","error":"query timed out"}', 'says query timed out'],
    [
      'a scalar',
      `{"status":"success","data":{"resultType":"scalar","result":[${seconds},"1"]}}`,
      'its answer has no vector but scalar',
    ],
    [
      'what is no list of series',
      '{"status":"success","data":{"resultType":"vector","result":[1]}}',
      'its answer is no JSON or was cut off',
    ],
    ['another type', vector([]).replace('vector', 'scalar'), 'its answer has no vector but scalar'],
    ['a matrix', vector([{ metric: {}, values: [[seconds, '1']] }]), 'its answer has no vector'],
    ['no result', '{"status":"success","data":{"resultType":"vector"}}', 'its answer has no result'],
    ['a series without a value', vector([{ metric: { pod: 'cart-0' } }]), 'a series without a value'],
    ['nothing', '', 'its answer is empty'],
    [
      'a page',
      '<!doctype html><title>Sign in</title>',
      'it answers a web page instead of JSON: is a login or a proxy in between?',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x31]), 'its answer is no JSON or was cut off'],
    ['less than all', vector(pods(9)).slice(0, -40), 'its answer is no JSON or was cut off'],
    ['more than all', `${vector(pods(9))}]`, 'its answer is no JSON or was cut off'],
    ['labels that are none', vector([{ metric: { pod: 3 }, value: [1, '1'] }]), 'its answer is no JSON or was cut off'],
  ])('refuses %s, and is none the worse for it', async (_what, body, refused) => {
    const client = clientOf();
    reply = sent(body);
    expect(await ask(client)).toEqual({ refused });
    reply = sent(vector(pods(2)));
    expect(await ask(client)).toMatchObject({ rows: [{ value: 0 }, { value: 1 }] });
  });

  it('leaves nothing behind of an answer that was cut off in the middle', async () => {
    const client = clientOf();
    reply = (response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write(vector(pods(4)).slice(0, 300), () => response.destroy());
    };
    expect(await ask(client)).toEqual({ refused: 'it closed the connection in the middle of its answer' });
    reply = sent(vector([series({ namespace: 'shop', pod: 'cart-1' }, '5')]));
    expect(await ask(client)).toMatchObject({ rows: [{ value: 5 }], dropped: 0 });
  });

  it('stops reading at the limit of bytes, whatever the head of the answer says', async () => {
    let written = 0;
    reply = (response) => {
      response.writeHead(200);
      const more = (): void => {
        written += 65_536;
        if (written < 64 * 2 ** 20 && !response.destroyed) response.write(Buffer.alloc(65_536, ' '), more);
      };
      more();
    };
    expect(await ask(clientOf({ mostBytes: 2 ** 20 }))).toEqual({ refused: 'its answer is larger than 1 MiB' });
    expect(written).toBeLessThan(32 * 2 ** 20);
  });

  it('stops reading at the limit of series', async () => {
    reply = sent(vector(pods(101)));
    expect(await ask(clientOf({ mostSeries: 100 }))).toEqual({
      refused: 'its answer has more than the 100 series that are read',
    });
    expect(await ask(clientOf({ mostSeries: 101 }))).toMatchObject({ rows: { length: 101 } });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['GZIP', gzipSync],
  ])('unpacks an answer that a proxy packed by %s', async (packing, pack) => {
    reply = sent(pack(vector(pods(3_000))), { 'content-encoding': packing });
    expect(await ask()).toMatchObject({ rows: { length: 3_000 } });
  });

  it.each([
    [
      'a small packet that unpacks to much',
      gzipSync(Buffer.alloc(8 * 2 ** 20, ' ')),
      'gzip',
      'its answer is larger than 1 MiB',
    ],
    ['a packet that was cut off', gzipSync(vector(pods(900))).subarray(0, 900), 'gzip', 'its answer was cut off'],
    ['what is not packed as it says', Buffer.from(vector([])), 'gzip', 'its answer is not packed as it says'],
    [
      'a packing that is not known',
      brotliCompressSync(vector([])),
      'br',
      'its answer is packed by br, which nobody asked for',
    ],
  ])('refuses %s', async (_what, body, packing, refused) => {
    const client = clientOf({ mostBytes: 2 ** 20 });
    reply = sent(body, { 'content-encoding': packing });
    expect(await ask(client)).toEqual({ refused });
    reply = sent(vector(pods(1)));
    expect(await ask(client)).toMatchObject({ rows: [{ value: 0 }] });
  });

  it('waits for an answer and for its end no longer than its time', async () => {
    const clock = steppedClock(0);
    reply = (response) => {
      response.writeHead(200);
      response.write(vector(pods(4)).slice(0, 200), () => clock.advance(2_000));
    };
    expect(await ask(clientOf({ wall: clock, timeoutMs: 2_000 }))).toEqual({ refused: 'no answer within 2 s' });
  });

  it('ends at once with the one who asks', async () => {
    const asking = new AbortController();
    const client = clientOf();
    reply = (response) => {
      response.writeHead(200);
      response.write(vector(pods(4)).slice(0, 200), () => asking.abort(new Error('it is late')));
    };
    await expect(ask(client, 'up', asking.signal)).rejects.toThrow('it is late');
    reply = sent(vector(pods(1)));
    expect(await ask(client)).toMatchObject({ rows: [{ value: 0 }] });
  });

  it('may be asked several times at once, the same and others', async () => {
    const client = clientOf();
    const body = vector(pods(600));
    reply = (response) => {
      for (let at = 0; at < body.length; at += 4_096) response.write(body.slice(at, at + 4_096));
      response.end();
    };
    const all = await Promise.all(['a', 'b', 'a', 'a', 'c'].map(async (query) => await ask(client, query)));
    expect(all.map((one) => 'rows' in one && one.rows.length)).toEqual([600, 600, 600, 600, 600]);
  });

  it('tells how many bytes it read, unpacked', async () => {
    const counted: number[] = [];
    const body = vector(pods(50));
    reply = sent(gzipSync(body), { 'content-encoding': 'gzip' });
    await ask(clientOf({ onRead: (bytes) => counted.push(bytes) }));
    expect(counted).toEqual([body.length]);
  });

  it('reads no more of a refusal than it can tell', async () => {
    reply = (response) => {
      response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(`bad gateway ${'x'.repeat(1_000_000)}`);
    };
    const decoded = await ask();
    expect(decoded).toEqual({ refused: expect.stringMatching(/^it answers 502: says bad gateway x+…$/) as unknown });
  });
});

describe('a range query', () => {
  it('gets over a server that is away for a moment, and reads the answer from its beginning', async () => {
    const wall = steppedClock(0);
    let asked = 0;
    const matrix = { resultType: 'matrix', result: [{ metric: { pod: 'cart-0' }, values: [[seconds, '3']] }] };
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 503 : 200);
      response.end(asked === 1 ? 'upstream connect error' : JSON.stringify({ status: 'success', data: matrix }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const client = createPrometheusClient({ url: `http://127.0.0.1:${port}`, wall, timeoutMs: 3_600_000 });
    const grid = { fromMs: seconds * 1000, toMs: seconds * 1000, stepMs: 60_000 };
    const answer = client.range('up', grid, usualLabels, never);
    await vi.waitFor(() => {
      wall.advance(1_000);
      expect(asked).toBe(2);
    });
    expect(await answer).toMatchObject({ rows: [{ points: [{ value: 3 }] }] });
    server.closeAllConnections();
    server.close();
  });
});
