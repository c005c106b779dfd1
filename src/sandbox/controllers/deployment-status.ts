// The status of a Deployment: counts, Available and Progressing with its deadline (pkg/controller/deployment/progress.go).
import { type Api, nameOf, timeText } from '../api/context.ts';
import { isTree, numberAt, sameValue, textAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { conditionOf, edit, replicasOf, withCondition } from './control.ts';
import { deployments, revisionKey } from './revision.ts';
import { maxUnavailable } from './surge.ts';

const newSetAvailable = 'NewReplicaSetAvailable';
const timedOut = 'ProgressDeadlineExceeded';

export function totalOf(sets: readonly Tree[], ...field: readonly string[]): number {
  return sets.reduce((sum, set) => sum + (numberAt(set, ...field) ?? 0), 0);
}

export function isComplete(deployment: Tree, status: Tree): boolean {
  const wanted = replicasOf(deployment);
  const generation = numberAt(deployment, 'metadata', 'generation') ?? 0;
  return (
    (numberAt(status, 'updatedReplicas') ?? 0) === wanted &&
    (numberAt(status, 'replicas') ?? 0) === wanted &&
    (numberAt(status, 'availableReplicas') ?? 0) === wanted &&
    (numberAt(status, 'observedGeneration') ?? 0) >= generation
  );
}

/** Counts and the Available condition; other conditions are carried over. */
export function countedStatus(api: Api, deployment: Tree, sets: readonly Tree[], current: Tree | undefined): Tree {
  const replicas = totalOf(sets, 'status', 'replicas');
  const available = totalOf(sets, 'status', 'availableReplicas');
  const ready = totalOf(sets, 'status', 'readyReplicas');
  const updated = current === undefined ? 0 : totalOf([current], 'status', 'replicas');
  const unavailable = Math.max(0, totalOf(sets, 'spec', 'replicas') - available);
  const before = treesAt(deployment, 'status', 'conditions');
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const conditions = enough
    ? withCondition(
        api,
        before,
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        true,
      )
    : withCondition(
        api,
        before,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        true,
      );
  return {
    observedGeneration: numberAt(deployment, 'metadata', 'generation') ?? 1,
    ...(replicas > 0 ? { replicas } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    terminatingReplicas: totalOf(sets, 'status', 'terminatingReplicas'),
    conditions,
  };
}

/** Adds Progressing and ReplicaFailure to counted numbers. Returns milliseconds until the deadline can pass, or null. */
export function withProgress(
  api: Api,
  deployment: Tree,
  sets: readonly Tree[],
  current: Tree | undefined,
  status: Tree,
): number | null {
  let conditions = treesAt(status, 'conditions');
  const deadlineSeconds = numberAt(deployment, 'spec', 'progressDeadlineSeconds');
  const progressing = conditionOf(deployment, 'Progressing');
  const subject = current === undefined ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(current)}"`;
  const wasComplete =
    numberAt(status, 'replicas') === numberAt(status, 'updatedReplicas') &&
    textAt(progressing ?? {}, 'reason') === newSetAvailable;
  if (deadlineSeconds !== undefined && !wasComplete) {
    if (isComplete(deployment, status))
      conditions = withProgressing(api, conditions, 'True', newSetAvailable, `${subject} has successfully progressed.`);
    else if (hasProgressed(deployment, status))
      conditions = renewed(api, conditions, `${subject} is progressing.`, progressing);
    else if (hasTimedOut(api, deployment, deadlineSeconds))
      conditions = withProgressing(api, conditions, 'False', timedOut, `${subject} has timed out progressing.`);
  }
  const failure = sets.map((set) => conditionOf(set, 'ReplicaFailure')).find((one) => one !== undefined);
  conditions =
    failure === undefined
      ? conditions.filter((one) => textAt(one, 'type') !== 'ReplicaFailure')
      : withCondition(
          api,
          conditions,
          'ReplicaFailure',
          textAt(failure, 'status'),
          textAt(failure, 'reason'),
          textAt(failure, 'message'),
          true,
        );
  status['conditions'] = conditions;
  const now = conditions.find((one) => textAt(one, 'type') === 'Progressing');
  const reason = textAt(now ?? {}, 'reason');
  if (deadlineSeconds === undefined || now === undefined || [newSetAvailable, timedOut].includes(reason)) return null;
  if (isComplete(deployment, status)) return null;
  return Math.max(1_000, Date.parse(textAt(now, 'lastUpdateTime')) + deadlineSeconds * 1_000 + 1_000 - api.clock.now());
}

export function withProgressing(
  api: Api,
  conditions: readonly Tree[],
  status: string,
  reason: string,
  message: string,
): Tree[] {
  return withCondition(api, conditions, 'Progressing', status, reason, message, true);
}

/** Progress renews the time of the condition even when nothing else in it changes. */
function renewed(api: Api, conditions: readonly Tree[], message: string, before: Tree | undefined): Tree[] {
  const others = conditions.filter((one) => textAt(one, 'type') !== 'Progressing');
  const now = timeText(api.clock);
  const since =
    before !== undefined && textAt(before, 'status') === 'True' ? textAt(before, 'lastTransitionTime') : now;
  const condition = {
    type: 'Progressing',
    status: 'True',
    lastUpdateTime: now,
    lastTransitionTime: since,
    reason: 'ReplicaSetUpdated',
    message,
  };
  return [...others, condition];
}

function hasProgressed(deployment: Tree, status: Tree): boolean {
  const before = treeAt(deployment, 'status');
  const count = (from: Tree, field: string): number => numberAt(from, field) ?? 0;
  const old = (from: Tree): number => count(from, 'replicas') - count(from, 'updatedReplicas');
  return (
    count(status, 'updatedReplicas') > count(before, 'updatedReplicas') ||
    old(status) < old(before) ||
    count(status, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(status, 'availableReplicas') > count(before, 'availableReplicas')
  );
}

function hasTimedOut(api: Api, deployment: Tree, deadlineSeconds: number): boolean {
  const condition = conditionOf(deployment, 'Progressing');
  if (condition === undefined || textAt(condition, 'reason') === newSetAvailable) return false;
  if (textAt(condition, 'reason') === timedOut) return true;
  return Date.parse(textAt(condition, 'lastUpdateTime')) + deadlineSeconds * 1_000 < api.clock.now();
}

/** Writes status and revision together; the revision travels through the status so that it raises no generation. */
export function writeStatus(api: Api, deployment: Tree, status: Tree, revision: string): void {
  const annotations = treeAt(deployment, 'metadata', 'annotations');
  const isNumbered = revision === '' || annotations[revisionKey] === revision;
  if (isNumbered && sameValue(treeAt(deployment, 'status'), status)) return;
  edit(
    api,
    deployments,
    deployment,
    (live) => {
      live['status'] = status;
      const { metadata } = live;
      if (revision !== '' && isTree(metadata))
        metadata['annotations'] = { ...treeAt(metadata, 'annotations'), [revisionKey]: revision };
    },
    'status',
  );
}
