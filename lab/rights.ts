// The RBAC objects of the lab: least rights of the product (each write is one row of its action catalogue) and a reader.
import { advisorNamespace, identities } from './identities.ts';

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};
/** An object to create, and the collection that takes it. */
export type Grant = {
  readonly path: string;
  readonly body: { readonly kind: string; readonly [field: string]: unknown };
};

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';
const look = ['get', 'list', 'watch'];

const reads: readonly Rule[] = [
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

const writes: readonly Rule[] = [
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
const own: readonly Rule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update', 'patch'] },
];

/** Everything to create before the first identity but admin can work, in order. */
export const grants: readonly Grant[] = [
  { path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: advisorNamespace } } },
  clusterRole('lab:advisor', [...reads, ...writes]),
  clusterBinding('lab:advisor', identities.advisor.user),
  {
    path: `${rbac}/namespaces/${advisorNamespace}/roles`,
    body: { apiVersion, kind: 'Role', metadata: { name: 'lab:advisor' }, rules: own },
  },
  {
    path: `${rbac}/namespaces/${advisorNamespace}/rolebindings`,
    body: {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name: 'lab:advisor' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'lab:advisor' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: identities.advisor.user }],
    },
  },
  clusterRole('lab:reader', reads),
  clusterBinding('lab:reader', identities.reader.user),
];

function clusterRole(name: string, rules: readonly Rule[]): Grant {
  return { path: `${rbac}/clusterroles`, body: { apiVersion, kind: 'ClusterRole', metadata: { name }, rules } };
}

function clusterBinding(name: string, user: string): Grant {
  return {
    path: `${rbac}/clusterrolebindings`,
    body: {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  };
}
