// How far the history of a server reaches back, asked before anything is read: it tells a wrong address, an empty server and a short memory apart.
import type { LabelMatch, Measure } from '../agents/metrics/measure.ts';
import { measures } from '../agents/metrics/measures.ts';
import { matchers } from '../agents/metrics/promql.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RangeReader } from '../agents/metrics/range-reader.ts';
import { learnedDays } from './window.ts';

const dayMs = 86_400_000;
/** How finely the start of a history is looked for; what is learned is read in finer steps. */
const lookMs = 15 * 60_000;

/** What every cluster has, one way or the other. */
const asked: readonly Measure[] = measures.filter((one: Measure) => one.optional !== true && one.from !== 'exporter');

/** Time of the oldest measurement between eight days before what was asked and its end. `selector` are matchers that only series of this cluster satisfy. Throws a Failure when there is none. */
export async function oldestMeasurement(
  reader: RangeReader,
  { url, selector }: { readonly url: string; readonly selector: readonly LabelMatch[] },
  { toMs: endMs, sinceMs }: { readonly toMs: number; readonly sinceMs: number },
  signal: AbortSignal,
): Promise<number> {
  const toMs = Math.floor(endMs / lookMs) * lookMs;
  const fromMs = Math.floor((endMs - sinceMs) / lookMs) * lookMs - learnedDays * dayMs;
  for (const metric of new Set(asked.map((one) => one.metric))) {
    const past = await reader.read(`count(${metric}${matchers(selector)})`, { fromMs, toMs, stepMs: lookMs }, signal);
    if ('unreadable' in past) throw unreachable(url, past.unreadable);
    const found = past.rows.flatMap((row) => row.points.map((one) => one.atMs));
    if (found.length > 0) return found.reduce((low, one) => Math.min(low, one));
  }
  throw new Failure({
    code: 'no-history',
    what: `${placeOf(url)} holds no measurement of a cluster`,
    why: `none of ${asked.length} measures, such as ${asked[0]?.metric ?? ''}${matchers(selector)}, has a series there`,
    next: `name the server that scrapes the kubelets, or another time with --since and --until${selector.length === 0 ? '' : ', or correct PROMETHEUS_SELECTOR'}`,
    exitCode: exitCodes.no,
  });
}

function unreachable(url: string, reason: string): Failure {
  return new Failure({
    code: 'prometheus-unreachable',
    what: `${placeOf(url)} cannot be asked for its history`,
    why: reason,
    next: 'check --prometheus (without /api/v1), PROMETHEUS_TOKEN and PROMETHEUS_TENANT',
    exitCode: exitCodes.unreachable,
  });
}

/** Without user and query, in which secrets travel. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
