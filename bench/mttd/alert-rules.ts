// The alert rules that users of kubernetes-mixin run, and multi-window burn rates as the SRE workbook has them, written by hand for one scale of time.
import { stringify } from 'yaml';
import { objectives } from './objectives.ts';

export type AlertRule = {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold before it fires, already scaled. */
  readonly forMs: number;
};

const errorBudget = shareLeft(objectives.availability);
const slowBudget = shareLeft(objectives.latency);
const slowSeconds = String(objectives.latencySeconds);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The rules with all windows and all `for` divided by `scale`. */
export function alertRules(scale: number): AlertRule[] {
  const w = (ms: number): string => `${Math.max(2, Math.round(ms / scale / 1000))}s`;
  const rule = (name: string, forMs: number, expr: string): AlertRule => ({ name, expr, forMs: forMs / scale });
  const minutes = (count: number): string => w(count * minuteMs);
  return [
    rule(
      'KubePodCrashLooping',
      15 * minuteMs,
      `max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[${minutes(5)}]) >= 1`,
    ),
    rule(
      'KubePodNotReady',
      15 * minuteMs,
      'sum by (namespace, pod) (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) * on (namespace, pod) group_left (owner_kind) topk by (namespace, pod) (1, max by (namespace, pod, owner_kind) (kube_pod_owner{owner_kind!="Job"}))) > 0',
    ),
    rule(
      'KubeDeploymentGenerationMismatch',
      15 * minuteMs,
      'kube_deployment_status_observed_generation != kube_deployment_metadata_generation',
    ),
    rule(
      'KubeDeploymentReplicasMismatch',
      15 * minuteMs,
      `(kube_deployment_spec_replicas > kube_deployment_status_replicas_available) and (changes(kube_deployment_status_replicas_updated[${minutes(10)}]) == 0)`,
    ),
    rule(
      'KubeDeploymentRolloutStuck',
      15 * minuteMs,
      'kube_deployment_status_condition{condition="Progressing", status="false"} != 0',
    ),
    rule(
      'KubeStatefulSetReplicasMismatch',
      15 * minuteMs,
      `(kube_statefulset_status_replicas_ready != kube_statefulset_replicas) and (changes(kube_statefulset_status_replicas_updated[${minutes(10)}]) == 0)`,
    ),
    rule('KubeContainerWaiting', hourMs, 'kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff"} > 0'),
    rule('KubeNodeNotReady', 15 * minuteMs, 'kube_node_status_condition{condition="Ready", status="true"} == 0'),
    rule(
      'CPUThrottlingHigh',
      15 * minuteMs,
      `sum by (namespace, pod, container) (increase(container_cpu_cfs_throttled_periods_total{container!=""}[${minutes(5)}])) / sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total[${minutes(5)}])) > 0.25`,
    ),
    // The fixed sums of requests against what nodes can give: they judge the cluster as it is laid out, not a fault.
    rule(
      'KubeMemoryOvercommit',
      10 * minuteMs,
      'sum(kube_pod_container_resource_requests{resource="memory"}) - (sum(kube_node_status_allocatable{resource="memory"}) - max(kube_node_status_allocatable{resource="memory"})) > 0',
    ),
    rule(
      'KubeCPUOvercommit',
      10 * minuteMs,
      'sum(kube_pod_container_resource_requests{resource="cpu"}) - (sum(kube_node_status_allocatable{resource="cpu"}) - max(kube_node_status_allocatable{resource="cpu"})) > 0',
    ),
    ...burnRates('ErrorBudgetBurn', errorBudget, errorShare, w).map(([name, forMs, expr]) => rule(name, forMs, expr)),
    ...burnRates('LatencyBudgetBurn', slowBudget, slowShare, w).map(([name, forMs, expr]) => rule(name, forMs, expr)),
  ];
}

/** A rule file for Prometheus. */
export function ruleFile(rules: readonly AlertRule[]): string {
  const group = {
    name: 'kubernetes-mixin',
    rules: rules.map(({ name, expr, forMs }) => ({ alert: name, expr, for: `${Math.round(forMs)}ms` })),
  };
  return stringify({ groups: [group] });
}

type Window = (ms: number) => string;

/** Both windows must burn: page at 14.4 and 6 times, ticket at 3 and 1 times, with the `for` of the mixin's own burn rates. */
function burnRates(
  name: string,
  budget: number,
  share: (window: string) => string,
  w: Window,
): (readonly [string, number, string])[] {
  const levels = [
    [14.4, hourMs, 5 * minuteMs, 2 * minuteMs],
    [6, 6 * hourMs, 30 * minuteMs, 15 * minuteMs],
    [3, dayMs, 2 * hourMs, hourMs],
    [1, 3 * dayMs, 6 * hourMs, 3 * hourMs],
  ] as const;
  return levels.map(([factor, long, short, forMs]) => [
    `${name}${factor}x`,
    forMs,
    `(${share(w(long))} > ${digits(factor * budget)}) and (${share(w(short))} > ${digits(factor * budget)})`,
  ]);
}

function errorShare(window: string): string {
  const failed = ofWorkload('http_requests_total{code=~"5.."}', window);
  return `(${failed} / ${ofWorkload('http_requests_total', window)})`;
}

function slowShare(window: string): string {
  const bucket = 'http_request_duration_seconds_bucket';
  const fast = ofWorkload(`${bucket}{le="${slowSeconds}"}`, window);
  return `(1 - ${fast} / ${ofWorkload(`${bucket}{le="+Inf"}`, window)})`;
}

/** Pods that went within the window count, as they do where the scrape puts the name of the service on each series. */
function ofWorkload(selector: string, window: string): string {
  const owner = `max by (namespace, pod, workload) (max_over_time(namespace_workload_pod:kube_pod_owner:relabel[${window}]))`;
  return `sum by (namespace, workload) (rate(${selector}[${window}]) * on (namespace, pod) group_left (workload) ${owner})`;
}

function shareLeft(objective: number): number {
  return digits(1 - objective);
}

/** Without the dust of binary fractions, which nobody would write by hand. */
function digits(value: number): number {
  return Number(value.toPrecision(6));
}
