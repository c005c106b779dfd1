// Reads stretches of the past from Prometheus, Thanos, Mimir or VictoriaMetrics: a stretch that is too much for one answer is halved.
import { readText } from '../agents/metrics/http-read.ts';
import { type Decoded, decodeMatrix, shortText } from '../agents/metrics/prometheus-answer.ts';
import type { RangeRow } from '../agents/metrics/metrics-source.ts';
import type { Clock } from '../clock.ts';

export type RangeReaderOptions = {
  /** Address with any path prefix, without `/api/v1`. */
  readonly url: string;
  readonly token?: string;
  /** Value of X-Scope-OrgID. */
  readonly tenant?: string;
  readonly wall: Clock;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
  readonly mostSeries?: number;
};

/** Times on the grid of `stepMs`, both ends included. */
export type Stretch = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

/** Rows, or why this stretch could not be read however small it was cut. */
export type Past =
  { readonly rows: readonly RangeRow[]; readonly warnings: readonly string[] } | { readonly unreadable: string };

export interface RangeReader {
  read(query: string, stretch: Stretch, signal: AbortSignal): Promise<Past>;
}

/** Fewer steps than this are not halved any more: then it is the server, not the size. */
const leastSteps = 8;

export function createRangeReader(options: RangeReaderOptions): RangeReader {
  const { timeoutMs = 60_000, mostBytes = 64 * 2 ** 20, mostSeries = 100_000, wall } = options;
  const base = options.url.replace(/\/+$/, '');
  const headers = {
    accept: 'application/json',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant }),
  };

  const once = async (query: string, stretch: Stretch, signal: AbortSignal): Promise<Decoded<RangeRow>> => {
    const parameters = new URLSearchParams({
      query,
      start: seconds(stretch.fromMs),
      end: seconds(stretch.toMs),
      step: seconds(stretch.stepMs),
    });
    const url = `${base}/api/v1/query_range?${parameters.toString()}`;
    const answer = await readText({ url, headers, mostBytes, timeoutMs, wall, signal });
    if ('failed' in answer) return { refused: answer.failed };
    if (answer.status === 401 || answer.status === 403)
      return { refused: `it answers ${answer.status}: the token or tenant is not accepted` };
    const decoded = decodeMatrix(answer.text, mostSeries);
    if (answer.status === 200) return decoded;
    return { refused: `it answers ${answer.status}${'refused' in decoded ? `: ${decoded.refused}` : ''}` };
  };

  const read = async (query: string, stretch: Stretch, signal: AbortSignal): Promise<Past> => {
    const decoded = await once(query, stretch, signal);
    if (!('refused' in decoded)) return { rows: decoded.rows, warnings: decoded.warnings };
    const steps = Math.floor((stretch.toMs - stretch.fromMs) / stretch.stepMs) + 1;
    if (steps < 2 * leastSteps || !isTooMuch(decoded.refused)) return { unreadable: shortText(decoded.refused) };
    const middleMs = stretch.fromMs + Math.floor(steps / 2) * stretch.stepMs;
    const early = await read(query, { ...stretch, toMs: middleMs - stretch.stepMs }, signal);
    if ('unreadable' in early) return early;
    const late = await read(query, { ...stretch, fromMs: middleMs }, signal);
    return 'unreadable' in late ? late : joined(early, late);
  };
  return { read };
}

/** Sizes, limits on samples and time: what a shorter stretch can mend. A refused connection or token is not among them. */
function isTooMuch(reason: string): boolean {
  return /larger than|no answer within|too many samples|maximum resolution|limit|exceed|cut off|timed? ?out/i.test(
    reason,
  );
}

type Rows = Extract<Past, { readonly rows: unknown }>;

function joined(early: Rows, late: Rows): Rows {
  const keyed = new Map(early.rows.map((row) => [Object.values(row.labels).join('\u0000'), row]));
  for (const row of late.rows) {
    const key = Object.values(row.labels).join('\u0000');
    const before = keyed.get(key);
    keyed.set(key, before === undefined ? row : { labels: row.labels, points: [...before.points, ...row.points] });
  }
  return { rows: [...keyed.values()], warnings: [...new Set([...early.warnings, ...late.warnings])] };
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
