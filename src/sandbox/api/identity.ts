// Who asks: users with static tokens and simple allow rules, judged as RBAC judges.

export type Rule = {
  /** API groups; '' is the core group, '*' all. */
  readonly apiGroups: readonly string[];
  /** Plural names, `deployments/scale` for a subresource, '*' all. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** The rule holds in these namespaces only; absent: everywhere, cluster-wide resources included. */
  readonly namespaces?: readonly string[];
  readonly resourceNames?: readonly string[];
};

/** `rules` null means everything is allowed. */
export type Identity = {
  readonly user: string;
  readonly groups: readonly string[];
  readonly token: string;
  readonly rules: readonly Rule[] | null;
};

export type Attributes = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
};

export function isAllowed(identity: Identity, wanted: Attributes): boolean {
  if (identity.rules === null || identity.groups.includes('system:masters')) return true;
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  return identity.rules.some(
    (rule) =>
      has(rule.verbs, wanted.verb) &&
      has(rule.apiGroups, wanted.group) &&
      has(rule.resources, resource) &&
      (rule.namespaces === undefined || rule.namespaces.includes(wanted.namespace)) &&
      (rule.resourceNames === undefined || rule.resourceNames.includes(wanted.name)),
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes('*');
}

/** What the server says when no rule allows it. */
export function denial(user: string, wanted: Attributes): string {
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const scope = wanted.namespace === '' ? 'at the cluster scope' : `in the namespace "${wanted.namespace}"`;
  return `User "${user}" cannot ${wanted.verb} resource "${resource}" in API group "${wanted.group}" ${scope}`;
}

export class Identities {
  readonly #byToken = new Map<string, Identity>();
  readonly #byUser = new Map<string, Identity>();

  add(identity: Identity): Identity {
    const before = this.#byUser.get(identity.user);
    if (before !== undefined) this.#byToken.delete(before.token);
    this.#byToken.set(identity.token, identity);
    this.#byUser.set(identity.user, identity);
    return identity;
  }

  byToken(token: string): Identity | undefined {
    return this.#byToken.get(token);
  }

  byUser(user: string): Identity | undefined {
    return this.#byUser.get(user);
  }

  all(): readonly Identity[] {
    return [...this.#byUser.values()];
  }
}

/** A kubeconfig with one context. The token stands in the path too: kubectl sends no credentials over plain HTTP. */
export function kubeconfigText(url: string, identity: Pick<Identity, 'user' | 'token'>, contextName: string): string {
  return `apiVersion: v1
kind: Config
current-context: ${contextName}
clusters:
  - name: ${contextName}
    cluster:
      server: ${url}/as/${identity.token}
      insecure-skip-tls-verify: true
contexts:
  - name: ${contextName}
    context:
      cluster: ${contextName}
      user: ${JSON.stringify(identity.user)}
      namespace: default
users:
  - name: ${JSON.stringify(identity.user)}
    user:
      token: ${JSON.stringify(identity.token)}
`;
}
