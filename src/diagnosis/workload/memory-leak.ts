// WL-002: the working set grows without bound at steady load; here mainly the confuser of WL-001, so it only advises.
import type { Cause, DiagnosisContext } from '../../model/cause.ts';
import { scaled } from '../../model/pace.ts';
import { seriesId } from '../../model/signal.ts';
import { measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { livePods, terminations } from '../signs.ts';

const leastWindows = 6;
const windowMs = 5 * 60_000;
const leastFit = 0.9;
const horizonMs = 6 * 3_600_000;

export type Growth = {
  readonly steady: boolean;
  /** Share of the limit per hour of this pace. */
  readonly perHour: number;
  readonly fit: number;
  readonly source: string;
  readonly atMs: number;
  readonly sentence: string;
};

/** Growth of the share of the limit over the newest six windows or more; null while too little was seen. */
export function memoryGrowth(context: DiagnosisContext): Growth | null {
  const points = sinceLastDrop(context.signals.recent('memory.share', context.subject));
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  if (last.atMs - first.atMs < leastWindows * scaled(context.pace, windowMs) || points.length < leastWindows)
    return null;
  const { slope, fit } = line(points);
  const perHour = slope * context.pace.hourMs;
  const hitsMs = slope > 0 ? (1 - last.value) / slope : Number.POSITIVE_INFINITY;
  const steady = perHour > 0.02 && fit > leastFit && hitsMs < scaled(context.pace, horizonMs) && isLoadFlat(context);
  return {
    steady,
    perHour,
    fit,
    source: seriesId({ signal: 'memory.share', of: context.subject }),
    atMs: last.atMs,
    sentence: steady
      ? `memory grows by ${percent(perHour)} of the limit an hour at steady load (straight line, R² ${fit.toFixed(2)})`
      : `memory does not grow steadily (${percent(perHour)} of the limit an hour, R² ${fit.toFixed(2)})`,
  };
}

export const memoryLeak: Cause = {
  code: 'WL-002',
  cause: 'memory_leak',
  title: 'memory leak',
  gate: 6.1,
  verify: ['V-crash'],
  metricOnly: true,
  diagnose(context) {
    const kills = terminations(livePods(context.view, context.subject)).filter((one) => one.end.reason === 'OOMKilled');
    const growth = memoryGrowth(context);
    const [newest] = kills;
    if (newest === undefined && growth?.steady !== true) return null;
    const checks: Check[] = [
      growth === null
        ? { holds: null, settle: 'memory history over at least six windows of 5 min' }
        : { holds: growth.steady, fact: measured(growth.source, growth.atMs, growth.sentence) },
      { holds: growth === null ? null : isLoadFlat(context), settle: 'request rate over the same time' },
      {
        holds: growth?.steady === true ? true : null,
        settle: 'memory per replica since its start: a leak grows alike on each',
      },
    ];
    return {
      root: context.subject,
      ...weigh(checks),
      remedies: [],
      advice: [
        'a higher limit only delays a leak: compare the revision in which the growth began, or take a heap profile of one pod',
      ],
    };
  },
};

type Point = { readonly atMs: number; readonly value: number };

/** A restart resets memory: only what came after the last fall by more than a quarter counts. */
function sinceLastDrop(points: readonly Point[]): readonly Point[] {
  let from = 0;
  for (let at = 1; at < points.length; at += 1)
    if ((points[at]?.value ?? 0) < (points[at - 1]?.value ?? 0) * 0.75) from = at;
  return points.slice(from);
}

/** Least squares; `slope` per millisecond, `fit` is R². */
function line(points: readonly Point[]): { readonly slope: number; readonly fit: number } {
  const n = points.length;
  const meanX = points.reduce((sum, one) => sum + one.atMs, 0) / n;
  const meanY = points.reduce((sum, one) => sum + one.value, 0) / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const one of points) {
    xx += (one.atMs - meanX) ** 2;
    xy += (one.atMs - meanX) * (one.value - meanY);
    yy += (one.value - meanY) ** 2;
  }
  if (xx === 0 || yy === 0) return { slope: 0, fit: 0 };
  return { slope: xy / xx, fit: xy ** 2 / (xx * yy) };
}

function isLoadFlat(context: DiagnosisContext): boolean {
  const values = context.signals.recent('sli.rps', context.subject).map((one) => one.value);
  if (values.length < 2) return true;
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.every((one) => Math.abs(one - mean) <= Math.max(0.3 * mean, 1));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
