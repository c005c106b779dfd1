// What kube-state-metrics would expose of pods, workloads and nodes, made from the same objects: alert rules of kubernetes-mixin read nothing else.
import { z } from 'zod';
import { parseQuantity } from '../../src/model/quantity.ts';
import type { KubeObject } from '../../src/sandbox/cluster-port.ts';

export type StateSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export type StateObjects = {
  readonly pods: Iterable<KubeObject>;
  readonly replicaSets: ReadonlyMap<string, KubeObject>;
  readonly deployments: Iterable<KubeObject>;
  readonly statefulSets: Iterable<KubeObject>;
  readonly nodes: Iterable<KubeObject>;
};

const owners = z.array(z.looseObject({ kind: z.string(), name: z.string() })).default([]);
const amounts = z.record(z.string(), z.string()).default({});
const state = z.looseObject({ waiting: z.looseObject({ reason: z.string().default('') }).optional() }).default({});
const pod = z.looseObject({
  spec: z.looseObject({
    containers: z.array(
      z.looseObject({
        name: z.string(),
        resources: z.looseObject({ requests: amounts, limits: amounts }).default({ requests: {}, limits: {} }),
      }),
    ),
  }),
  status: z
    .looseObject({
      phase: z.string().default('Pending'),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
      containerStatuses: z
        .array(z.looseObject({ name: z.string(), restartCount: z.number().default(0), state }))
        .default([]),
    })
    .default({ phase: 'Pending', conditions: [], containerStatuses: [] }),
});
const counts = z.looseObject({
  spec: z.looseObject({ replicas: z.number().default(1) }),
  status: z
    .looseObject({
      observedGeneration: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
    })
    .default({ observedGeneration: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [] }),
});
const node = z.looseObject({
  status: z.looseObject({
    allocatable: amounts,
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  }),
});

export function stateSeries(objects: StateObjects): StateSample[] {
  return [
    ...[...objects.pods].flatMap((one) => podSeries(one, objects.replicaSets)),
    ...[...objects.deployments].flatMap((one) => deploymentSeries(one)),
    ...[...objects.statefulSets].flatMap((one) => statefulSetSeries(one)),
    ...[...objects.nodes].flatMap((one) => nodeSeries(one)),
  ];
}

function podSeries(object: KubeObject, replicaSets: ReadonlyMap<string, KubeObject>): StateSample[] {
  const { spec, status } = pod.parse(object);
  const namespace = object.metadata.namespace ?? '';
  const ids = { namespace, pod: object.metadata.name };
  const direct = ownerOf(object);
  const above = direct?.kind === 'ReplicaSet' ? ownerOf(replicaSets.get(`${namespace}/${direct.name}`)) : direct;
  const samples: StateSample[] = [
    ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((phase) =>
      sample('kube_pod_status_phase', { ...ids, phase }, Number(status.phase === phase)),
    ),
    sample('kube_pod_status_ready', { ...ids, condition: 'true' }, Number(isTrue(status.conditions, 'Ready'))),
  ];
  if (direct !== null)
    samples.push(sample('kube_pod_owner', { ...ids, owner_kind: direct.kind, owner_name: direct.name }, 1));
  if (above !== null)
    samples.push(
      sample(
        'namespace_workload_pod:kube_pod_owner:relabel',
        { ...ids, workload: above.name, workload_type: above.kind.toLowerCase() },
        1,
      ),
    );
  for (const one of status.containerStatuses) {
    const container = { ...ids, container: one.name };
    samples.push(sample('kube_pod_container_status_restarts_total', container, one.restartCount));
    const reason = one.state.waiting?.reason ?? '';
    if (reason !== '') samples.push(sample('kube_pod_container_status_waiting_reason', { ...container, reason }, 1));
  }
  for (const { name, resources } of spec.containers)
    for (const resource of ['cpu', 'memory']) {
      const amount = parseQuantity(resources.requests[resource] ?? '0') ?? 0;
      samples.push(sample('kube_pod_container_resource_requests', { ...ids, container: name, resource }, amount));
    }
  return samples;
}

function deploymentSeries(object: KubeObject): StateSample[] {
  const { spec, status } = counts.parse(object);
  const ids = { namespace: object.metadata.namespace ?? '', deployment: object.metadata.name };
  return [
    sample('kube_deployment_spec_replicas', ids, spec.replicas),
    sample('kube_deployment_status_replicas_available', ids, status.availableReplicas),
    sample('kube_deployment_status_replicas_updated', ids, status.updatedReplicas),
    sample('kube_deployment_status_observed_generation', ids, status.observedGeneration),
    sample('kube_deployment_metadata_generation', ids, object.metadata.generation ?? 0),
    ...status.conditions.map((one) =>
      sample('kube_deployment_status_condition', { ...ids, condition: one.type, status: one.status.toLowerCase() }, 1),
    ),
  ];
}

function statefulSetSeries(object: KubeObject): StateSample[] {
  const { spec, status } = counts.parse(object);
  const ids = { namespace: object.metadata.namespace ?? '', statefulset: object.metadata.name };
  return [
    sample('kube_statefulset_replicas', ids, spec.replicas),
    sample('kube_statefulset_status_replicas_ready', ids, status.readyReplicas),
    sample('kube_statefulset_status_replicas_updated', ids, status.updatedReplicas),
  ];
}

function nodeSeries(object: KubeObject): StateSample[] {
  const { status } = node.parse(object);
  const ids = { node: object.metadata.name };
  return [
    sample(
      'kube_node_status_condition',
      { ...ids, condition: 'Ready', status: 'true' },
      Number(isTrue(status.conditions, 'Ready')),
    ),
    ...['cpu', 'memory'].map((resource) =>
      sample(
        'kube_node_status_allocatable',
        { ...ids, resource },
        parseQuantity(status.allocatable[resource] ?? '0') ?? 0,
      ),
    ),
  ];
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): StateSample {
  return { name, labels, value };
}

function isTrue(conditions: readonly { readonly type: string; readonly status: string }[], type: string): boolean {
  return conditions.some((one) => one.type === type && one.status === 'True');
}

function ownerOf(object: KubeObject | undefined): { readonly kind: string; readonly name: string } | null {
  const parsed = owners.safeParse(object?.metadata['ownerReferences']);
  return parsed.success ? (parsed.data[0] ?? null) : null;
}
