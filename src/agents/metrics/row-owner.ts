// Says whose a row is: a workload by the owner chain of the cluster view, never by the shape of a pod's name; a node; or the API server.
import { apiServerRef } from '../../model/signal.ts';
import { isLive } from '../../model/kube.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { RowLabels } from './metrics-source.ts';
import { createNodeNames } from './node-names.ts';

/** `pod` is set when the row is about one pod of the workload. */
export type RowOwner = { readonly of: ObjectRef; readonly pod?: string };

const kinds: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
};

/** `ownerOfPod` knows pods that live or went lately. Null is a row of nobody that is known; rows of one pod get one and the same owner. */
export function createRowOwners(
  view: ClusterView,
  ownerOfPod: (namespace: string, pod: string) => ObjectRef | undefined,
): (labels: RowLabels) => RowOwner | null {
  const nodeOf = createNodeNames(view.nodes);
  const names = once(() => workloadsByName(view));
  const services = once(() => workloadsByService(view));
  const claims = once(() => claimsOf(view));
  const known = (of: ObjectRef | undefined, pod?: string): RowOwner | null =>
    of === undefined || view.workload(of) === undefined ? null : pod === undefined ? { of } : { of, pod };
  const byPod = new Map<string, RowOwner | null>();
  const ownerOf = (namespace: string, pod: string): RowOwner | null => {
    const key = `${namespace}/${pod}`;
    let owner = byPod.get(key);
    if (owner === undefined) {
      owner = known(ownerOfPod(namespace, pod), pod);
      byPod.set(key, owner);
    }
    return owner;
  };

  return (labels) => {
    const { namespace, pod, workload, workloadType, service, claim, node } = labels;
    if (workload !== '') {
      const kind = kinds[workloadType.toLowerCase()];
      const of = workloadType === '' ? names().get(`${namespace}/${workload}`) : undefined;
      const typed = kind === undefined ? undefined : { kind, namespace, name: workload };
      return known(typed ?? of ?? undefined, pod === '' ? undefined : pod);
    }
    if (claim !== '') return claims().get(`${namespace}/${claim}`) ?? null;
    if (service !== '') return known(services().get(`${namespace}/${service}`) ?? undefined);
    if (pod !== '') return ownerOf(namespace, pod);
    if (node !== '') {
      const name = nodeOf(node);
      return name === null ? null : { of: { kind: 'Node', namespace: '', name } };
    }
    return namespace === '' ? { of: apiServerRef } : null;
  };
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | null = null;
  return () => (made ??= make());
}

/** Null where two kinds share the name: nobody can say which of the two is meant. */
function workloadsByName(view: ClusterView): ReadonlyMap<string, ObjectRef | null> {
  const found = new Map<string, ObjectRef | null>();
  for (const { ref } of view.workloads) note(found, `${ref.namespace}/${ref.name}`, ref);
  return found;
}

/** Null where a Service stands in front of several workloads. */
function workloadsByService(view: ClusterView): ReadonlyMap<string, ObjectRef | null> {
  const found = new Map<string, ObjectRef | null>();
  for (const { ref } of view.workloads)
    for (const { metadata } of view.servicesOf(ref)) note(found, `${ref.namespace}/${metadata.name}`, ref);
  return found;
}

function note(found: Map<string, ObjectRef | null>, key: string, ref: ObjectRef): void {
  found.set(key, found.has(key) ? null : ref);
}

/** A claim that several pods mount is of their workload, and of no single pod. */
function claimsOf(view: ClusterView): ReadonlyMap<string, RowOwner> {
  const found = new Map<string, RowOwner>();
  for (const pod of view.pods) {
    if (!isLive(pod)) continue;
    const namespace = pod.metadata.namespace ?? '';
    const of = view.ownerOf(namespace, pod.metadata.name);
    if (of === undefined || view.workload(of) === undefined) continue;
    for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
      if (persistentVolumeClaim === undefined) continue;
      const key = `${namespace}/${persistentVolumeClaim.claimName}`;
      found.set(key, found.has(key) ? { of } : { of, pod: pod.metadata.name });
    }
  }
  return found;
}
