// PromQL text of a measure: live, over the past, and over the past with the owner of each pod joined on the server.
import type { Measure } from './catalogue.ts';

/** Recorded by kubernetes-mixin: one series per pod with its workload. */
const ownerSeries = 'namespace_workload_pod:kube_pod_owner:relabel';
/** Whether the server can join pods to workloads of the past. */
export const ownerProbe = `count(${ownerSeries})`;

const historyWindow = '5m';

/** Counters as rates per second over `windowMs`, gauges as they are now. */
export function liveQuery(measure: Measure, windowMs: number): string {
  const inner =
    measure.kind === 'counter' ? `rate(${selector(measure)}[${promDuration(windowMs)}])` : selector(measure);
  return aggregate(measure, measure.by, inner);
}

/** The same level as five one-minute samples have: a rate over five minutes, or the median of a gauge. */
export function historyQuery(measure: Measure): string {
  return aggregate(measure, measure.by, historyInner(measure));
}

/** Totals by workload; pods of last week are in no cache, but they are in this series. */
export function ownedHistoryQuery(measure: Measure): string {
  const by = measure.by.flatMap((label) => (label === 'pod' ? ['workload', 'workload_type'] : [label]));
  const join = `* on (namespace, pod) group_left (workload, workload_type) ${ownerSeries}`;
  return aggregate(measure, by, `${historyInner(measure)} ${join}`);
}

/** Whole seconds where possible: "2m" as "120s". */
function promDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.max(1, Math.round(ms))}ms`;
}

function historyInner(measure: Measure): string {
  const window = `${selector(measure)}[${historyWindow}]`;
  return measure.kind === 'counter' ? `rate(${window})` : `quantile_over_time(0.5, ${window})`;
}

function selector(measure: Measure): string {
  return measure.containersOnly === true ? `${measure.metric}{container!=""}` : measure.metric;
}

function aggregate(measure: Measure, by: readonly string[], inner: string): string {
  return `${measure.aggregate} by (${by.join(', ')}) (${inner})`;
}
