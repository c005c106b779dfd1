// A finding of a signal with numbers that fit together, and the traits of the catalogue.
import { createSeriesTable, type SeriesTable } from '../../src/agents/anomaly/series-table.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import type { SignalFinding } from '../../src/model/finding.ts';
import type { SignalId } from '../../src/model/signal.ts';
import type { SignalTraits } from '../../src/model/signal-traits.ts';

export function aSignalFinding(over: Partial<SignalFinding>): SignalFinding {
  const of = over.of ?? { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
  const signal = over.signal ?? 'sli.latency';
  const onsetMs = over.onsetMs ?? Date.UTC(2026, 5, 9, 14, 3);
  return {
    kind: 'signal',
    id: `signal:${signal}@${of.namespace}/${of.kind}/${of.name}`,
    of,
    severity: 'critical',
    onsetMs,
    firstSeenMs: onsetMs + 240_000,
    lastSeenMs: onsetMs + 300_000,
    sentence: 'p99 840 ms, usual 240 ms',
    signal,
    unit: 'seconds',
    value: 0.84,
    baseline: 0.24,
    band: [0.19, 0.26],
    floor: 0.05,
    direction: 'up',
    test: {
      name: 'minimum effect against the same hour',
      stat: 12.3456,
      df: 30,
      p: 2e-7,
      q: 0.003,
      windows: 49,
      exceeded: 49,
    },
    confidence: 'validated',
    ...over,
  };
}

export function traitsOf(signal: SignalId): SignalTraits {
  const found = catalogue.find((one) => one.id === signal);
  if (found === undefined) throw new Error(`the catalogue has no ${signal}`);
  return found;
}

/** Series of the catalogue's signals, none seen yet. */
export function aTable(): SeriesTable {
  return createSeriesTable(catalogue);
}
