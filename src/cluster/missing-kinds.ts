// What cannot be seen of the cluster and what that costs: nothing that was not read is ever shown as "none".
import type { ViewKind } from '../model/view.ts';
import { placeOf } from './resources.ts';

export type MissingKind = {
  /** What one cannot do, as people read it: `watch events in shop`. */
  readonly capability: string;
  readonly kind: ViewKind;
  readonly verb: 'watch';
  /** Plural name, with its group where it has one: `deployments.apps`. */
  readonly resource: string;
  /** '' for everywhere. */
  readonly namespace: string;
  readonly reason: string;
  readonly cost: string;
};

const costs: Readonly<Record<ViewKind, string>> = {
  Pod: 'nothing can be said of workloads: readiness, crashes and kills are not seen',
  Deployment: 'Deployments are not watched, and their pods belong to nobody known',
  ReplicaSet: 'revisions are not known, so a bad rollout is not told from other failures',
  StatefulSet: 'StatefulSets are not watched',
  DaemonSet: 'DaemonSets are not watched',
  ControllerRevision: 'revisions of StatefulSets and DaemonSets are not known',
  Service: 'it is not known who calls whom',
  EndpointSlice: 'a Service without endpoints is not seen',
  Node: 'faults of nodes and of placement are not seen',
  Event: 'causes that only events tell are less certain',
  PodDisruptionBudget: 'budgets are not known, so nothing that takes pods away is done',
  HorizontalPodAutoscaler: 'autoscalers are not known, so replicas are left alone',
  PersistentVolumeClaim: 'claims that are not bound are not seen',
  ConfigMap: 'a missing ConfigMap is told by the kubelet only',
  Namespace: 'annotations of namespaces that lower the mode cannot be read',
  ResourceQuota: 'a quota that is used up is told by events only',
  LimitRange: 'limits of the namespace are not known',
};

export function missingKind(kind: ViewKind, namespace: string, reason: string): MissingKind {
  const { group, plural } = placeOf(kind);
  const resource = group === '' ? plural : `${plural}.${group}`;
  const capability = `watch ${resource}${namespace === '' ? '' : ` in ${namespace}`}`;
  return { capability, kind, verb: 'watch', resource, namespace, reason, cost: costs[kind] };
}
