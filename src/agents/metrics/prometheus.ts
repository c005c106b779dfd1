// Prometheus, Thanos, Mimir or VictoriaMetrics as a source: instant and range queries that answer rows or a reason, never a guess.
import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import type { Measure } from './catalogue.ts';
import { readText } from './http-read.ts';
import { inTurn } from './in-turn.ts';
import type { Answer, MetricsSource, RangeContext, RangeRow, Row } from './metrics-source.ts';
import { type Decoded, decodeMatrix, decodeVector, shortText } from './prometheus-answer.ts';
import { historyQuery, liveQuery, ownedHistoryQuery, ownerProbe } from './promql.ts';

export type PrometheusOptions = {
  /** Address with any path prefix, without `/api/v1`. */
  readonly url: string;
  readonly token?: string;
  /** Value of X-Scope-OrgID. */
  readonly tenant?: string;
  readonly wall: Clock;
  readonly dispatcher?: Dispatcher;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
  readonly mostSeries?: number;
};

const atOnce = 4;
/** Points that one range answer may hold, so that it stays near 10 MB. */
const pointsPerAnswer = 250_000;

export function createPrometheusSource(options: PrometheusOptions): MetricsSource & {
  readonly range: NonNullable<MetricsSource['range']>;
} {
  const { timeoutMs = 15_000, mostBytes = 32 * 2 ** 20, mostSeries = 50_000 } = options;
  const base = options.url.replace(/\/+$/, '');
  const headers = {
    accept: 'application/json',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant }),
  };

  const ask = async <Found>(
    path: string,
    query: Readonly<Record<string, string>>,
    decode: (text: string, mostSeries: number) => Decoded<Found>,
    signal: AbortSignal,
  ): Promise<Decoded<Found>> => {
    const url = `${base}/api/v1/${path}?${new URLSearchParams(query).toString()}`;
    const { wall, dispatcher } = options;
    const answer = await readText({ url, headers, mostBytes, timeoutMs, wall, signal, dispatcher });
    if ('failed' in answer) return { refused: answer.failed };
    if (answer.status === 401 || answer.status === 403)
      return { refused: `it answers ${answer.status}: the token or tenant is not accepted` };
    const decoded = decode(answer.text, mostSeries);
    if (answer.status !== 200 && !('refused' in decoded)) return { refused: `it answers ${answer.status}` };
    return 'refused' in decoded && answer.status !== 200
      ? { refused: `it answers ${answer.status}: ${decoded.refused}` }
      : decoded;
  };

  const instant = (query: string, atMs: number, signal: AbortSignal): Promise<Decoded<Row>> =>
    ask('query', { query, time: seconds(atMs) }, decodeVector, signal);

  return {
    name: 'prometheus',
    async read(measures, context) {
      const { atMs, windowMs, signal } = context;
      const answers = await inTurn(
        measures,
        atOnce,
        async (measure) => [measure.id, answerOf(await instant(liveQuery(measure, windowMs), atMs, signal))] as const,
      );
      return new Map(answers);
    },
    async range(measures, context) {
      const probe = await instant(ownerProbe, context.toMs, context.signal);
      const isOwned = !('refused' in probe) && (probe.rows[0]?.value ?? 0) > 0;
      const answers = await inTurn(measures, 2, async (measure) => {
        const query = isOwned && measure.by[0] !== 'node' ? ownedHistoryQuery(measure) : historyQuery(measure);
        return [measure.id, await ranged(query, measure, context)] as const;
      });
      return new Map(answers);
    },
  };

  async function ranged(query: string, measure: Measure, context: RangeContext): Promise<Answer<RangeRow>> {
    const merged = new Map<string, { labels: RangeRow['labels']; points: { atMs: number; value: number }[] }>();
    const notes = new Set<string>();
    for (const [fromMs, toMs] of chunks(measure, context)) {
      const decoded = await ask(
        'query_range',
        { query, start: seconds(fromMs), end: seconds(toMs), step: seconds(context.stepMs) },
        decodeMatrix,
        context.signal,
      );
      const answer = answerOf(decoded);
      if ('unreadable' in answer) return answer;
      if (answer.note !== undefined) notes.add(answer.note);
      for (const row of answer.rows) {
        const key = Object.values(row.labels).join('\u0000');
        const known = merged.get(key);
        if (known === undefined) merged.set(key, { labels: row.labels, points: [...row.points] });
        else for (const point of row.points) known.points.push(point);
      }
    }
    const note = [...notes].join('; ');
    return { rows: [...merged.values()], ...(note === '' ? {} : { note }) };
  }
}

/** Parts of the range, each aligned to the step, small enough for one answer. */
function chunks(measure: Measure, context: RangeContext): [number, number][] {
  const { fromMs, toMs, stepMs, view } = context;
  const perPod = measure.by.includes('le') ? 12 : measure.by.includes('code') ? 4 : 2;
  const rows = Math.max(1, measure.by.includes('node') ? view.nodes.length : view.pods.length * perPod);
  const steps = Math.max(1, Math.floor(pointsPerAnswer / rows));
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const parts: [number, number][] = [];
  for (let start = first; start <= toMs; start += steps * stepMs)
    parts.push([start, Math.min(toMs, start + (steps - 1) * stepMs)]);
  return parts;
}

function answerOf<Found>(decoded: Decoded<Found>): Answer<Found> {
  if ('refused' in decoded) return { unreadable: shortText(decoded.refused) };
  const notes = [
    ...(decoded.dropped === 0 ? [] : [`${decoded.dropped} values were no numbers`]),
    ...decoded.warnings.map((one) => `it warns: ${one}`),
  ];
  return { rows: decoded.rows, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) };
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
