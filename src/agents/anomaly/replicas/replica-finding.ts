// An odd replica as a finding: its value beside its siblings, how far apart they usually are, and what the odd ones share.
import type { Severity, SignalFinding } from '../../../model/finding.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import type { ObjectRef } from '../../../model/target.ts';
import type { SeriesState } from '../series-state.ts';
import { sixDigits } from '../signal-findings.ts';
import { shownValue } from '../sentence/wording.ts';
import type { PodResult, PodSeries } from './pod-series.ts';
import type { ReplicaVerdict } from './verdict.ts';

export type OddReplicas = {
  readonly state: SeriesState;
  readonly verdict: Exclude<ReplicaVerdict, 'none' | 'all'>;
  /** The replicas that are open, oldest first; each has been tested. */
  readonly odd: readonly [PodSeries, ...PodSeries[]];
  readonly pods: number;
  readonly shared: string | null;
};

const mostNamed = 20;
const chartPoints = 60;
/** A pod that was followed for less than a day may not have shown all of its usual life. */
const fullPastMs = 86_400_000;
const lower: Readonly<Record<Severity, Severity>> = { critical: 'warning', warning: 'info', info: 'info' };

export function replicaFindingId(state: Pick<SeriesState, 'id'>): string {
  return `replica:${state.id}`;
}

/** Pods are tested apart from their workloads. */
export function replicaFamily({ family }: Pick<SignalTraits, 'family'>): string {
  return `pods, ${family}`;
}

/** Null while the oldest one has not been tested since a start. */
export function replicaFinding({ state, verdict, odd, pods, shared }: OddReplicas): SignalFinding | null {
  const [first] = odd;
  const { open } = first;
  const last = open?.last ?? null;
  if (open === null || last === null) return null;
  const { traits } = state;
  const { test, level, value, others } = last;
  const usual = others + level.location;
  const isHarmless = value < (traits.harmlessBelow ?? Number.NEGATIVE_INFINITY);
  return {
    kind: 'signal',
    id: replicaFindingId(state),
    of: subjectOf(state.key.of, verdict, first),
    // One replica is a part of the harm that the whole workload would be.
    severity: isHarmless ? 'info' : lower[traits.severity],
    onsetMs: open.onsetMs,
    onsetRangeMs: [...open.onsetRangeMs],
    firstSeenMs: open.firstSeenMs,
    lastSeenMs: Math.max(...odd.map((one) => one.open?.lastSeenMs ?? 0)),
    sentence: sentenceOf(state, verdict, odd, last, pods),
    signal: state.key.signal,
    unit: traits.unit,
    value: sixDigits(value),
    baseline: sixDigits(usual),
    band: [sixDigits(others + level.low), sixDigits(others + level.high)],
    floor: sixDigits(test.minimum),
    direction: open.side,
    test: {
      name: 'minimum effect against its own distance from its siblings',
      stat: sixDigits(test.t),
      df: test.df,
      p: sixDigits(test.p),
      q: sixDigits(last.q),
      windows: level.windows,
      exceeded: test.exceeded,
      family: replicaFamily(traits),
      m: last.m,
    },
    confidence: first.past.spanMs >= fullPastMs ? 'validated' : 'candidate',
    level: 'pod',
    replicas: {
      verdict,
      odd: odd.slice(0, mostNamed).map((one) => one.pod),
      of: pods,
      ...(shared === null ? {} : { shared }),
    },
    chart: chartOf(first, others),
  };
}

/** Of two that differ nobody can say which is odd: the finding is about the workload. */
function subjectOf(of: ObjectRef, verdict: OddReplicas['verdict'], first: PodSeries): ObjectRef {
  return verdict === 'they differ' ? of : { kind: 'Pod', namespace: of.namespace, name: first.pod };
}

/** "requests of ledger-1 0/s, its 2 siblings 41/s"; "p99 of 2 of 6 pods 900 ms, the others 190 ms". */
function sentenceOf(
  state: SeriesState,
  verdict: OddReplicas['verdict'],
  odd: OddReplicas['odd'],
  { value, others }: NonNullable<PodResult>,
  pods: number,
): string {
  const { title, suffix = '', unit } = state.traits;
  const shown = `${shownValue(value, unit)}${suffix}`;
  const beside = `${shownValue(others, unit)}${suffix}`;
  const siblings = pods === 2 ? 'its sibling' : `its ${pods - 1} siblings`;
  if (verdict === 'they differ') return `${title} of the two pods differ, ${shown} and ${beside}`;
  if (verdict === 'one') return `${title} of ${odd[0].pod} ${shown}, ${siblings} ${beside}`;
  return `${title} of ${odd.length} of ${pods} pods ${shown}, the others ${beside}`;
}

/** What the pod showed beside the present level of its siblings. */
function chartOf(series: PodSeries, others: number): [number, number][] {
  const past = series.past.newest(chartPoints - series.recent.length);
  return [
    ...past.map(({ atMs, residual }): [number, number] => [atMs, sixDigits(others + residual)]),
    ...series.recent.map(({ atMs, residual }): [number, number] => [atMs, sixDigits(others + residual)]),
  ];
}
