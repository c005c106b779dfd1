// How many pods a rolling update may add and miss (resolveFenceposts: surge rounds up, unavailable rounds down, never both zero).
import { textAt, type Tree, treeAt, type Value } from '../api/tree.ts';
import { replicasOf } from './control.ts';

export function maxSurge(deployment: Tree): number {
  return isRolling(deployment) ? bounds(deployment).surge : 0;
}

export function maxUnavailable(deployment: Tree): number {
  if (!isRolling(deployment) || replicasOf(deployment) === 0) return 0;
  return Math.min(bounds(deployment).unavailable, replicasOf(deployment));
}

export function isRolling(deployment: Tree): boolean {
  return textAt(deployment, 'spec', 'strategy', 'type') !== 'Recreate';
}

function bounds(deployment: Tree): { surge: number; unavailable: number } {
  const rolling = treeAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const total = replicasOf(deployment);
  const surge = share(rolling['maxSurge'], total, Math.ceil);
  const unavailable = share(rolling['maxUnavailable'], total, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

function share(value: Value | undefined, total: number, round: (share: number) => number): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? round((Number.parseFloat(value) / 100) * total) : 0;
}
