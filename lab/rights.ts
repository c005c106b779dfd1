// The RBAC objects of the lab: the least rights of the product, and a reader.
import type { Rule } from '../src/sandbox/api/identity.ts';
import { own, reads, writes } from '../src/sandbox/world/advisor-rights.ts';
import { advisorNamespace, identities } from './identities.ts';

/** An object to create, and the collection that takes it. */
export type Grant = {
  readonly path: string;
  readonly body: { readonly kind: string; readonly [field: string]: unknown };
};

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';
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
