// Adds up the rows of a pod or a workload and computes its signals: ratios and quantiles from their parts, never from averages.
import type { Sample, SeriesKey, SignalId } from '../../model/signal.ts';
import type { MeasureId } from './catalogue.ts';
import { quantileOfBuckets } from './quantile-of-buckets.ts';

export type Totals = {
  readonly sums: Map<MeasureId, number>;
  readonly buckets: Map<string, number>;
  failedRequests: number | null;
  /** Highest share of a memory limit of any container; null without limits. */
  memoryShare: number | null;
};

const latencyQuantile = 0.99;

export function emptyTotals(): Totals {
  return { sums: new Map(), buckets: new Map(), failedRequests: 0, memoryShare: null };
}

/** Sums, except memory, of which the highest container counts. */
export function addTo(totals: Totals, measure: MeasureId, value: number): void {
  const before = totals.sums.get(measure);
  if (before === undefined) totals.sums.set(measure, value);
  else totals.sums.set(measure, measure === 'memory' ? Math.max(before, value) : before + value);
}

/** A request whose status is not told is neither good nor bad: then there is no error ratio. */
export function addRequests(totals: Totals, code: string, perSecond: number): void {
  addTo(totals, 'requests', perSecond);
  if (code === '') totals.failedRequests = null;
  else if (totals.failedRequests !== null && code.startsWith('5')) totals.failedRequests += perSecond;
}

export function addBucket(totals: Totals, le: string, perSecond: number): void {
  totals.buckets.set(le, (totals.buckets.get(le) ?? 0) + perSecond);
}

export function addMemory(totals: Totals, bytes: number, limitBytes: number | null): void {
  addTo(totals, 'memory', bytes);
  if (limitBytes !== null && limitBytes > 0) totals.memoryShare = Math.max(totals.memoryShare ?? 0, bytes / limitBytes);
}

type Value = { readonly value: number; readonly weight?: number };

/** The value of a signal, or null when a part is not known. `windowS` turns rates into the requests behind them. */
export function signalOf(totals: Totals, signal: SignalId, windowS: number): Value | null {
  const sum = (measure: MeasureId): number | null => totals.sums.get(measure) ?? null;
  const plain = (value: number | null): Value | null => (value === null ? null : { value });
  switch (signal) {
    case 'cpu.usage':
      return plain(sum('cpu'));
    case 'cpu.throttling': {
      const periods = sum('periods');
      const throttled = sum('throttled');
      return periods === null || throttled === null || !(periods > 0)
        ? null
        : { value: Math.min(1, throttled / periods), weight: periods * windowS };
    }
    case 'memory.working_set':
      return plain(sum('memory'));
    case 'memory.share':
      return plain(totals.memoryShare);
    case 'network.receive':
      return plain(sum('received'));
    case 'network.transmit':
      return plain(sum('sent'));
    case 'network.errors': {
      const received = sum('receive errors');
      const sent = sum('send errors');
      return received === null && sent === null ? null : { value: (received ?? 0) + (sent ?? 0) };
    }
    case 'sli.rps':
      return plain(sum('requests'));
    case 'sli.err': {
      const requests = sum('requests');
      return requests === null || !(requests > 0) || totals.failedRequests === null
        ? null
        : { value: Math.min(1, totals.failedRequests / requests), weight: requests * windowS };
    }
    case 'sli.latency': {
      const value = quantileOfBuckets(latencyQuantile, totals.buckets);
      return value === null ? null : { value, weight: (totals.buckets.get('+Inf') ?? 0) * windowS };
    }
    case 'node.cpu':
      return plain(sum('node cpu'));
    case 'node.memory':
      return plain(sum('node memory'));
    case 'restarts':
    case 'ready':
      break;
  }
  return null;
}

export function samplesOf(
  key: Omit<SeriesKey, 'signal'>,
  totals: Totals,
  signals: readonly SignalId[],
  atMs: number,
  windowS: number,
): Sample[] {
  const samples: Sample[] = [];
  for (const signal of signals) {
    const found = signalOf(totals, signal, windowS);
    if (found === null || !Number.isFinite(found.value)) continue;
    samples.push({
      key: { signal, ...key },
      atMs,
      value: found.value,
      ...(found.weight === undefined ? {} : { weight: found.weight }),
    });
  }
  return samples;
}
