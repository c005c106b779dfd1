// The kinds that the product watches, with their place in the API and the schema of the fields that it reads.
import { z } from 'zod';
import {
  endpointSlice,
  event,
  horizontalPodAutoscaler,
  limitRange,
  metadataOnly,
  metadata,
  node,
  persistentVolumeClaim,
  pod,
  podDisruptionBudget,
  podTemplate,
  resourceQuota,
  service,
  workload,
} from '../model/kube.ts';
import type { ResourceName } from '../model/action.ts';
import type { ViewKind } from '../model/view.ts';

/** ControllerRevision: its data carries the template of a StatefulSet or DaemonSet revision. */
const controllerRevision = z.object({
  metadata,
  revision: z.number().optional(),
  data: z.object({ spec: z.object({ template: podTemplate.optional() }).optional() }).optional(),
});
export type ControllerRevision = z.infer<typeof controllerRevision>;

const schemas = {
  Pod: pod,
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ControllerRevision: controllerRevision,
  Service: service,
  EndpointSlice: endpointSlice,
  Node: node,
  Event: event,
  PodDisruptionBudget: podDisruptionBudget,
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  PersistentVolumeClaim: persistentVolumeClaim,
  ConfigMap: metadataOnly,
  Namespace: metadataOnly,
  ResourceQuota: resourceQuota,
  LimitRange: limitRange,
} as const satisfies Record<ViewKind, z.ZodType>;

export type ObjectOf<Kind extends ViewKind> = z.infer<(typeof schemas)[Kind]>;
/** Objects of every kind by `namespace/name`. */
export type ObjectsByKind = { readonly [Kind in ViewKind]: ReadonlyMap<string, ObjectOf<Kind>> };

/** The same question asked of every kind. */
export function ofEachKind(
  answer: <Kind extends ViewKind>(kind: Kind) => ReadonlyMap<string, ObjectOf<Kind>>,
): ObjectsByKind {
  return {
    Pod: answer('Pod'),
    Deployment: answer('Deployment'),
    ReplicaSet: answer('ReplicaSet'),
    StatefulSet: answer('StatefulSet'),
    DaemonSet: answer('DaemonSet'),
    ControllerRevision: answer('ControllerRevision'),
    Service: answer('Service'),
    EndpointSlice: answer('EndpointSlice'),
    Node: answer('Node'),
    Event: answer('Event'),
    PodDisruptionBudget: answer('PodDisruptionBudget'),
    HorizontalPodAutoscaler: answer('HorizontalPodAutoscaler'),
    PersistentVolumeClaim: answer('PersistentVolumeClaim'),
    ConfigMap: answer('ConfigMap'),
    Namespace: answer('Namespace'),
    ResourceQuota: answer('ResourceQuota'),
    LimitRange: answer('LimitRange'),
  };
}

const places: Readonly<Record<ViewKind, readonly [group: string, version: string, plural: string]>> = {
  Namespace: ['', 'v1', 'namespaces'],
  Node: ['', 'v1', 'nodes'],
  Pod: ['', 'v1', 'pods'],
  Service: ['', 'v1', 'services'],
  Event: ['', 'v1', 'events'],
  ConfigMap: ['', 'v1', 'configmaps'],
  PersistentVolumeClaim: ['', 'v1', 'persistentvolumeclaims'],
  ResourceQuota: ['', 'v1', 'resourcequotas'],
  LimitRange: ['', 'v1', 'limitranges'],
  Deployment: ['apps', 'v1', 'deployments'],
  ReplicaSet: ['apps', 'v1', 'replicasets'],
  StatefulSet: ['apps', 'v1', 'statefulsets'],
  DaemonSet: ['apps', 'v1', 'daemonsets'],
  ControllerRevision: ['apps', 'v1', 'controllerrevisions'],
  EndpointSlice: ['discovery.k8s.io', 'v1', 'endpointslices'],
  PodDisruptionBudget: ['policy', 'v1', 'poddisruptionbudgets'],
  HorizontalPodAutoscaler: ['autoscaling', 'v2', 'horizontalpodautoscalers'],
};

export const viewKinds: readonly ViewKind[] = Object.keys(places).filter((kind): kind is ViewKind => kind in schemas);

export function placeOf(kind: ViewKind): ResourceName {
  const [group, version, plural] = places[kind];
  return { group, version, plural };
}

const schemaByKind: { readonly [Kind in ViewKind]: z.ZodType<ObjectOf<Kind>> } = schemas;

export function schemaOf<Kind extends ViewKind>(kind: Kind): z.ZodType<ObjectOf<Kind>> {
  return schemaByKind[kind];
}

export function isNamespaced(kind: ViewKind): boolean {
  return kind !== 'Node' && kind !== 'Namespace';
}

export function isViewKind(kind: string): kind is ViewKind {
  return Object.hasOwn(schemas, kind);
}

/** Path of a collection or, with a name, of an object. Cluster-scoped objects and lists over all namespaces have the namespace ''. */
export function pathOf(resource: ResourceName, namespace: string, name?: string, subresource?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}${subresource === undefined ? '' : `/${subresource}`}`;
}
