// Reads stretches of the past from Prometheus, Thanos, Mimir or VictoriaMetrics: a stretch that is too much for one answer is halved.
import { usualLabels } from './measure.ts';
import type { RangeRow } from './metrics-source.ts';
import { type LabelPlan, shortText } from './prometheus-answer.ts';
import type { PrometheusClient } from './prometheus-client.ts';

/** Times on the grid of `stepMs`, both ends included. */
export type Stretch = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

export type Rows = {
  readonly rows: readonly RangeRow[];
  readonly warnings: readonly string[];
  /** Rows may lack, and sums may be too low. */
  readonly isPartial: boolean;
};
/** Rows, or why this stretch could not be read however small it was cut. */
export type Past = Rows | { readonly unreadable: string };

export interface RangeReader {
  /** `labels` says where each label of a row is read; the usual names when absent. */
  read(query: string, stretch: Stretch, signal: AbortSignal, labels?: LabelPlan): Promise<Past>;
}

/** Shorter stretches than twice this are not halved any more: then it is the server, not the size. */
const leastSteps = 8;

export function createRangeReader(client: Pick<PrometheusClient, 'range'>): RangeReader {
  const read: RangeReader['read'] = async (query, stretch, signal, labels = usualLabels) => {
    const decoded = await client.range(query, stretch, labels, signal);
    if (!('refused' in decoded)) return decoded;
    const steps = Math.floor((stretch.toMs - stretch.fromMs) / stretch.stepMs) + 1;
    if (steps < 2 * leastSteps || !isTooMuch(decoded.refused)) return { unreadable: shortText(decoded.refused) };
    const middleMs = stretch.fromMs + Math.floor(steps / 2) * stretch.stepMs;
    const early = await read(query, { ...stretch, toMs: middleMs - stretch.stepMs }, signal, labels);
    if ('unreadable' in early) return early;
    const late = await read(query, { ...stretch, fromMs: middleMs }, signal, labels);
    return 'unreadable' in late ? late : joinedRows([early, late]);
  };
  return { read };
}

/** One row of each series, whichever part it came from; points in the order of the parts. */
export function joinedRows(parts: readonly Rows[]): Rows {
  const found = new Map<string, { readonly labels: RangeRow['labels']; readonly points: RangeRow['points'][] }>();
  for (const { labels, points } of parts.flatMap((one) => one.rows)) {
    const key = Object.values(labels).join('\u0000');
    const known = found.get(key);
    if (known === undefined) found.set(key, { labels, points: [points] });
    else known.points.push(points);
  }
  return {
    rows: [...found.values()].map(({ labels, points }) => ({ labels, points: points.flat() })),
    warnings: [...new Set(parts.flatMap((one) => one.warnings))],
    isPartial: parts.some((one) => one.isPartial),
  };
}

/** Sizes, limits on samples and time: what a shorter stretch can mend. A refused connection or token is not among them. */
function isTooMuch(reason: string): boolean {
  return /larger than|more than|no answer within|too many|maximum resolution|limit|exceed|cut off|timed? ?out/i.test(
    reason,
  );
}
