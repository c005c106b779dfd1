// Reads the state of pods: containers with their status, why one waits, when something last changed.
import {
  conditionOf,
  type Container,
  type ContainerStatus,
  isPodReady,
  type Pod,
  type Probe,
} from '../../../model/kube.ts';
import type { Severity } from '../../../model/finding.ts';
import type { ObjectRef } from '../../../model/target.ts';
import type { Workload } from '../../../model/view.ts';

/** Objects that a finding names at most. */
const mostObjects = 10;

export function podRefs(pods: readonly Pod[]): ObjectRef[] {
  return pods
    .map((pod) => podRef(pod))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .slice(0, mostObjects);
}

export function podRef(pod: Pod): ObjectRef {
  return { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
}

/** Statuses of init containers and containers, init first: while one of those fails the others only say PodInitializing. */
export function statusesOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

export function containerOf(pod: Pod, name: string): Container | undefined {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].find((one) => one.name === name);
}

export function waitingReason(status: ContainerStatus): string {
  return status.state?.waiting?.reason ?? '';
}

/** The end of the container's present or previous run. */
export function endOf(status: ContainerStatus): NonNullable<ContainerStatus['state']>['terminated'] {
  return status.state?.terminated ?? status.lastState?.terminated;
}

export function timeMs(text: string | null | undefined): number | null {
  const at = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

export function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>((low, one) => (one === null ? low : Math.min(low ?? one, one)), null);
}

export function latest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>((high, one) => (one === null ? high : Math.max(high ?? one, one)), null);
}

/** Since when a condition has its status. */
export function sinceOf(pod: Pod, condition: string): number | null {
  return timeMs(conditionOf(pod, condition)?.lastTransitionTime);
}

/** What the probes of a pod allow for until it is ready, real time: faults.md 5, initialDelay + period × failureThreshold. */
export function probeBudgetMs(pod: Pod): number {
  return Math.max(
    0,
    ...(pod.spec?.containers ?? []).map((one) => budgetMs(one.startupProbe) + budgetMs(one.readinessProbe)),
  );
}

function budgetMs(probe: Probe | null | undefined): number {
  if (probe === null || probe === undefined) return 0;
  return ((probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3)) * 1000;
}

/** Users are hit when nothing is ready any more, otherwise the workload is weaker than it should be. */
export function severityBy(workload: Workload, pods: readonly Pod[]): Severity {
  return workload.replicas > 0 && !pods.some((pod) => isPodReady(pod)) ? 'critical' : 'warning';
}

export function isScheduled(pod: Pod): boolean {
  return (pod.spec?.nodeName ?? '') !== '' || conditionOf(pod, 'PodScheduled')?.status === 'True';
}

/** "2 of 3 pods". */
export function ofPods(some: number, pods: readonly Pod[]): string {
  return `${some} of ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}`;
}
