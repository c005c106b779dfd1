// PromQL text of a measure: live, over the past, for a few workloads of the past, and with the owner of each pod joined on the server.
import { combineOf, labelNames, type LabelMatch, type Measure, type RowLabel } from './measure.ts';

/** Recorded by kubernetes-mixin: one series per pod with its workload. */
const ownerSeries = 'namespace_workload_pod:kube_pod_owner:relabel';
/** Whether the server can join pods to workloads of the past. */
export function ownerProbe(everywhere: readonly LabelMatch[] = []): string {
  return `count(${ownerSeries}${matchers(everywhere)})`;
}

const historyWindow = '5m';

/** Whose series are wanted; all when absent. Names of pods are never matched. */
export type Wanted = {
  readonly namespaces: readonly string[];
  /** Only where the server joins owners. */
  readonly workloads?: readonly string[];
};

/** Counters as rates per second over `windowMs`, gauges as they are now. */
export function liveQuery(measure: Measure, windowMs: number): string {
  return measure.query ?? aggregate(measure, (metric) => live(measure, metric, windowMs));
}

/** Live totals by workload, for what would be too many rows by pod. */
export function ownedLiveQuery(measure: Measure, windowMs: number): string {
  return measure.query ?? joined(measure, ['workload', 'workloadType'], (metric) => live(measure, metric, windowMs));
}

/** The same level as five one-minute samples have: a rate over five minutes, or the median of a gauge. */
export function historyQuery(measure: Measure, wanted?: Wanted): string {
  return measure.query ?? aggregate(measure, (metric) => past(measure, metric, wanted));
}

/** Totals by workload; pods of last week are in no cache, but they are in this series. */
export function ownedHistoryQuery(measure: Measure, wanted?: Wanted): string {
  return (
    measure.query ?? joined(measure, ['workload', 'workloadType'], (metric) => past(measure, metric, wanted), wanted)
  );
}

/** By pod, those of one workload that are gone included. */
export function ownedPodHistoryQuery(measure: Measure, wanted: Wanted): string {
  return (
    measure.query ??
    joined(measure, ['pod', 'workload', 'workloadType'], (metric) => past(measure, metric, wanted), wanted)
  );
}

/** Whether rows of this measure are by pod, so that an owner can be joined to them. */
export function isByPod(measure: Measure): boolean {
  return measure.query === undefined && measure.by.includes('pod');
}

type Inner = (metric: string) => string;

function aggregate(measure: Measure, inner: Inner): string {
  const by = measure.by.flatMap((label) => labelNames(measure, label));
  return summed(measure, (metric) => `${measure.aggregate} by (${by.join(', ')}) (${shareOf(measure, metric, inner)})`);
}

/** Two owners of one name in two clusters behind one server would refuse a plain join. */
function joined(measure: Measure, keep: readonly RowLabel[], inner: Inner, wanted?: Wanted): string {
  const matches: LabelMatch[] = [
    ...(measure.everywhere ?? []),
    ...namespaceMatch(wanted),
    ...(wanted?.workloads === undefined ? [] : [oneOf('workload', wanted.workloads)]),
  ];
  const owner = `max by (namespace, pod, workload, workload_type) (${ownerSeries}${matchers(matches)})`;
  const join = `* on (namespace, pod) group_left (workload, workload_type) ${owner}`;
  const rest = measure.by.filter((label) => label !== 'pod').flatMap((label) => labelNames(measure, label));
  const by = [...rest, ...keep.flatMap((label) => (label === 'workloadType' ? ['workload_type'] : [label]))].join(', ');
  return summed(measure, (metric) => {
    const share = shareOf(measure, metric, inner);
    // One container that two pages tell of is one; two pods are two.
    const each =
      combineOf(measure) === measure.aggregate
        ? measure.over === undefined
          ? share
          : `(${share})`
        : `${measure.aggregate} by (${measure.by.flatMap((label) => labelNames(measure, label)).join(', ')}) (${share})`;
    return `${combineOf(measure)} by (${by}) (${each} ${join})`;
  });
}

function summed(measure: Measure, one: Inner): string {
  return measure.plus === undefined ? one(measure.metric) : `${one(measure.metric)} + ${one(measure.plus)}`;
}

/** What is used as a share of the capacity. A capacity of zero means that there is none. */
function shareOf(measure: Measure, metric: string, inner: Inner): string {
  if (measure.over === undefined) return inner(metric);
  const share = `${inner(metric)} / (${inner(measure.over)} > 0)`;
  return measure.isFree === true ? `1 - ${share}` : share;
}

function live(measure: Measure, metric: string, windowMs: number): string {
  const selector = `${metric}${matchers([...(measure.where ?? []), ...(measure.everywhere ?? [])])}`;
  return measure.kind === 'counter' ? `rate(${selector}[${promDuration(windowMs)}])` : selector;
}

function past(measure: Measure, metric: string, wanted?: Wanted): string {
  // Where no label of this name tells the namespace, what is not wanted is left out after the read.
  const isTold = measure.by.includes('namespace') && measure.labels?.namespace === undefined;
  const namespaces = isTold ? namespaceMatch(wanted) : [];
  const window = `${metric}${matchers([...(measure.where ?? []), ...(measure.everywhere ?? []), ...namespaces])}[${historyWindow}]`;
  return measure.kind === 'counter' ? `rate(${window})` : `quantile_over_time(0.5, ${window})`;
}

function namespaceMatch(wanted: Wanted | undefined): LabelMatch[] {
  return wanted === undefined ? [] : [oneOf('namespace', wanted.namespaces)];
}

/** Names of Kubernetes hold no character that a regular expression reads, but the dot, which a name needs no more than twice. */
function oneOf(label: string, values: readonly string[]): LabelMatch {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return { label, op: '=', value: only };
  return { label, op: '=~', value: values.map((one) => one.replaceAll('.', '[.]')).join('|') };
}

/** In braces; '' without any. */
export function matchers(all: readonly LabelMatch[]): string {
  const text = all.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(', ');
  return text === '' ? '' : `{${text}}`;
}

/** Whole seconds where possible: "2m" as "120s". */
function promDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.max(1, Math.round(ms))}ms`;
}
