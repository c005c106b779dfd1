// Disruption controller: how many pods a budget may lose right now.
import { type Api, nameOf, uidOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { selectorPicks } from '../api/selectors.ts';
import { numberAt, sameValue, textAt, textMapAt, type Tree, treeAt, treesAt, type Value } from '../api/tree.ts';
import { controllerOf, keyParts, replicasOf, setStatus, withCondition } from './control.ts';
import type { Controller } from './controller.ts';
import { isActive, isReady } from './pods.ts';
import { recordEvent } from './record.ts';

const definition = known('policy', 'poddisruptionbudgets');

export function disruption(api: Api): Controller {
  return {
    name: 'disruption',
    concerns({ table, entry }) {
      if (table === definition.table) return [`${entry.namespace}/${entry.name}`];
      const isScaled = table === 'replicasets.apps' || table === 'statefulsets.apps' || table === 'deployments.apps';
      if (table !== 'pods' && !isScaled) return [];
      return api.store.list(definition.table, entry.namespace).map((one) => `${one.namespace}/${one.name}`);
    },
    reconcile(key) {
      const found = api.store.get(definition.table, ...keyParts(key));
      if (found === undefined) return;
      const pods = podsOf(api, found.object);
      if (pods.length === 0)
        recordEvent(api, 'controllermanager', found.object, 'Normal', 'NoPods', 'No matching pods found');
      const status = statusOf(api, found.object, pods);
      if (!sameValue(status, treeAt(found.object, 'status'))) setStatus(api, definition, found.object, status);
    },
  };
}

function podsOf(api: Api, budget: Tree): Tree[] {
  const { selector } = treeAt(budget, 'spec');
  return api.store
    .list('pods', textAt(budget, 'metadata', 'namespace'))
    .map((entry) => entry.object)
    .filter((pod) => isActive(pod) && selectorPicks(selector, textMapAt(pod, 'metadata', 'labels')));
}

function statusOf(api: Api, budget: Tree, pods: readonly Tree[]): Tree {
  const spec = treeAt(budget, 'spec');
  const healthy = pods.filter(isReady).length;
  const { expected, desired } = wanted(api, spec, pods);
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const before = treesAt(budget, 'status', 'conditions');
  const generation = numberAt(budget, 'metadata', 'generation') ?? 1;
  const conditions =
    allowed > 0
      ? withCondition(api, before, 'DisruptionAllowed', 'True', 'SufficientPods', '')
      : withCondition(api, before, 'DisruptionAllowed', 'False', 'InsufficientPods', '');
  return {
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    observedGeneration: generation,
    conditions: conditions.map((one) => ({ ...one, observedGeneration: generation })),
  };
}

/** With maxUnavailable or a share, the expected number comes from the controllers of the pods. */
function wanted(api: Api, spec: Tree, pods: readonly Tree[]): { expected: number; desired: number } {
  const most = spec['maxUnavailable'];
  const least = spec['minAvailable'];
  if (most !== undefined) {
    const expected = scaleOfOwners(api, pods);
    return { expected, desired: Math.max(0, expected - resolved(most, expected)) };
  }
  if (typeof least === 'number') return { expected: pods.length, desired: least };
  const expected = scaleOfOwners(api, pods);
  return { expected, desired: resolved(least ?? 0, expected) };
}

function resolved(value: Value, total: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseFloat(typeof value === 'string' ? value : '0') / 100) * total);
}

function scaleOfOwners(api: Api, pods: readonly Tree[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const table = `${textAt(owner, 'kind').toLowerCase()}s.apps`;
    const direct = api.store.get(table, textAt(pod, 'metadata', 'namespace'), textAt(owner, 'name'))?.object;
    if (direct === undefined) continue;
    const above = controllerOf(direct);
    const top =
      above === undefined
        ? direct
        : api.store.get('deployments.apps', textAt(pod, 'metadata', 'namespace'), textAt(above, 'name'))?.object;
    if (top !== undefined) owners.set(uidOf(top) || nameOf(top), replicasOf(top));
  }
  let total = 0;
  for (const replicas of owners.values()) total += replicas;
  return total;
}
