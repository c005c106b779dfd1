// Who a pod belongs to: follows controlling owners to the workload that a person wrote.
import type { Pod, WorkloadObject } from '../model/kube.ts';
import type { ObjectRef } from '../model/target.ts';
import type { Workload } from '../model/view.ts';
import type { ObjectsByKind } from './resources.ts';

type Owned = { readonly metadata: Pod['metadata'] };

export function createOwnerChain(objects: ObjectsByKind): { ownerOfPod(pod: Pod): ObjectRef; workloads(): Workload[] } {
  const ownerOfReplicaSet = (namespace: string, name: string): ObjectRef => {
    const replicaSet = objects.ReplicaSet.get(`${namespace}/${name}`);
    const owner = replicaSet === undefined ? undefined : controllerOf(replicaSet);
    if (owner === undefined) return { kind: 'ReplicaSet', namespace, name };
    return { kind: owner.kind, namespace, name: owner.name };
  };
  return {
    ownerOfPod(pod) {
      const namespace = pod.metadata.namespace ?? '';
      const owner = controllerOf(pod);
      if (owner === undefined) return { kind: 'Pod', namespace, name: pod.metadata.name };
      return owner.kind === 'ReplicaSet'
        ? ownerOfReplicaSet(namespace, owner.name)
        : { kind: owner.kind, namespace, name: owner.name };
    },
    workloads() {
      const found: Workload[] = [];
      for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const)
        for (const object of objects[kind].values()) found.push(workloadOf(kind, object));
      for (const object of objects.ReplicaSet.values())
        if (controllerOf(object) === undefined) found.push(workloadOf('ReplicaSet', object));
      for (const pod of objects.Pod.values()) if (controllerOf(pod) === undefined) found.push(barePod(pod));
      return found;
    },
  };
}

export function controllerOf(
  object: Owned,
): { readonly kind: string; readonly name: string; readonly uid?: string | undefined } | undefined {
  return object.metadata.ownerReferences?.find((one) => one.controller === true) ?? undefined;
}

function workloadOf(kind: string, object: WorkloadObject): Workload {
  return {
    ref: { kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name },
    uid: object.metadata.uid ?? '',
    object,
    template: object.spec?.template ?? {},
    replicas: kind === 'DaemonSet' ? (object.status?.desiredNumberScheduled ?? 0) : (object.spec?.replicas ?? 1),
    createdAtMs: timeOf(object.metadata.creationTimestamp),
  };
}

function barePod(pod: Pod): Workload {
  return {
    ref: { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
    uid: pod.metadata.uid ?? '',
    object: undefined,
    template: {
      metadata: { labels: pod.metadata.labels, annotations: pod.metadata.annotations },
      ...(pod.spec === undefined ? {} : { spec: pod.spec }),
    },
    replicas: 1,
    createdAtMs: timeOf(pod.metadata.creationTimestamp),
  };
}

export function timeOf(text: string | null | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
