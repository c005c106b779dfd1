// Whether the quotas of a namespace have room for more pods: a dry run of a template does not ask them (writes.md A.5).
import type { ResourceQuota } from '../../model/kube.ts';
import { formatBytes, formatCores, parseQuantity } from '../../model/quantity.ts';
import type { PodSize } from './pod-size.ts';

const keys: Readonly<Record<string, 'requests.cpu' | 'requests.memory' | 'limits.cpu' | 'limits.memory'>> = {
  cpu: 'requests.cpu',
  memory: 'requests.memory',
  'requests.cpu': 'requests.cpu',
  'requests.memory': 'requests.memory',
  'limits.cpu': 'limits.cpu',
  'limits.memory': 'limits.memory',
};

/** What would be needed beyond what is used now: `pods` more pods, and amounts in cores and bytes. */
export type Need = {
  readonly pods: number;
  readonly size: PodSize;
  readonly less: PodSize | null;
  readonly swapped: number;
};

/** The first quota without room, in a sentence; null when all have it. Scopes are not told apart: a quota counts for every pod. */
export function quotaShortage(quotas: readonly ResourceQuota[], need: Need): string | null {
  for (const quota of quotas) {
    const hard = quota.spec?.hard ?? {};
    const used = quota.status?.used ?? {};
    for (const [key, text] of Object.entries(hard)) {
      const wanted = wantedOf(key, need);
      if (wanted === null) continue;
      if (wanted.absent !== null && need.pods > 0)
        return `quota ${quota.metadata.name} wants ${wanted.absent}, which a container does not give`;
      const limit = parseQuantity(text);
      const now = parseQuantity(used[key] ?? '');
      if (limit === null || now === null)
        return `how much of ${key} quota ${quota.metadata.name} has left is not known`;
      if (wanted.amount > 0 && now + wanted.amount > limit * (1 + 1e-9))
        return `quota ${quota.metadata.name} has ${shown(key, limit - now)} of ${key} left, ${shown(key, wanted.amount)} more would be needed`;
    }
  }
  return null;
}

function wantedOf(key: string, need: Need): { readonly amount: number; readonly absent: string | null } | null {
  if (key === 'pods' || key === 'count/pods') return { amount: need.pods, absent: null };
  const name = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (name === undefined) return null;
  const [side, resource] = name.split('.');
  const of = (size: PodSize): number =>
    (side === 'limits' ? size.limits : size.requests)[resource === 'cpu' ? 'cpu' : 'memory'];
  const grown = need.less === null ? 0 : Math.max(0, of(need.size) - of(need.less)) * need.swapped;
  return { amount: Math.max(need.pods * of(need.size), grown), absent: need.size.given[name] ? null : name };
}

function shown(key: string, amount: number): string {
  if (key.endsWith('memory')) return formatBytes(Math.max(0, Math.round(amount)));
  return key.endsWith('cpu') ? formatCores(Math.max(0, amount)) : String(Math.max(0, amount));
}
