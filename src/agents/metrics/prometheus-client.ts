// Asks a server that speaks the query API of Prometheus: credentials, tenant, TLS and long queries; whatever goes wrong becomes a reason.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import { askedAgain } from './ask-again.ts';
import { readPieces } from './http-read.ts';
import type { LabelMatch } from './measure.ts';
import type { RangeRow, Row } from './metrics-source.ts';
import { type Decoded, type LabelPlan, refusalIn } from './prometheus-answer.ts';
import { startWirePast } from './wire-past.ts';
import { createWireRows } from './wire-rows.ts';

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
  /** Of one answer, unpacked. */
  readonly mostBytes?: number;
  /** Of one answer. */
  readonly mostSeries?: number;
  /** Told of the bytes of each answer, unpacked. */
  readonly onRead?: (bytes: number) => void;
};

export interface PrometheusClient {
  /** At the server's own time when `atMs` is null. */
  instant(query: string, atMs: number | null, labels: LabelPlan, signal: AbortSignal): Promise<Decoded<Row>>;
  /** Asks again, twice at most, where the server refused for something that passes. */
  range(
    query: string,
    grid: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
    labels: LabelPlan,
    signal: AbortSignal,
  ): Promise<Decoded<RangeRow>>;
}

/** What is made of an answer while it arrives; `drop` when nobody wants it any more, and after its end without harm. */
type Reading<Found> = {
  write(piece: Uint8Array): boolean;
  end(): Decoded<Found>;
  drop?(): void;
};

/** Servers and proxies refuse long addresses, some at two thousand characters. */
const longestGet = 1_800;
/** Of an answer that is a refusal no more is read than this. */
const longestRefusal = 2 ** 16;
/** Of an instant answer no more is held than its labels, once, and a number for each series; of the past every point. */
const usually = { instant: { bytes: 128 * 2 ** 20, series: 300_000 }, range: { bytes: 32 * 2 ** 20, series: 50_000 } };

export function createPrometheusClient(options: PrometheusOptions): PrometheusClient {
  const { timeoutMs = 15_000, wall, onRead } = options;
  const base = options.url.replace(/\/+$/, '');
  const secret = randomBytes(8);
  const key = { low: secret.readInt32LE(0), high: secret.readInt32LE(4) };
  const rows = createWireRows({
    key,
    mostSeries: options.mostSeries ?? usually.instant.series,
  });
  let dispatcher: Promise<Dispatcher | undefined> | null = null;

  const ask = async <Found>(
    path: string,
    query: Readonly<Record<string, string>>,
    reading: Reading<Found>,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<Decoded<Found>> => {
    const form = new URLSearchParams(query);
    const isLong = form.toString().length > longestGet;
    const refusal: Buffer[] = [];
    let refusalBytes = 0;
    const keep = (piece: Buffer): boolean => {
      refusal.push(piece);
      refusalBytes += piece.length;
      return refusalBytes < longestRefusal;
    };
    try {
      const prepared = await prepare();
      if ('refused' in prepared) return prepared;
      const answer = await readPieces(
        {
          url: isLong ? `${base}/api/v1/${path}` : `${base}/api/v1/${path}?${form.toString()}`,
          ...(isLong ? { form } : {}),
          ...prepared,
          mostBytes,
          timeoutMs,
          wall,
          signal,
        },
        (piece, status) => (status === 200 ? reading.write(piece) : keep(piece)),
      );
      if ('failed' in answer) return { refused: answer.failed };
      onRead?.(answer.bytes);
      if (answer.status === 200) return reading.end();
      return { refused: refusalOf(answer.status, Buffer.concat(refusal).toString('utf8')) };
    } finally {
      reading.drop?.();
    }
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
        rows.start(query, labels),
        options.mostBytes ?? usually.instant.bytes,
        signal,
      ),
    range: async (query, { fromMs, toMs, stepMs }, labels, signal) => {
      const once = async (): Promise<Decoded<RangeRow>> =>
        await ask(
          'query_range',
          { query, start: seconds(fromMs), end: seconds(toMs), step: seconds(stepMs) },
          startWirePast(query, labels, key, options.mostSeries ?? usually.range.series),
          options.mostBytes ?? usually.range.bytes,
          signal,
        );
      return await askedAgain(once, wall, signal);
    },
  };
}

function refusalOf(status: number, text: string): string {
  if (status === 401 || status === 403) return `it answers ${status}: the token or tenant is not accepted`;
  if (status === 404) return 'it answers 404: is the path of its address right?';
  if (status === 405) return 'it answers 405: long queries are sent by POST';
  return `it answers ${status}: ${refusalIn(text)}`;
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
