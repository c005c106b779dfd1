// How many ready pods a PodDisruptionBudget lets go: the controller's own word, and the same sum on the pods that were just read; the lower counts.
import type { PodDisruptionBudget } from '../../model/kube.ts';
import { selects } from '../../cluster/selector.ts';
import { amount, type PodsTaken } from './pods-taken.ts';

/** An empty selector of a budget selects every pod of its namespace (policy/v1), unlike that of anything that is touched. */
export function budgetSelects(budget: PodDisruptionBudget, labels: Readonly<Record<string, string>>): boolean {
  const selector = budget.spec?.selector;
  if (selector === undefined || selector === null) return false;
  const isEmpty =
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
  return isEmpty || selects(selector, labels);
}

export type BudgetRoom = { readonly allowed: number } | { readonly unknown: string };

export function budgetRoom(budget: PodDisruptionBudget, pods: Pick<PodsTaken, 'wanted' | 'ready'>): BudgetRoom {
  const { generation } = budget.metadata;
  const { status } = budget;
  if (status?.disruptionsAllowed === undefined || status.observedGeneration === undefined)
    return { unknown: 'its controller has not judged it yet' };
  if (generation !== undefined && status.observedGeneration < generation)
    return {
      unknown: `its controller has not seen its newest form (generation ${generation}, seen ${status.observedGeneration})`,
    };
  const own = isOfOneWorkload(status.expectedPods, pods.wanted) ? ownRoom(budget, pods) : null;
  return { allowed: Math.max(0, Math.min(status.disruptionsAllowed, own ?? status.disruptionsAllowed)) };
}

function ownRoom(budget: PodDisruptionBudget, { wanted, ready }: Pick<PodsTaken, 'wanted' | 'ready'>): number | null {
  const least = amount(budget.spec?.minAvailable, wanted, 'up');
  if (least !== undefined) return ready - least;
  const most = amount(budget.spec?.maxUnavailable, wanted, 'up');
  return most === undefined ? null : ready - (wanted - most);
}

function isOfOneWorkload(expected: number | undefined, wanted: number): boolean {
  return expected === undefined || expected === wanted;
}
