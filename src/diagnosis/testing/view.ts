// Builds small pictures of a cluster for tests: only what a test names is in them.
import type {
  EndpointSlice,
  HorizontalPodAutoscaler,
  KubeEvent,
  KubeNode,
  Pod,
  PodTemplate,
  Service,
} from '../../model/kube.ts';
import { keyOf, sameRef, type ObjectRef } from '../../model/target.ts';
import type { CallEdge, ClusterView, Revision, ViewKind, Workload } from '../../model/view.ts';

export const nowMs = Date.parse('2026-01-05T14:00:00Z');
export const at = (minutesAgo: number): string => new Date(nowMs - minutesAgo * 60_000).toISOString();
export const atMs = (minutesAgo: number): number => nowMs - minutesAgo * 60_000;

export type Parts = {
  readonly workloads?: readonly Workload[];
  readonly pods?: readonly (Pod & { readonly owner?: ObjectRef })[];
  readonly revisions?: ReadonlyMap<string, readonly Revision[]>;
  /** Services with the workload that they select. */
  readonly services?: readonly { readonly service: Service; readonly of: ObjectRef }[];
  readonly slices?: readonly EndpointSlice[];
  readonly calls?: readonly CallEdge[];
  readonly nodes?: readonly KubeNode[];
  readonly events?: readonly KubeEvent[];
  readonly autoscalers?: readonly HorizontalPodAutoscaler[];
  readonly configMaps?: readonly string[];
  readonly without?: readonly ViewKind[];
  readonly asOfMs?: number;
};

const kinds: readonly ViewKind[] = [
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'Service',
  'EndpointSlice',
  'Node',
  'Event',
  'ConfigMap',
  'Namespace',
];

export function aView(parts: Parts): ClusterView {
  const pods = parts.pods ?? [];
  const complete = new Set(kinds.filter((kind) => parts.without?.includes(kind) !== true));
  const ownerOf = (namespace: string, name: string): ObjectRef | undefined =>
    pods.find((pod) => pod.metadata.namespace === namespace && pod.metadata.name === name)?.owner;
  return {
    asOfMs: parts.asOfMs ?? nowMs,
    clusterId: 'cluster-1',
    complete,
    namespaces: new Map(),
    pods,
    nodes: parts.nodes ?? [],
    services: (parts.services ?? []).map((one) => one.service),
    workloads: parts.workloads ?? [],
    calls: parts.calls ?? [],
    podDisruptionBudgets: [],
    horizontalPodAutoscalers: parts.autoscalers ?? [],
    resourceQuotas: [],
    limitRanges: [],
    workload: (ref) => parts.workloads?.find((one) => sameRef(one.ref, ref)),
    ownerOf,
    podsOf: (ref) => pods.filter((pod) => pod.owner !== undefined && sameRef(pod.owner, ref)),
    pod: (namespace, name) => pods.find((pod) => pod.metadata.namespace === namespace && pod.metadata.name === name),
    revisionsOf: (ref) => parts.revisions?.get(keyOf(ref)) ?? [],
    servicesOf: (ref) => (parts.services ?? []).filter((one) => sameRef(one.of, ref)).map((one) => one.service),
    slicesOf: (namespace, service) =>
      (parts.slices ?? []).filter(
        (one) =>
          one.metadata.namespace === namespace && one.metadata.labels?.['kubernetes.io/service-name'] === service,
      ),
    callersOf: (ref) => (parts.calls ?? []).filter((one) => sameRef(one.callee, ref)),
    calleesOf: (ref) => (parts.calls ?? []).filter((one) => sameRef(one.caller, ref)),
    autoscalerOf: (ref) =>
      parts.autoscalers?.find(
        (one) => one.spec?.scaleTargetRef?.name === ref.name && one.metadata.namespace === ref.namespace,
      ),
    budgetsOf: () => [],
    eventsOn: (ref) =>
      (parts.events ?? []).filter(
        (one) =>
          one.involvedObject.kind === ref.kind &&
          one.involvedObject.name === ref.name &&
          (one.involvedObject.namespace ?? '') === ref.namespace,
      ),
    configMapExists: (_namespace, name) => (complete.has('ConfigMap') ? (parts.configMaps ?? []).includes(name) : null),
    configMapNames: () => parts.configMaps ?? [],
    configMapVersion: () => null,
  };
}

export const deployment = (name: string, namespace = 'shop'): ObjectRef => ({ kind: 'Deployment', namespace, name });

export function aTemplate(spec: NonNullable<PodTemplate['spec']>, labels: Record<string, string> = {}): PodTemplate {
  return { metadata: { labels }, spec };
}

export function aWorkload(
  ref: ObjectRef,
  template: PodTemplate,
  more: {
    readonly replicas?: number;
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
  } = {},
): Workload {
  const replicas = more.replicas ?? 3;
  return {
    ref,
    uid: `uid-${ref.name}`,
    object: {
      metadata: {
        name: ref.name,
        namespace: ref.namespace,
        annotations: more.annotations ?? {},
        labels: more.labels ?? {},
      },
      spec: { replicas, template },
    },
    template,
    replicas,
    createdAtMs: atMs(10_000),
  };
}

export function aRevision(number: number, template: PodTemplate, more: Partial<Revision> = {}): Revision {
  return {
    number,
    name: `rs-${number}`,
    uid: `rs-uid-${number}`,
    hash: `hash${number}`,
    template,
    createdAtMs: atMs(5_000),
    replicas: 0,
    readyReplicas: 0,
    current: false,
    ...more,
  };
}

type StatusOf = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

export function aPod(
  owner: ObjectRef,
  name: string,
  more: {
    readonly ready?: boolean;
    readonly readySince?: number;
    readonly hash?: string;
    readonly node?: string;
    readonly statuses?: readonly Partial<StatusOf>[];
    readonly conditions?: NonNullable<NonNullable<Pod['status']>['conditions']>;
    readonly spec?: Pod['spec'];
  } = {},
): Pod & { readonly owner: ObjectRef } {
  const ready = more.ready ?? true;
  return {
    owner,
    metadata: {
      name,
      namespace: owner.namespace,
      uid: `uid-${name}`,
      labels: { 'pod-template-hash': more.hash ?? 'hash1' },
      creationTimestamp: at(60),
    },
    spec: { containers: [], ...more.spec, ...(more.node === undefined ? {} : { nodeName: more.node }) },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(more.readySince ?? 30) },
        ...(more.conditions ?? []),
      ].filter((one, index, all) => all.findLastIndex((other) => other.type === one.type) === index),
      containerStatuses: (more.statuses ?? [{}]).map((one) => ({
        name: 'app',
        ready,
        restartCount: 0,
        state: { running: { startedAt: at(30) } },
        ...one,
      })),
    },
  };
}

export function anEvent(of: ObjectRef, reason: string, message: string, minutesAgo = 1): KubeEvent {
  return {
    metadata: { name: `${of.name}.${reason}` },
    involvedObject: { kind: of.kind, namespace: of.namespace, name: of.name },
    reason,
    message,
    lastTimestamp: at(minutesAgo),
  };
}

export function aService(of: ObjectRef, name = of.name): { readonly service: Service; readonly of: ObjectRef } {
  return { of, service: { metadata: { name, namespace: of.namespace }, spec: { selector: { app: name } } } };
}

export function aCall(caller: ObjectRef, callee: ObjectRef): CallEdge {
  return { caller, callee, service: callee.name, via: `${caller.name} env ${callee.name.toUpperCase()}_URL` };
}

export function aNode(name: string, labels: Record<string, string> = {}): KubeNode {
  return { metadata: { name, labels } };
}

export const podOf = (pod: Pod): ObjectRef => ({
  kind: 'Pod',
  namespace: pod.metadata.namespace ?? '',
  name: pod.metadata.name,
});
