// The query part of the Prometheus HTTP API over the sandbox's own store.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { prepare } from './evaluate.ts';
import { durationMs, parseQuery, QueryError } from './promql.ts';
import type { Labels, SeriesStore } from './series-store.ts';

export interface PrometheusServer {
  readonly url: string;
  close(): Promise<void>;
}

const mostPoints = 11_000;
const longestBody = 1_000_000;

/** Listens on a free loopback port. Now is the cluster's time. */
export async function startPrometheusServer(store: SeriesStore, clock: Clock): Promise<PrometheusServer> {
  const server: Server = createServer((request, response) => {
    answer(request, store, clock)
      .then(({ status, body }) => send(response, status, body))
      .catch((error: unknown) => {
        const refused = error instanceof QueryError;
        send(response, refused ? 422 : 500, {
          status: 'error',
          errorType: refused ? 'execution' : 'internal',
          error: error instanceof Error ? error.message : 'unknown error',
        });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulated Prometheus has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

type Answer = { readonly status: number; readonly body: unknown };

async function answer(request: IncomingMessage, store: SeriesStore, clock: Clock): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (request.method === 'POST')
    for (const [key, value] of new URLSearchParams(await bodyOf(request))) url.searchParams.append(key, value);
  switch (url.pathname) {
    case '/-/ready':
      return { status: 200, body: 'Prometheus Server is Ready.\n' };
    case '/-/healthy':
      return { status: 200, body: 'Prometheus Server is Healthy.\n' };
    case '/api/v1/status/buildinfo':
      return success({
        version: '3.16.0+sandbox',
        revision: '',
        branch: '',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      });
    case '/api/v1/query':
      return instant(url.searchParams, store, clock);
    case '/api/v1/query_range':
      return range(url.searchParams, store);
    default:
      return { status: 404, body: '404 page not found\n' };
  }
}

function instant(query: URLSearchParams, store: SeriesStore, clock: Clock): Answer {
  const atMs = timeOf(query.get('time')) ?? clock.now();
  const samples = prepare(parseQuery(query.get('query') ?? ''), store)(atMs);
  return success({
    resultType: 'vector',
    result: samples.map(({ labels, value }) => ({ metric: labels, value: [atMs / 1000, valueText(value)] })),
  });
}

function range(query: URLSearchParams, store: SeriesStore): Answer {
  const fromMs = timeOf(query.get('start'));
  const toMs = timeOf(query.get('end'));
  const step = query.get('step') ?? '';
  const stepMs = /^\d+(?:\.\d+)?$/.test(step) ? Number(step) * 1000 : durationMs(step);
  if (fromMs === null || toMs === null || stepMs <= 0)
    return badData('invalid parameter: start, end and a positive step are needed');
  if (toMs < fromMs) return badData('invalid parameter "end": end timestamp must not be before start time');
  if ((toMs - fromMs) / stepMs > mostPoints)
    return badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  const evaluate = prepare(parseQuery(query.get('query') ?? ''), store);
  const result = new Map<string, { readonly metric: Labels; readonly values: [number, string][] }>();
  const keys = new WeakMap<Labels, string>();
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs)
    for (const { labels, value } of evaluate(atMs)) {
      const key = keys.get(labels) ?? JSON.stringify(labels);
      keys.set(labels, key);
      const entry = result.get(key);
      if (entry === undefined) result.set(key, { metric: labels, values: [[atMs / 1000, valueText(value)]] });
      else entry.values.push([atMs / 1000, valueText(value)]);
    }
  return success({ resultType: 'matrix', result: [...result.values()] });
}

function success(data: unknown): Answer {
  return { status: 200, body: { status: 'success', data } };
}

function badData(error: string): Answer {
  return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
}

/** Seconds since the epoch or RFC 3339, as milliseconds. */
function timeOf(text: string | null): number | null {
  if (text === null || text === '') return null;
  const ms = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    text += String(part);
    if (text.length > longestBody) throw new QueryError('the request body is too large');
  }
  return text;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
  response.end(isText ? body : JSON.stringify(body));
}
