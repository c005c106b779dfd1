// The revisions of each workload, oldest first: ReplicaSets of a Deployment, ControllerRevisions of the others.
import { keyOf } from '../model/target.ts';
import type { Revision, Workload } from '../model/view.ts';
import { controllerOf, timeOf } from './owner-chain.ts';
import type { ObjectsByKind } from './resources.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';

export function revisionsByWorkload(
  objects: ObjectsByKind,
  workloads: readonly Workload[],
): ReadonlyMap<string, readonly Revision[]> {
  const found = new Map<string, Revision[]>();
  const add = (
    namespace: string,
    owner: { readonly kind: string; readonly name: string } | undefined,
    revision: Revision,
  ): void => {
    if (owner === undefined) return;
    const key = keyOf({ kind: owner.kind, namespace, name: owner.name });
    const list = found.get(key);
    if (list === undefined) found.set(key, [revision]);
    else list.push(revision);
  };
  for (const one of objects.ReplicaSet.values()) {
    const number = Number(one.metadata.annotations?.[revisionAnnotation] ?? '0');
    add(one.metadata.namespace ?? '', controllerOf(one), {
      number: Number.isFinite(number) ? number : 0,
      name: one.metadata.name,
      uid: one.metadata.uid ?? '',
      hash: one.metadata.labels?.['pod-template-hash'] ?? '',
      template: one.spec?.template ?? {},
      createdAtMs: timeOf(one.metadata.creationTimestamp),
      replicas: one.status?.replicas ?? 0,
      readyReplicas: one.status?.readyReplicas ?? 0,
      current: false,
    });
  }
  const statuses = new Map(workloads.map((one) => [keyOf(one.ref), one.object?.status]));
  for (const one of objects.ControllerRevision.values()) {
    const owner = controllerOf(one);
    const namespace = one.metadata.namespace ?? '';
    const status =
      owner === undefined ? undefined : statuses.get(keyOf({ kind: owner.kind, namespace, name: owner.name }));
    const isUpdate = status?.updateRevision === one.metadata.name;
    add(namespace, owner, {
      number: one.revision ?? 0,
      name: one.metadata.name,
      uid: one.metadata.uid ?? '',
      hash:
        one.metadata.labels?.['controller-revision-hash'] ??
        one.metadata.labels?.['controller.kubernetes.io/hash'] ??
        one.metadata.name,
      template: one.data?.spec?.template ?? {},
      createdAtMs: timeOf(one.metadata.creationTimestamp),
      replicas: isUpdate ? (status.updatedReplicas ?? 0) : 0,
      readyReplicas: isUpdate ? (status.readyReplicas ?? 0) : 0,
      current: false,
    });
  }
  const ordered = new Map<string, readonly Revision[]>();
  for (const [key, list] of found) {
    const sorted = list.toSorted((left, right) => left.number - right.number || left.name.localeCompare(right.name));
    ordered.set(
      key,
      sorted.map((one, at) => ({ ...one, current: at === sorted.length - 1 })),
    );
  }
  return ordered;
}
