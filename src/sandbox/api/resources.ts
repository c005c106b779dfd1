// The resources that this API server serves: names, scope, shape, how generation counts, and where they are stored.
import type { ResourceRef } from '../cluster-port.ts';
import {
  budget,
  claim,
  configMap,
  controllerRevision,
  coreEvent,
  deployment,
  lease,
  namespace,
  node,
  replicaSet,
  resourceQuota,
  service,
  statefulSet,
} from './kind-shapes.ts';
import { pod } from './pod-shape.ts';
import type { Shape } from './shape.ts';

export type Definition = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** Resources that show the same objects share a table. */
  readonly table: string;
  /** Null: fields are not checked. */
  readonly shape: Shape | null;
  readonly generation: 'none' | 'spec' | 'spec and annotations';
  /** Whether PUT without a resourceVersion is taken. */
  readonly unconditionalUpdate: boolean;
  /** Whether DELETE answers with the object instead of a Status. */
  readonly returnsDeleted: boolean;
};

type Extra = Partial<Omit<Definition, 'group' | 'version' | 'plural' | 'kind'>>;

function define(group: string, version: string, plural: string, kind: string, extra: Extra = {}): Definition {
  return {
    group,
    version,
    plural,
    kind,
    singular: kind.toLowerCase(),
    shortNames: [],
    namespaced: true,
    subresources: [],
    table: group === '' ? plural : `${plural}.${group}`,
    shape: null,
    generation: 'none',
    unconditionalUpdate: true,
    returnsDeleted: false,
    ...extra,
  };
}

const cluster = { namespaced: false } as const;
const workload = { generation: 'spec', subresources: ['status', 'scale'] } as const;

export const definitions: readonly Definition[] = [
  define('', 'v1', 'pods', 'Pod', {
    shape: pod,
    shortNames: ['po'],
    generation: 'spec',
    subresources: ['status', 'log', 'binding'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'services', 'Service', {
    shape: service,
    shortNames: ['svc'],
    subresources: ['status'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'nodes', 'Node', { ...cluster, shape: node, shortNames: ['no'], subresources: ['status'] }),
  define('', 'v1', 'namespaces', 'Namespace', {
    ...cluster,
    shape: namespace,
    shortNames: ['ns'],
    subresources: ['status'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'configmaps', 'ConfigMap', { shape: configMap, shortNames: ['cm'] }),
  define('', 'v1', 'secrets', 'Secret'),
  define('', 'v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'], returnsDeleted: true }),
  define('', 'v1', 'events', 'Event', { shape: coreEvent, shortNames: ['ev'] }),
  define('', 'v1', 'endpoints', 'Endpoints', { shortNames: ['ep'] }),
  define('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', {
    shape: claim,
    shortNames: ['pvc'],
    subresources: ['status'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'persistentvolumes', 'PersistentVolume', {
    ...cluster,
    shortNames: ['pv'],
    subresources: ['status'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'resourcequotas', 'ResourceQuota', {
    shape: resourceQuota,
    shortNames: ['quota'],
    subresources: ['status'],
    returnsDeleted: true,
  }),
  define('', 'v1', 'limitranges', 'LimitRange', { shortNames: ['limits'] }),
  define('apps', 'v1', 'deployments', 'Deployment', {
    ...workload,
    shape: deployment,
    shortNames: ['deploy'],
    generation: 'spec and annotations',
  }),
  define('apps', 'v1', 'replicasets', 'ReplicaSet', { ...workload, shape: replicaSet, shortNames: ['rs'] }),
  define('apps', 'v1', 'statefulsets', 'StatefulSet', { ...workload, shape: statefulSet, shortNames: ['sts'] }),
  define('apps', 'v1', 'daemonsets', 'DaemonSet', {
    shortNames: ['ds'],
    generation: 'spec',
    subresources: ['status'],
  }),
  define('apps', 'v1', 'controllerrevisions', 'ControllerRevision', { shape: controllerRevision }),
  define('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', { generation: 'spec' }),
  define('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    shape: budget,
    shortNames: ['pdb'],
    generation: 'spec',
    subresources: ['status'],
    unconditionalUpdate: false,
  }),
  define('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    shortNames: ['hpa'],
    generation: 'spec',
    subresources: ['status'],
  }),
  define('batch', 'v1', 'jobs', 'Job', { generation: 'spec', subresources: ['status'] }),
  define('batch', 'v1', 'cronjobs', 'CronJob', {
    shortNames: ['cj'],
    generation: 'spec',
    subresources: ['status'],
  }),
  define('coordination.k8s.io', 'v1', 'leases', 'Lease', { shape: lease, unconditionalUpdate: false }),
  define('events.k8s.io', 'v1', 'events', 'Event', { shape: coreEvent, shortNames: ['ev'], table: 'events' }),
  define('networking.k8s.io', 'v1', 'ingresses', 'Ingress', { shortNames: ['ing'], subresources: ['status'] }),
  define('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', { shortNames: ['netpol'] }),
  define('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', { ...cluster, shortNames: ['sc'] }),
  define('storage.k8s.io', 'v1', 'volumeattachments', 'VolumeAttachment', cluster),
  define('scheduling.k8s.io', 'v1', 'priorityclasses', 'PriorityClass', { ...cluster, shortNames: ['pc'] }),
];

const byUrl = new Map(definitions.map((one) => [`${one.group}/${one.version}/${one.plural}`, one]));
const byKind = new Map(definitions.map((one) => [`${one.group}/${one.kind}`, one]));

export function definitionOf(resource: ResourceRef): Definition | undefined {
  return byUrl.get(`${resource.group}/${resource.version}/${resource.plural}`);
}

/** The definition of an owner reference's kind. */
export function definitionOfKind(apiVersion: string, kind: string): Definition | undefined {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return byKind.get(`${group ?? ''}/${kind}`);
}

export function apiVersionOf(definition: Pick<Definition, 'group' | 'version'>): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}

/** A definition that must exist, for code that names a resource itself. */
export function known(group: string, plural: string): Definition {
  const found = definitions.find((one) => one.group === group && one.plural === plural);
  if (found === undefined) throw new Error(`${plural}.${group} is not served`);
  return found;
}
