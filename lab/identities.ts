// Who may speak to the lab's API server: the token file's rows, and the kubeconfig of each.
import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';

export const advisorNamespace = 'nemotron-advisor';

/** User name and groups of each identity, as the audit log and RBAC see them. */
export const identities = {
  /** Makes the world and injects faults: everything is allowed. */
  admin: { user: 'lab:admin', groups: ['system:masters'] },
  /** Drives all simulated nodes. Not judged by RBAC, which refuses what it should allow for a moment after the API server starts. */
  kubelet: { user: 'lab:kubelet', groups: ['system:masters'] },
  /** The product, with the least rights that its actions and reads need. */
  advisor: {
    user: `system:serviceaccount:${advisorNamespace}:advisor`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${advisorNamespace}`],
  },
  /** May read what the product reads, and write nothing. */
  reader: { user: 'lab:reader', groups: ['lab:readers'] },
  /** Authenticated, and allowed nothing. */
  stranger: { user: 'lab:stranger', groups: [] },
  'controller-manager': { user: 'system:kube-controller-manager', groups: [] },
  scheduler: { user: 'system:kube-scheduler', groups: [] },
} as const satisfies Record<string, { user: string; groups: readonly string[] }>;

export type Identity = keyof typeof identities;
export type Tokens = Readonly<Record<Identity, string>>;

const names: readonly Identity[] = [
  'admin',
  'kubelet',
  'advisor',
  'reader',
  'stranger',
  'controller-manager',
  'scheduler',
];

/** A fresh random token for each identity. */
export function mintTokens(): Tokens {
  const token = (): string => randomBytes(24).toString('base64url');
  return {
    admin: token(),
    kubelet: token(),
    advisor: token(),
    reader: token(),
    stranger: token(),
    'controller-manager': token(),
    scheduler: token(),
  };
}

/** The API server's token file: token, user, uid and the groups in quotes. */
export function tokenFile(tokens: Tokens): string {
  const rows = names.map((name) => {
    const { user, groups } = identities[name];
    return `${tokens[name]},${user},${name}${groups.length === 0 ? '' : `,"${groups.join(',')}"`}`;
  });
  return `${rows.join('\n')}\n`;
}

/** A kubeconfig that needs no other file. `ca` is PEM. */
export function kubeconfig(server: string, ca: string, identity: Identity, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: identity, user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: identity, namespace: 'default' } }],
    'current-context': 'lab',
  });
}
