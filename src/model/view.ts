// The cluster as one consistent picture with its relations; built by the cluster room (live or from a snapshot folder), read by pure rooms.
import type {
  EndpointSlice,
  HorizontalPodAutoscaler,
  KubeEvent,
  KubeNode,
  LimitRange,
  Pod,
  PodDisruptionBudget,
  PodTemplate,
  ResourceQuota,
  Service,
  WorkloadObject,
} from './kube.ts';
import type { ObjectRef } from './target.ts';

/** A Deployment, StatefulSet, DaemonSet, bare ReplicaSet or bare pod that stands for itself. */
export type Workload = {
  readonly ref: ObjectRef;
  readonly uid: string;
  /** Undefined for a bare pod. */
  readonly object: WorkloadObject | undefined;
  readonly template: PodTemplate;
  readonly replicas: number;
  readonly createdAtMs: number | null;
};

/** A revision of a workload: a ReplicaSet of a Deployment, a ControllerRevision of the others. */
export type Revision = {
  readonly number: number;
  readonly name: string;
  readonly uid: string;
  /** `pod-template-hash` or `controller-revision-hash` of its pods. */
  readonly hash: string;
  readonly template: PodTemplate;
  readonly createdAtMs: number | null;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly current: boolean;
};

/** Where an edge from a caller to a callee was read. `known` edges come from env or args that hold the Service's address. */
export type CallEdge = {
  readonly caller: ObjectRef;
  readonly callee: ObjectRef;
  readonly service: string;
  readonly via: string;
};

/** Kinds that a view can hold; a kind that could not be read is absent from `complete` and means "not recorded", never "none". */
export type ViewKind =
  | 'Pod'
  | 'Deployment'
  | 'ReplicaSet'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ControllerRevision'
  | 'Service'
  | 'EndpointSlice'
  | 'Node'
  | 'Event'
  | 'PodDisruptionBudget'
  | 'HorizontalPodAutoscaler'
  | 'PersistentVolumeClaim'
  | 'ConfigMap'
  | 'Namespace'
  | 'ResourceQuota'
  | 'LimitRange';

export interface ClusterView {
  /** "Now" of the picture on the cluster's clock, milliseconds. */
  readonly asOfMs: number;
  /** UID of the namespace kube-system. */
  readonly clusterId: string;
  readonly complete: ReadonlySet<ViewKind>;
  readonly namespaces: ReadonlyMap<
    string,
    { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }
  >;
  readonly pods: readonly Pod[];
  readonly nodes: readonly KubeNode[];
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
  readonly calls: readonly CallEdge[];
  readonly podDisruptionBudgets: readonly PodDisruptionBudget[];
  readonly horizontalPodAutoscalers: readonly HorizontalPodAutoscaler[];
  readonly resourceQuotas: readonly ResourceQuota[];
  readonly limitRanges: readonly LimitRange[];

  workload(ref: ObjectRef): Workload | undefined;
  /** The workload at the end of the owner chain of a pod: the pod itself when nobody owns it. */
  ownerOf(namespace: string, podName: string): ObjectRef | undefined;
  /** All pods of a workload, those being deleted included. */
  podsOf(ref: ObjectRef): readonly Pod[];
  pod(namespace: string, name: string): Pod | undefined;
  /** Oldest first. */
  revisionsOf(ref: ObjectRef): readonly Revision[];
  servicesOf(ref: ObjectRef): readonly Service[];
  slicesOf(namespace: string, serviceName: string): readonly EndpointSlice[];
  callersOf(ref: ObjectRef): readonly CallEdge[];
  calleesOf(ref: ObjectRef): readonly CallEdge[];
  autoscalerOf(ref: ObjectRef): HorizontalPodAutoscaler | undefined;
  budgetsOf(ref: ObjectRef): readonly PodDisruptionBudget[];
  /** Events on one object, newest last. */
  eventsOn(ref: ObjectRef): readonly KubeEvent[];
  /** Null when ConfigMaps of the namespace could not be listed. */
  configMapExists(namespace: string, name: string): boolean | null;
  configMapNames(namespace: string): readonly string[];
  /** resourceVersion, which changes with every write; null when the ConfigMap is absent or could not be read. */
  configMapVersion(namespace: string, name: string): string | null;
}

/** How far the picture may be trusted right now. */
export type Freshness = {
  /** Age of the newest sign of life of the slowest watch (event, bookmark or list), milliseconds. */
  readonly cacheLagMs: number;
  /** Kinds whose watch is broken. */
  readonly broken: readonly ViewKind[];
  /** Clock of the API server, as its Date header tells it, minus the clock that the product takes for the cluster's, milliseconds; null when never seen. */
  readonly clockSkewMs: number | null;
};
