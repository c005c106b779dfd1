// Adds up the rows of a pod or a workload and computes its signals: ratios and quantiles from their parts, never from averages.
import type { Sample } from '../../model/signal.ts';
import type { SignalDefinition } from './signal-definition.ts';
import { combineOf, type Measure } from './measure.ts';
import type { RowLabels } from './metrics-source.ts';
import { quantileOfBuckets } from './quantile-of-buckets.ts';
import type { KeysOfOne } from './series-keys.ts';
import type { Sums } from './sum-table.ts';

export type Totals = {
  readonly sums: Sums;
  /** Rates by upper bound in seconds, by what they measure. */
  buckets: Map<string, Map<string, number>> | null;
  /** Failed requests per second; null when a request did not tell how it ended. */
  failed: number | null;
  /** Highest share of a memory limit of any container; null without limits. */
  memoryShare: number | null;
};

export function emptyTotals(sums: Sums = new Map<string, number>()): Totals {
  return { sums, buckets: null, failed: 0, memoryShare: null };
}

/** Adds a row. `memoryLimit` is that of the row's container, bytes. */
export function addRow(
  totals: Totals,
  measure: Measure,
  labels: RowLabels,
  value: number,
  memoryLimit: number | null,
): void {
  if (measure.by.includes('le')) {
    addBucket(totals, measure, labels.le, value);
    return;
  }
  const before = totals.sums.get(measure.gives);
  const isHighest = combineOf(measure) === 'max';
  totals.sums.set(measure.gives, before === undefined ? value : isHighest ? Math.max(before, value) : before + value);
  if (measure.by.includes('code')) addOutcome(totals, labels.code, value);
  if (measure.gives === 'memory' && memoryLimit !== null && memoryLimit > 0)
    totals.memoryShare = Math.max(totals.memoryShare ?? 0, value / memoryLimit);
}

function addBucket(totals: Totals, measure: Measure, le: string, perSecond: number): void {
  totals.buckets ??= new Map();
  const buckets = totals.buckets.get(measure.gives) ?? new Map<string, number>();
  totals.buckets.set(measure.gives, buckets);
  const bound = measure.inMilliseconds === true && le !== '+Inf' ? String(Number(le) / 1000) : le;
  buckets.set(bound, (buckets.get(bound) ?? 0) + perSecond);
}

/** gRPC tells faults of the server in words; those of the caller are none. */
const failures: ReadonlySet<string> = new Set(['Unknown', 'DeadlineExceeded', 'Internal', 'Unavailable', 'DataLoss']);

/** A request whose status is not told is neither good nor bad: then there is no error ratio. */
function addOutcome(totals: Totals, code: string, perSecond: number): void {
  if (code === '') totals.failed = null;
  else if (totals.failed !== null && (code.startsWith('5') || failures.has(code))) totals.failed += perSecond;
}

type Value = { readonly value: number; readonly weight?: number };

/** The value of a signal, or null when a part is not known. `windowS` turns rates into the requests behind them. */
export function signalOf(
  totals: Totals,
  { reading }: Pick<SignalDefinition, 'reading'>,
  windowS: number,
): Value | null {
  const sum = (measure: string): number | null => totals.sums.get(measure) ?? null;
  switch (reading.from) {
    case 'sum': {
      const value = sum(reading.of);
      return value === null ? null : { value };
    }
    case 'share': {
      const whole = sum(reading.of);
      const part = sum(reading.part);
      return whole === null || part === null || !(whole > 0)
        ? null
        : { value: Math.min(1, part / whole), weight: whole * windowS };
    }
    case 'failures': {
      const requests = sum(reading.of);
      return requests === null || !(requests > 0) || totals.failed === null
        ? null
        : { value: Math.min(1, totals.failed / requests), weight: requests * windowS };
    }
    case 'quantile': {
      const buckets = totals.buckets?.get(reading.of);
      const value = buckets === undefined ? null : quantileOfBuckets(reading.quantile, buckets);
      return value === null ? null : { value, weight: (buckets?.get('+Inf') ?? 0) * windowS };
    }
    case 'share of limit':
      return totals.memoryShare === null ? null : { value: totals.memoryShare };
    case 'api':
      return null;
    default:
      return reading satisfies never;
  }
}

/** Requests in the window by upper bound, so that an objective can count those over its own. */
function countsOf(
  totals: Totals,
  { reading }: Pick<SignalDefinition, 'reading'>,
  windowS: number,
): NonNullable<Sample['buckets']> | null {
  const buckets = reading.from === 'quantile' ? totals.buckets?.get(reading.of) : undefined;
  if (buckets === undefined) return null;
  return [...buckets]
    .map(([le, perSecond]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), perSecond * windowS] as const)
    .filter(([bound]) => !Number.isNaN(bound))
    .toSorted(([left], [right]) => left - right);
}

/** Samples of what is known of one owner or pod are added to `samples`. */
export function addSamples(
  samples: Sample[],
  keyOf: KeysOfOne,
  totals: Totals,
  signals: readonly SignalDefinition[],
  atMs: number,
  windowS: number,
): void {
  for (const signal of signals) {
    const found = signalOf(totals, signal, windowS);
    if (found === null || !Number.isFinite(found.value)) continue;
    const key = keyOf(signal.id);
    const { value, weight } = found;
    const buckets = key.pod === undefined ? countsOf(totals, signal, windowS) : null;
    if (buckets !== null && weight !== undefined) samples.push({ key, atMs, value, weight, buckets });
    else samples.push(weight === undefined ? { key, atMs, value } : { key, atMs, value, weight });
  }
}
