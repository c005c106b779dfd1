// Names of things in a cluster: what a finding is about and what an action touches.
import { z } from 'zod';

/** An object by kind, namespace and name. Cluster-scoped objects have the namespace ''. */
export const objectRef = z.object({ kind: z.string(), namespace: z.string(), name: z.string() });
export type ObjectRef = Readonly<z.infer<typeof objectRef>>;

/** The target of an action: an object that was read, with its UID. */
export const targetRef = objectRef.extend({ uid: z.string() });
export type TargetRef = Readonly<z.infer<typeof targetRef>>;

/** `namespace/kind/name`, the key of maps and the tie-breaker of sorts. */
export function keyOf(ref: ObjectRef): string {
  return `${ref.namespace}/${ref.kind}/${ref.name}`;
}

const shortKinds: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  Pod: 'pod',
  Node: 'node',
  Service: 'svc',
  Job: 'job',
  CronJob: 'cronjob',
  PersistentVolumeClaim: 'pvc',
};

/** As people read it: `shop/deploy/checkout`, `node/worker-1`. */
export function shownRef(ref: ObjectRef): string {
  const kind = shortKinds[ref.kind] ?? ref.kind.toLowerCase();
  return ref.namespace === '' ? `${kind}/${ref.name}` : `${ref.namespace}/${kind}/${ref.name}`;
}

export function sameRef(left: ObjectRef, right: ObjectRef): boolean {
  return left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
}
