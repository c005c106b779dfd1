// Prometheus, Thanos, Mimir or VictoriaMetrics as a source: instant and range queries that answer rows or a reason, never a guess.
import { inTurn } from './in-turn.ts';
import { labelPlan, type Measure } from './measure.ts';
import type { Answer, MetricsSource, RangeContext, RangeRow } from './metrics-source.ts';
import { createPrometheusClient, type PrometheusOptions } from './prometheus-client.ts';
import { type Decoded, shortText } from './prometheus-answer.ts';
import { readRange } from './past-range.ts';
import {
  historyQuery,
  isByPod,
  liveQuery,
  ownedHistoryQuery,
  ownedLiveQuery,
  ownedPodHistoryQuery,
  ownerProbe,
  type Wanted,
} from './promql.ts';
import { createRangeReader, joinedRows, type Rows } from './range-reader.ts';
import { isServerAway } from './server-away.ts';

const atOnce = 4;
/** Buckets of more pods than this are added up by workload on the server, where it knows the owners. */
const mostPodsWithBuckets = 1_500;
const ownersKnownMs = 10 * 60_000;
/** Workloads that one query may name. */
const workloadsPerQuery = 100;

type Part = { readonly namespaces: string[]; readonly workloads: string[] };

export function createPrometheusSource(options: PrometheusOptions): MetricsSource & {
  readonly range: NonNullable<MetricsSource['range']>;
} {
  const client = createPrometheusClient(options);
  const reader = createRangeReader(client);
  let owned: { readonly answer: boolean; readonly atMs: number } | null = null;

  /** Limited to this cluster; what a user wrote stays as it is. */
  const here = (measure: Measure): Measure =>
    options.selector === undefined ? measure : { ...measure, everywhere: options.selector };

  const isOwned = async (atMs: number, signal: AbortSignal): Promise<boolean> => {
    if (owned !== null && Math.abs(atMs - owned.atMs) < ownersKnownMs) return owned.answer;
    const probe = await client.instant(ownerProbe(options.selector), atMs, new Map(), signal);
    owned = { answer: !('refused' in probe) && (probe.rows[0]?.value ?? 0) > 0, atMs };
    return owned.answer;
  };

  return {
    name: 'prometheus',
    async read(asked, { view, atMs, windowMs, signal }) {
      const measures = asked.map(here);
      const isLarge = view.pods.length > mostPodsWithBuckets && (await isOwned(atMs, signal));
      return await eachAsked(measures, atOnce, async (measure) => {
        const isPushed = isLarge && measure.by.includes('le') && isByPod(measure);
        const query = isPushed ? ownedLiveQuery(measure, windowMs) : liveQuery(measure, windowMs);
        return answerOf(await client.instant(query, atMs, labelPlan(measure), signal));
      });
    },
    async range(asked, context) {
      const measures = asked.map(here);
      const canJoin = measures.some(isByPod) && (await isOwned(context.toMs, context.signal));
      return await eachAsked(measures, 2, async (measure) => {
        const joined = canJoin && isByPod(measure) ? await ranged(measure, context, true) : null;
        // Two owners of one pod are no reason to know nothing of the past: pods that still live tell theirs.
        return joined === null || isRefusedJoin(joined) ? await ranged(measure, context, false) : joined;
      });
    },
  };

  async function ranged(measure: Measure, context: RangeContext, isJoined: boolean): Promise<Answer<RangeRow>> {
    const queries = wantedOf(context, isJoined).map((one) => queryOf(measure, context, isJoined, one));
    const about = { labels: labelPlan(measure), rowsAtMost: rowsAtMost(measure, context) };
    const parts: Rows[] = [];
    // A query that names nobody is the same for all.
    for (const query of new Set(queries)) {
      const past = await readRange(reader, query, context, context.signal, about);
      if ('unreadable' in past) return past;
      parts.push(past);
    }
    return answerOf({ ...joinedRows(parts), dropped: 0 });
  }
}

/** A server that is away for each of the first few is not asked for all the others: a cycle cannot wait that long. */
async function eachAsked<Found>(
  measures: readonly Measure[],
  together: number,
  ask: (measure: Measure) => Promise<Answer<Found>>,
): Promise<ReadonlyMap<string, Answer<Found>>> {
  const work = async (measure: Measure) => [measure.id, await ask(measure)] as const;
  const first = await inTurn(measures.slice(0, together), together, work);
  const rest = measures.slice(together);
  const [, refused] = first[0] ?? [];
  if (refused !== undefined && first.every(([, answer]) => isServerAway(answer)))
    return new Map([...first, ...rest.map((measure) => [measure.id, refused] as const)]);
  return new Map([...first, ...(await inTurn(rest, together, work))]);
}

function queryOf(measure: Measure, { byPod }: RangeContext, isJoined: boolean, wanted: Wanted | undefined): string {
  if (!isJoined) return historyQuery(measure, wanted);
  return byPod === true && wanted !== undefined
    ? ownedPodHistoryQuery(measure, wanted)
    : ownedHistoryQuery(measure, wanted);
}

/**
 * The wanted workloads in parts that a query can name; where owners are not joined, the namespaces that they live in. A namespace is in
 * one part alone, or in parts that name no other: a query asks for each name in each of its namespaces, and no row may come twice.
 */
function wantedOf({ only }: RangeContext, isJoined: boolean): readonly (Wanted | undefined)[] {
  if (only === undefined) return [undefined];
  const own: Part[] = [];
  const shared: Part[] = [];
  for (const [namespace, names] of only) {
    const last = shared.at(-1);
    if (names.length > workloadsPerQuery)
      for (let start = 0; start < names.length; start += workloadsPerQuery)
        own.push({ namespaces: [namespace], workloads: names.slice(start, start + workloadsPerQuery) });
    else if (last !== undefined && last.workloads.length + names.length <= workloadsPerQuery) {
      last.namespaces.push(namespace);
      last.workloads.push(...names);
    } else shared.push({ namespaces: [namespace], workloads: [...names] });
  }
  const parts = [...own, ...shared];
  return isJoined ? parts : parts.map(({ namespaces }) => ({ namespaces }));
}

/** How servers say that a query is one which they cannot answer. */
function isRefusedJoin(answer: Answer<RangeRow>): boolean {
  return 'unreadable' in answer && /^it answers (?:400|422)\b/.test(answer.unreadable);
}

/** Rows of an answer in which each pod has its own. */
function rowsAtMost(measure: Measure, { view, only }: RangeContext): number {
  if (measure.by.includes('node')) return view.nodes.length;
  const perPod = measure.by.includes('le') ? 12 : measure.by.includes('code') ? 4 : 2;
  const pods = view.pods.filter(({ metadata }) => only === undefined || only.has(metadata.namespace ?? ''));
  return pods.length * perPod;
}

function answerOf<Found>(decoded: Decoded<Found>): Answer<Found> {
  if ('refused' in decoded) return { unreadable: shortText(decoded.refused) };
  const notes = [
    ...(decoded.dropped === 0 ? [] : [`${decoded.dropped} values were no numbers`]),
    ...(decoded.isPartial && decoded.warnings.length === 0 ? ['it says that its answer is partial'] : []),
    ...decoded.warnings.map((one) => `it warns: ${one}`),
  ];
  return {
    rows: decoded.rows,
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    ...(decoded.isPartial ? { isPartial: true as const } : {}),
  };
}
