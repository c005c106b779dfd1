// A Deployment that is scaled in the middle of a rollout spreads the difference over its sets in proportion to their size.
import { numberAt, type Tree } from '../api/tree.ts';
import { replicasOf } from './control.ts';
import { totalOf } from './deployment-status.ts';
import { isRolling, maxSurge } from './surge.ts';

/** The size that each set is to have; sets that stay as they are included, so that their annotations follow. */
export function scaledInProportion(
  deployment: Tree,
  current: Tree | undefined,
  others: readonly Tree[],
): (readonly [set: Tree, replicas: number])[] {
  const wanted = replicasOf(deployment);
  const all = current === undefined ? others : [...others, current];
  const active = all.filter((set) => replicasOf(set) > 0);
  const only = active.length <= 1 ? (active[0] ?? current ?? others.at(-1)) : undefined;
  if (only !== undefined) return [[only, wanted]];
  if (active.length === 0) return [];
  if (current !== undefined && isSaturated(current, wanted))
    return active.filter((set) => set !== current).map((set) => [set, 0]);
  if (!isRolling(deployment)) return [];
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const total = totalOf(active, 'spec', 'replicas');
  const bySize = active.toSorted((a, b) => replicasOf(b) - replicasOf(a));
  let left = allowed - total;
  const sizes = bySize.map((set) => {
    const share = total === 0 ? 0 : Math.round((replicasOf(set) * allowed) / total) - replicasOf(set);
    const change = left >= 0 ? Math.min(share, left) : Math.max(share, left);
    left -= change;
    return replicasOf(set) + change;
  });
  return bySize.map((set, index) => [set, Math.max(0, (sizes[index] ?? 0) + (index === 0 ? left : 0))]);
}

function isSaturated(set: Tree, wanted: number): boolean {
  return replicasOf(set) === wanted && (numberAt(set, 'status', 'availableReplicas') ?? 0) === wanted;
}
