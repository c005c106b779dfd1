// The least rights of the product, as RBAC rules: what it reads, what its catalogue writes, and what is its own.
import type { Rule } from '../api/identity.ts';

const look = ['get', 'list', 'watch'];

export const reads: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: [
      'pods',
      'services',
      'endpoints',
      'nodes',
      'namespaces',
      'events',
      'configmaps',
      'persistentvolumeclaims',
      'persistentvolumes',
      'resourcequotas',
      'limitranges',
    ],
    verbs: look,
  },
  { apiGroups: [''], resources: ['pods/log', 'nodes/metrics'], verbs: ['get'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
    verbs: look,
  },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: look },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: look },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: look },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: look },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: look },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: look },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: look },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list'] },
];

/** Each is one row of the action catalogue. */
export const writes: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['pods', 'pods/resize'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['services', 'nodes', 'resourcequotas', 'persistentvolumeclaims'], verbs: ['patch'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['patch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'delete'] },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['patch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
];

/** Only in the advisor's own namespace: its Lease and the stop ConfigMap. */
export const own: readonly Rule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update', 'patch'] },
];
