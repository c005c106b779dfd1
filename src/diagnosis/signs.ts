// What the pods of a workload show: how containers ended, what they wait for, and which events name a reason.
import type { DiagnosisContext } from '../model/cause.ts';
import type { FactFinding, FactName, Finding, SignalFinding } from '../model/finding.ts';
import { eventTimeMs, isLive, type Container, type ContainerStatus, type KubeEvent, type Pod } from '../model/kube.ts';
import type { SignalId } from '../model/signal.ts';
import { keyOf, sameRef, type ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';

type Termination = NonNullable<NonNullable<ContainerStatus['lastState']>['terminated']>;

export function livePods(view: ClusterView, of: ObjectRef): readonly Pod[] {
  return view.podsOf(of).filter(isLive);
}

export function podRef(pod: Pod): ObjectRef {
  return { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
}

/** Findings of the workload itself, of its pods, and of the Services in front of it. */
export function findingsOf(context: Pick<DiagnosisContext, 'findings' | 'view'>, of: ObjectRef): readonly Finding[] {
  const keys = new Set([
    keyOf(of),
    ...context.view.podsOf(of).map((pod) => keyOf(podRef(pod))),
    ...context.view
      .servicesOf(of)
      .map((one) => keyOf({ kind: 'Service', namespace: one.metadata.namespace ?? '', name: one.metadata.name })),
  ]);
  return context.findings.filter((finding) => keys.has(keyOf(finding.of)));
}

export function factOf(context: DiagnosisContext, of: ObjectRef, ...names: FactName[]): FactFinding | undefined {
  return findingsOf(context, of).find((one): one is FactFinding => one.kind === 'fact' && names.includes(one.fact));
}

/** The signal finding of the workload in the bad direction, or undefined. */
export function signalOf(
  context: DiagnosisContext,
  of: ObjectRef,
  signal: SignalId,
  direction: 'up' | 'down' = 'up',
): SignalFinding | undefined {
  return context.findings.find(
    (one): one is SignalFinding =>
      one.kind === 'signal' &&
      one.level !== 'presence' &&
      one.signal === signal &&
      one.direction === direction &&
      sameRef(one.of, of),
  );
}

/** How a container ended: now, or in its former instance. Newest first over all pods. */
export function terminations(pods: readonly Pod[]): readonly {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  readonly end: Termination;
  readonly atMs: number;
}[] {
  return pods
    .flatMap((pod) =>
      (pod.status?.containerStatuses ?? []).flatMap((status) => {
        const end = status.state?.terminated ?? status.lastState?.terminated;
        return end === undefined ? [] : [{ pod, status, end, atMs: timeOf(end.finishedAt) ?? 0 }];
      }),
    )
    .toSorted((left, right) => right.atMs - left.atMs);
}

/** Containers that wait for one of these reasons, init containers included. */
export function waiting(
  pods: readonly Pod[],
  reasons: readonly string[],
): readonly {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  readonly reason: string;
  readonly message: string;
}[] {
  return pods.flatMap((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].flatMap((status) => {
      const reason = status.state?.waiting?.reason ?? '';
      return reasons.includes(reason) ? [{ pod, status, reason, message: status.state?.waiting?.message ?? '' }] : [];
    }),
  );
}

/** Events on the pods that carry one of these reasons and match, newest last. */
export function podEvents(
  view: ClusterView,
  pods: readonly Pod[],
  reasons: readonly string[],
  pattern: RegExp,
): readonly KubeEvent[] {
  return pods
    .flatMap((pod) => view.eventsOn(podRef(pod)))
    .filter((one) => reasons.includes(one.reason ?? '') && pattern.test(one.message ?? ''))
    .toSorted((left, right) => (eventTimeMs(left) ?? 0) - (eventTimeMs(right) ?? 0));
}

export function containerOf(view: ClusterView, of: ObjectRef, name: string): Container | undefined {
  return view.workload(of)?.template.spec?.containers.find((one) => one.name === name);
}

export function timeOf(text: string | null | undefined): number | null {
  const at = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
