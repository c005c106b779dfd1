// Deployment controller: revisions as ReplicaSets, rolling and recreating updates, scaling in proportion, pausing, history.
import { type Api, nameOf } from '../api/context.ts';
import { numberAt, textAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { conditionOf, deleteObject, edit, keyParts, ownOrDependent, replicasOf, withCondition } from './control.ts';
import type { Controller, Later } from './controller.ts';
import { countedStatus, isComplete, totalOf, withProgress, withProgressing, writeStatus } from './deployment-status.ts';
import { isTerminating } from './pods.ts';
import { recordEvent } from './record.ts';
import {
  createSet,
  currentSet,
  deployments,
  desiredOf,
  renumber,
  replicaSetDefinition,
  revisionOf,
  setReplicaAnnotations,
  setsOf,
} from './revision.ts';
import { scaledInProportion } from './proportion.ts';
import { isRolling, maxSurge, maxUnavailable } from './surge.ts';

export function deploymentController(api: Api, later: Later): Controller {
  return {
    name: 'deployment',
    concerns: (change) => ownOrDependent(change, deployments.table, replicaSetDefinition.table, 'Deployment'),
    reconcile(key) {
      const [namespace, name] = keyParts(key);
      const live = (): Tree | undefined => api.store.get(deployments.table, namespace, name)?.object;
      const found = live();
      if (found === undefined) return;
      if (!isTerminating(found)) {
        notePause(api, found);
        const deployment = live() ?? found;
        roll(api, deployment);
      }
      const waitMs = report(api, live() ?? found);
      if (waitMs !== null) later(key, waitMs);
    },
  };
}

/** One step of whatever is due: scaling, the next step of a rollout, or nothing. */
function roll(api: Api, deployment: Tree): void {
  const isPaused = treeAt(deployment, 'spec')['paused'] === true;
  const sets = setsOf(api, deployment);
  let current = currentSet(deployment, sets);
  const others = sets.filter((set) => set !== current);
  if (current !== undefined) current = renumber(api, deployment, current, others);
  const isScaled = [...others, ...(current === undefined ? [] : [current])].some(
    (set) => replicasOf(set) > 0 && desiredOf(set) >= 0 && desiredOf(set) !== replicasOf(deployment),
  );
  if (isPaused || isScaled) {
    for (const [set, replicas] of scaledInProportion(deployment, current, others))
      scale(api, deployment, set, replicas);
    return;
  }
  if (isRolling(deployment)) rollOn(api, deployment, current, others);
  else recreate(api, deployment, current, others);
}

function begin(api: Api, deployment: Tree, others: readonly Tree[]): Tree {
  const wanted = replicasForNew(deployment, 0, totalOf(others, 'spec', 'replicas'));
  const set = createSet(api, deployment, others, wanted, replicasOf(deployment) + maxSurge(deployment));
  tellScaled(api, deployment, set, 0, wanted);
  return set;
}

function rollOn(api: Api, deployment: Tree, found: Tree | undefined, others: readonly Tree[]): void {
  const current = found ?? begin(api, deployment, others);
  const wanted = replicasOf(deployment);
  const have = replicasOf(current);
  const total = have + totalOf(others, 'spec', 'replicas');
  const next = have >= wanted ? wanted : replicasForNew(deployment, have, total);
  if (next !== have) {
    scale(api, deployment, current, next);
    return;
  }
  const active = others.filter((set) => replicasOf(set) > 0);
  if (active.length > 0) scaleDownOld(api, deployment, current, active);
  else clean(api, deployment, current, others);
}

/** Old sets lose their unhealthy pods first, then as many healthy ones as availability allows, oldest set first. */
function scaleDownOld(api: Api, deployment: Tree, current: Tree, active: readonly Tree[]): void {
  const least = replicasOf(deployment) - maxUnavailable(deployment);
  const total = replicasOf(current) + totalOf(active, 'spec', 'replicas');
  const unready = replicasOf(current) - (numberAt(current, 'status', 'availableReplicas') ?? 0);
  let room = total - least - unready;
  if (room <= 0) return;
  const left = new Map(active.map((set) => [set, replicasOf(set)]));
  for (const set of active) {
    const have = left.get(set) ?? 0;
    const unhealthy = have - (numberAt(set, 'status', 'availableReplicas') ?? 0);
    const gone = Math.min(room, unhealthy);
    if (gone <= 0) continue;
    left.set(set, have - gone);
    room -= gone;
  }
  let spare = totalOf([current, ...active], 'status', 'availableReplicas') - least;
  for (const set of active) {
    const have = left.get(set) ?? 0;
    const gone = Math.min(have, spare);
    if (gone <= 0) continue;
    left.set(set, have - gone);
    spare -= gone;
  }
  for (const [set, replicas] of left) scale(api, deployment, set, replicas);
}

function recreate(api: Api, deployment: Tree, found: Tree | undefined, others: readonly Tree[]): void {
  const active = others.filter((set) => replicasOf(set) > 0);
  for (const set of active) scale(api, deployment, set, 0);
  if (active.length > 0) return;
  const isStillRunning = others.some(
    (set) => (numberAt(set, 'status', 'replicas') ?? 0) + (numberAt(set, 'status', 'terminatingReplicas') ?? 0) > 0,
  );
  if (isStillRunning && (found === undefined || replicasOf(found) === 0)) return;
  const current = found ?? begin(api, deployment, others);
  if (replicasOf(current) === replicasOf(deployment)) clean(api, deployment, current, others);
  else scale(api, deployment, current, replicasOf(deployment));
}

/** How large the new set may be now (NewRSNewReplicas). */
function replicasForNew(deployment: Tree, have: number, total: number): number {
  const wanted = replicasOf(deployment);
  if (!isRolling(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - total;
  return room <= 0 ? have : have + Math.min(room, wanted - have);
}

function scale(api: Api, deployment: Tree, set: Tree, replicas: number): void {
  const before = replicasOf(set);
  edit(api, replicaSetDefinition, set, (live) => {
    const spec = live['spec'];
    if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) spec['replicas'] = replicas;
    setReplicaAnnotations(live, replicasOf(deployment), replicasOf(deployment) + maxSurge(deployment));
  });
  tellScaled(api, deployment, set, before, replicas);
}

function tellScaled(api: Api, deployment: Tree, set: Tree, before: number, replicas: number): void {
  if (before === replicas) return;
  const direction = replicas > before ? 'up' : 'down';
  recordEvent(
    api,
    'deployment-controller',
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${nameOf(set)} from ${before} to ${replicas}`,
  );
}

/** Old sets beyond the history limit go once the rollout is complete. */
function clean(api: Api, deployment: Tree, current: Tree, others: readonly Tree[]): void {
  const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10;
  const status = countedStatus(api, deployment, [current, ...others], current);
  if (!isComplete(deployment, status)) return;
  const removable = others.filter(
    (set) => replicasOf(set) === 0 && (numberAt(set, 'status', 'replicas') ?? 0) === 0 && !isTerminating(set),
  );
  for (const set of removable.slice(0, Math.max(0, others.length - limit)))
    deleteObject(api, replicaSetDefinition, set);
}

function notePause(api: Api, deployment: Tree): void {
  if (numberAt(deployment, 'spec', 'progressDeadlineSeconds') === undefined) return;
  const condition = conditionOf(deployment, 'Progressing');
  const reason = textAt(condition ?? {}, 'reason');
  if (reason === 'ProgressDeadlineExceeded') return;
  const isPaused = treeAt(deployment, 'spec')['paused'] === true;
  if (isPaused === (reason === 'DeploymentPaused')) return;
  const conditions = treesAt(deployment, 'status', 'conditions');
  const next = isPaused
    ? withCondition(api, conditions, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', true)
    : withCondition(api, conditions, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', true);
  writeStatus(api, deployment, { ...treeAt(deployment, 'status'), conditions: next }, '');
}

function report(api: Api, deployment: Tree): number | null {
  const sets = setsOf(api, deployment);
  const current = currentSet(deployment, sets);
  const status = countedStatus(api, deployment, sets, current);
  const isPaused = treeAt(deployment, 'spec')['paused'] === true;
  if (current !== undefined && !isPaused && conditionOf(deployment, 'Progressing') === undefined)
    status['conditions'] = withProgressing(
      api,
      treesAt(status, 'conditions'),
      'True',
      'NewReplicaSetCreated',
      `Created new replica set "${nameOf(current)}"`,
    );
  const waitMs = isPaused ? null : withProgress(api, deployment, sets, current, status);
  writeStatus(api, deployment, status, current === undefined ? '' : String(revisionOf(current)));
  return waitMs;
}
