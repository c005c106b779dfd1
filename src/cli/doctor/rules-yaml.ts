// The missing rights as manifests that grant them to who asked: a ClusterRole with its binding, and a Role in the advisor's namespace.
import { stringify } from 'yaml';
import type { MissingRight } from './ask-rights.ts';
import type { Right } from './rights.ts';

export type Holder = { readonly user: string };

const name = 'k8s-nemotron-advisor';
const rbac = 'rbac.authorization.k8s.io';

/** YAML documents to be read and applied by a person; a comment when nothing is missing. */
export function rulesYaml(missing: readonly MissingRight[], holder: Holder | null): string {
  const rights = missing.map((one) => one.right);
  const cluster = rights.filter((one) => one.namespace === undefined);
  const namespaces = [...new Set(rights.flatMap((one) => one.namespace ?? []))];
  if (rights.length === 0) return '# no right is missing\n';
  const subjects = [subjectOf(holder)];
  const documents = [
    ...(cluster.length === 0
      ? []
      : [
          { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules: rulesOf(cluster) },
          {
            apiVersion: `${rbac}/v1`,
            kind: 'ClusterRoleBinding',
            metadata: { name },
            roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
            subjects,
          },
        ]),
    ...namespaces.flatMap((namespace) => [
      {
        apiVersion: `${rbac}/v1`,
        kind: 'Role',
        metadata: { name, namespace },
        rules: rulesOf(rights.filter((one) => one.namespace === namespace)),
      },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name, namespace },
        roleRef: { apiGroup: rbac, kind: 'Role', name },
        subjects,
      },
    ]),
  ];
  return documents.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

/** Resources of one API group that share their verbs are one rule. */
function rulesOf(rights: readonly Right[]): readonly object[] {
  const verbsOf = new Map<string, { readonly group: string; readonly resource: string; readonly verbs: Set<string> }>();
  for (const { group, resource, verb } of rights) {
    const key = `${group}/${resource}`;
    const known = verbsOf.get(key) ?? { group, resource, verbs: new Set<string>() };
    known.verbs.add(verb);
    verbsOf.set(key, known);
  }
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const { group, resource, verbs } of verbsOf.values()) {
    const key = `${group} ${[...verbs].toSorted().join(',')}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs: [...verbs] };
    rule.resources.push(resource);
    rules.set(key, rule);
  }
  return [...rules.values()];
}

function subjectOf(holder: Holder | null): object {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(holder?.user ?? '');
  if (account !== null) return { kind: 'ServiceAccount', namespace: account[1], name: account[2] };
  return { apiGroup: rbac, kind: 'User', name: holder?.user ?? 'NAME OF THE USER' };
}
