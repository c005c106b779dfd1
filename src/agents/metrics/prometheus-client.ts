// Asks a server that speaks the query API of Prometheus: credentials, tenant, TLS and long queries; whatever goes wrong becomes a reason.
import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import { readText } from './http-read.ts';
import type { LabelMatch } from './measure.ts';
import type { RangeRow, Row } from './metrics-source.ts';
import { type Decoded, type LabelPlan, decodeMatrix, decodeVector, plainReason } from './prometheus-answer.ts';

export type PrometheusConnection = {
  /** Address with any path prefix, such as `/prometheus` or `/select/0/prometheus`, without `/api/v1`. */
  readonly url: string;
  readonly token?: string;
  /** Read before each request, so that a token may be rotated. */
  readonly tokenFile?: string;
  /** Value of X-Scope-OrgID. */
  readonly tenant?: string;
  /** PEM bundle that the server's certificate must come from. */
  readonly caFile?: string;
  /** PEM files of a client certificate and its key. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Matchers that only series of this cluster satisfy, where one server holds several clusters. */
  readonly selector?: readonly LabelMatch[];
};

export type PrometheusOptions = PrometheusConnection & {
  readonly wall: Clock;
  readonly dispatcher?: Dispatcher;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
  readonly mostSeries?: number;
};

export interface PrometheusClient {
  /** At the server's own time when `atMs` is null. */
  instant(query: string, atMs: number | null, labels: LabelPlan, signal: AbortSignal): Promise<Decoded<Row>>;
  range(
    query: string,
    grid: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
    labels: LabelPlan,
    signal: AbortSignal,
  ): Promise<Decoded<RangeRow>>;
}

/** Servers and proxies refuse long addresses, some at two thousand characters. */
const longestGet = 1_800;

export function createPrometheusClient(options: PrometheusOptions): PrometheusClient {
  const { timeoutMs = 15_000, mostBytes = 32 * 2 ** 20, mostSeries = 50_000, wall } = options;
  const base = options.url.replace(/\/+$/, '');
  let dispatcher: Promise<Dispatcher | undefined> | null = null;

  const ask = async <Found>(
    path: string,
    query: Readonly<Record<string, string>>,
    decode: (text: string, mostSeries: number) => Decoded<Found>,
    signal: AbortSignal,
  ): Promise<Decoded<Found>> => {
    const form = new URLSearchParams(query);
    const isLong = form.toString().length > longestGet;
    const prepared = await prepare();
    if ('refused' in prepared) return prepared;
    const answer = await readText({
      url: isLong ? `${base}/api/v1/${path}` : `${base}/api/v1/${path}?${form.toString()}`,
      ...(isLong ? { form } : {}),
      ...prepared,
      mostBytes,
      timeoutMs,
      wall,
      signal,
    });
    if ('failed' in answer) return { refused: answer.failed };
    const { status, text } = answer;
    if (status === 401 || status === 403)
      return { refused: `it answers ${status}: the token or tenant is not accepted` };
    if (status === 404 || status === 405) {
      const why = status === 404 ? 'is the path of its address right?' : 'long queries are sent by POST';
      return { refused: `it answers ${status}: ${why}` };
    }
    const decoded = decode(text, mostSeries);
    if (status === 200) return decoded;
    return {
      refused: `it answers ${status}: ${'refused' in decoded ? plainReason(text, decoded.refused) : 'a result'}`,
    };
  };

  async function prepare(): Promise<
    { headers: Record<string, string>; dispatcher: Dispatcher | undefined } | { refused: string }
  > {
    try {
      dispatcher ??= dispatcherOf(options);
      const token =
        options.tokenFile === undefined ? options.token : (await readFile(options.tokenFile, 'utf8')).trim();
      return {
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant }),
        },
        dispatcher: await dispatcher,
      };
    } catch (error) {
      dispatcher = null;
      return {
        refused: `a file for its connection cannot be used: ${error instanceof Error ? error.message : 'unknown'}`,
      };
    }
  }

  return {
    instant: (query, atMs, labels, signal) =>
      ask(
        'query',
        { query, ...(atMs === null ? {} : { time: seconds(atMs) }) },
        (text, most) => decodeVector(text, most, labels),
        signal,
      ),
    range: (query, { fromMs, toMs, stepMs }, labels, signal) =>
      ask(
        'query_range',
        { query, start: seconds(fromMs), end: seconds(toMs), step: seconds(stepMs) },
        (text, most) => decodeMatrix(text, most, labels),
        signal,
      ),
  };
}

/** Only what is told to be different from the defaults of the platform. */
async function dispatcherOf(options: PrometheusOptions): Promise<Dispatcher | undefined> {
  const { caFile, certFile, keyFile } = options;
  if (options.dispatcher !== undefined) return options.dispatcher;
  if (caFile === undefined && certFile === undefined) return undefined;
  const read = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : await readFile(file, 'utf8');
  const [ca, cert, key] = [await read(caFile), await read(certFile), await read(keyFile)];
  return new Agent({
    connect: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  });
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
