// Builders of cluster objects and of the view over them, with the fields that kubelet and controllers would have written.
import { buildView } from '../../src/cluster/topology.ts';
import { placeKey } from '../../src/cluster/kept-object.ts';
import { type ObjectOf, ofEachKind, viewKinds } from '../../src/cluster/resources.ts';
import type { ContainerStatus, KubeEvent, KubeNode, Pod, Service, WorkloadObject } from '../../src/model/kube.ts';
import type { ClusterView, ViewKind } from '../../src/model/view.ts';

export const atMs = Date.UTC(2026, 5, 9, 14, 0);

export function time(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

type Container = NonNullable<NonNullable<Pod['spec']>['containers']>[number];

export function aContainer(over: Partial<Container> = {}): Container {
  return {
    name: 'app',
    image: 'registry.example/shop/cart:1.7.5',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '300m', memory: '256Mi' } },
    ...over,
  };
}

export type DeploymentInput = {
  readonly namespace?: string;
  readonly name?: string;
  readonly replicas?: number;
  readonly containers?: readonly Container[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Partial<NonNullable<WorkloadObject['spec']>>;
  readonly status?: WorkloadObject['status'];
};

export function aDeployment(input: DeploymentInput = {}): WorkloadObject {
  const { namespace = 'shop', name = 'cart', replicas = 2 } = input;
  return {
    metadata: {
      namespace,
      name,
      uid: `uid-${name}`,
      generation: 1,
      labels: { app: name },
      annotations: { ...input.annotations },
      creationTimestamp: time(atMs - 9 * 86_400_000),
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [...(input.containers ?? [aContainer()])] },
      },
      ...input.spec,
    },
    status: { observedGeneration: 1, replicas, updatedReplicas: replicas, readyReplicas: replicas, ...input.status },
  };
}

/** The ReplicaSet between a Deployment and its pods. */
export function replicaSetOf(deployment: WorkloadObject, hash = 'aaa', revision = 1): WorkloadObject {
  const { name, namespace = '', uid = '' } = deployment.metadata;
  return {
    ...deployment,
    metadata: {
      ...deployment.metadata,
      name: `${name}-${hash}`,
      uid: `uid-${name}-${hash}`,
      namespace,
      labels: { app: name, 'pod-template-hash': hash },
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ kind: 'Deployment', name, uid, controller: true }],
    },
  };
}

export type PodInput = {
  readonly owner: WorkloadObject;
  readonly name: string;
  readonly ready?: boolean;
  /** Since when Ready has its status. */
  readonly sinceMs?: number;
  readonly startMs?: number;
  readonly statuses?: readonly ContainerStatus[];
  readonly status?: Partial<NonNullable<Pod['status']>>;
  readonly metadata?: Partial<Pod['metadata']>;
  readonly scheduled?: boolean;
  readonly unschedulableMessage?: string;
};

/** A pod of a workload (a ReplicaSet of a Deployment, or a StatefulSet), running and ready unless told otherwise. */
export function aPod(input: PodInput): Pod {
  const { owner, name, ready = true, scheduled = true } = input;
  const startMs = input.startMs ?? atMs - 9 * 86_400_000;
  const sinceMs = input.sinceMs ?? startMs + 5_000;
  const isReplicaSet = owner.metadata.labels?.['pod-template-hash'] !== undefined;
  const spec = owner.spec?.template?.spec ?? { containers: [aContainer()] };
  return {
    metadata: {
      namespace: owner.metadata.namespace ?? '',
      name,
      uid: `uid-${name}`,
      labels: { ...owner.metadata.labels },
      annotations: {},
      creationTimestamp: time(startMs),
      ownerReferences: [
        {
          kind: isReplicaSet ? 'ReplicaSet' : 'StatefulSet',
          name: owner.metadata.name,
          uid: owner.metadata.uid ?? '',
          controller: true,
        },
      ],
      ...input.metadata,
    },
    spec: { ...spec, ...(scheduled ? { nodeName: 'node-1' } : {}) },
    status: {
      phase: scheduled ? 'Running' : 'Pending',
      podIP: '10.0.0.9',
      startTime: time(startMs),
      conditions: [
        {
          type: 'PodScheduled',
          status: scheduled ? 'True' : 'False',
          ...(scheduled
            ? {}
            : { reason: 'Unschedulable', message: input.unschedulableMessage ?? '0/3 nodes are available' }),
          lastTransitionTime: time(scheduled ? startMs : sinceMs),
        },
        { type: 'Ready', status: ready && scheduled ? 'True' : 'False', lastTransitionTime: time(sinceMs) },
      ],
      containerStatuses: [
        ...(input.statuses ??
          (scheduled
            ? [{ name: 'app', ready, started: true, restartCount: 0, state: { running: { startedAt: time(startMs) } } }]
            : [])),
      ],
      ...input.status,
    },
  };
}

/** A container that ended `agoMs` ago and waits, or runs again when `waiting` is null. */
export function anEnded(input: {
  readonly reason: string;
  readonly exitCode: number;
  readonly agoMs: number;
  readonly restarts: number;
  readonly waiting?: string | null;
  readonly nowMs?: number;
}): ContainerStatus {
  const nowMs = input.nowMs ?? atMs;
  const terminated = {
    exitCode: input.exitCode,
    reason: input.reason,
    startedAt: time(nowMs - input.agoMs - 20_000),
    finishedAt: time(nowMs - input.agoMs),
  };
  const waiting = input.waiting === undefined ? 'CrashLoopBackOff' : input.waiting;
  return {
    name: 'app',
    ready: false,
    started: waiting === null,
    restartCount: input.restarts,
    state: waiting === null ? { running: { startedAt: time(nowMs - input.agoMs) } } : { waiting: { reason: waiting } },
    lastState: { terminated },
  };
}

export function aService(name: string, namespace = 'shop', over: Partial<NonNullable<Service['spec']>> = {}): Service {
  return {
    metadata: { name, namespace },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      selector: { app: name },
      ports: [{ port: 8080, targetPort: 'http' }],
      ...over,
    },
  };
}

export function anEvent(on: { kind: string; namespace: string; name: string }, over: Partial<KubeEvent>): KubeEvent {
  return {
    metadata: { name: `${on.name}.${over.reason ?? 'event'}.${over.message?.length ?? 0}`, namespace: on.namespace },
    involvedObject: on,
    type: 'Warning',
    count: 1,
    lastTimestamp: time(atMs - 30_000),
    ...over,
  };
}

export function aNode(name = 'node-1'): KubeNode {
  return {
    metadata: { name },
    status: {
      allocatable: { cpu: '4', memory: '16Gi' },
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

type Objects = { readonly [Kind in ViewKind]?: readonly ObjectOf<Kind>[] };

/** The view over these objects, every kind complete unless `incomplete` names it. */
export function aView(objects: Objects, nowMs = atMs, incomplete: readonly ViewKind[] = []): ClusterView {
  return buildView({
    objects: ofEachKind(<Kind extends ViewKind>(kind: Kind) => {
      const list: readonly ObjectOf<Kind>[] = objects[kind] ?? [];
      return new Map(list.map((one) => [placeKey(one), one]));
    }),
    asOfMs: nowMs,
    clusterId: 'cluster-1',
    complete: new Set(viewKinds.filter((kind) => !incomplete.includes(kind))),
  });
}
