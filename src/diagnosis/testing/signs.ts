// Builds findings, a signal book and the context of a diagnosis for tests.
import type { DiagnosisContext } from '../../model/cause.ts';
import type { FactFinding, FactName, Finding, SignalFinding } from '../../model/finding.ts';
import { paceOf } from '../../model/pace.ts';
import { seriesId, type Sample, type SignalBook, type SignalId } from '../../model/signal.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { atMs, nowMs } from './view.ts';

export function aFact(fact: FactName, of: ObjectRef, more: Partial<FactFinding> = {}): FactFinding {
  return {
    kind: 'fact',
    id: `fact:${fact}@${keyOf(of)}`,
    of,
    severity: 'critical',
    onsetMs: atMs(5),
    firstSeenMs: atMs(5),
    lastSeenMs: nowMs,
    sentence: `${of.name}: ${fact}`,
    fact,
    objects: [],
    count: 1,
    ...more,
  };
}

export function aSignal(signal: SignalId, of: ObjectRef, more: Partial<SignalFinding> = {}): SignalFinding {
  return {
    kind: 'signal',
    id: `signal:${seriesId({ signal, of })}`,
    of,
    severity: 'critical',
    onsetMs: atMs(5),
    firstSeenMs: atMs(5),
    lastSeenMs: nowMs,
    sentence: `${signal} of ${of.name} is out of its band`,
    signal,
    unit: 'ratio',
    value: 0.06,
    baseline: 0.001,
    band: [0, 0.002],
    floor: 0.01,
    direction: 'up',
    test: { name: 'window', stat: 9, df: 6, p: 0.0001, q: 0.001, windows: 49, exceeded: 49 },
    confidence: 'validated',
    ...more,
  };
}

export type Known = {
  readonly value?: number;
  readonly usual?: number;
  readonly peak?: number;
  readonly pods?: Readonly<Record<string, { readonly value: number; readonly weight?: number }>>;
  readonly recent?: readonly { readonly atMs: number; readonly value: number }[];
};

/** A book that knows exactly the series named, by series id. */
export function aBook(known: Readonly<Record<string, Known>> = {}): SignalBook {
  const of = (signal: SignalId, ref: ObjectRef): Known | undefined => known[`${signal}@${ref.name}`];
  return {
    atMs: nowMs,
    value: (signal, ref) => of(signal, ref)?.value ?? null,
    byPod: (signal, ref) =>
      new Map(
        Object.entries(of(signal, ref)?.pods ?? {}).map(([pod, one]): [string, Sample] => [
          pod,
          { key: { signal, of: ref, pod }, atMs: nowMs, ...one },
        ]),
      ),
    usual: (signal, ref) => {
      const median = of(signal, ref)?.usual;
      return median === undefined
        ? null
        : { median, low: median * 0.9, high: median * 1.1, spread: median * 0.05, windows: 49, days: 7 };
    },
    recent: (signal, ref) => of(signal, ref)?.recent ?? [],
    peak: (signal, ref) => of(signal, ref)?.peak ?? null,
  };
}

export function aContext(
  subject: ObjectRef,
  view: ClusterView,
  more: { readonly findings?: readonly Finding[]; readonly book?: SignalBook; readonly seen?: readonly number[] } = {},
): DiagnosisContext {
  return {
    subject,
    findings: more.findings ?? [],
    view,
    signals: more.book ?? aBook(),
    pace: paceOf(1),
    replicasSeen: () => (more.seen ?? []).map((replicas, index) => ({ atMs: atMs(60 - index), replicas })),
  };
}
