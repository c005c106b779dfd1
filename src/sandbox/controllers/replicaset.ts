// ReplicaSet controller: as many active pods as wanted, and a status that counts them.
import { type Api, nameOf, namespaceOf } from '../api/context.ts';
import { ApiFailure } from '../api/failure.ts';
import { known } from '../api/resources.ts';
import { numberAt, sameValue, textAt, textMapAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import {
  controlledBy,
  deleteObject,
  keyParts,
  ownOrDependent,
  ownerReference,
  replicasOf,
  setStatus,
  withCondition,
} from './control.ts';
import type { Controller, Later } from './controller.ts';
import {
  createPod,
  isActive,
  isAvailable,
  isFinished,
  isReady,
  isTerminating,
  nextAvailableMs,
  podDefinition,
} from './pods.ts';
import { recordEvent } from './record.ts';

const definition = known('apps', 'replicasets');
const component = 'replicaset-controller';
const retryMs = 15_000;

export function replicaSets(api: Api, later: Later): Controller {
  return {
    name: 'replicaset',
    concerns: (change) => ownOrDependent(change, definition.table, 'pods', 'ReplicaSet'),
    reconcile(key) {
      const found = api.store.get(definition.table, ...keyParts(key));
      if (found === undefined) return;
      const set = found.object;
      const pods = controlledBy(api, 'pods', set).map((entry) => entry.object);
      const failure = isTerminating(set) ? null : manage(api, set, pods.filter(isActive));
      if (failure !== null) later(key, retryMs);
      const left = controlledBy(api, 'pods', set).map((entry) => entry.object);
      const status = statusOf(api, set, left, failure);
      if (!sameValue(status, treeAt(set, 'status'))) setStatus(api, definition, set, status);
      const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
      const waitMs = nextAvailableMs(api, left, minReady);
      if (waitMs !== null) later(key, waitMs);
    },
  };
}

type Failure = { readonly reason: 'FailedCreate'; readonly message: string };

function manage(api: Api, set: Tree, active: readonly Tree[]): Failure | null {
  const missing = replicasOf(set) - active.length;
  for (let count = 0; count < missing; count += 1) {
    try {
      const metadata = { generateName: `${nameOf(set)}-` };
      const template = treeAt(set, 'spec', 'template');
      const pod = createPod(api, namespaceOf(set), template, metadata, ownerReference(definition, set));
      recordEvent(api, component, set, 'Normal', 'SuccessfulCreate', `Created pod: ${nameOf(pod)}`);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      recordEvent(api, component, set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      return { reason: 'FailedCreate', message: error.message };
    }
  }
  if (missing >= 0) return null;
  for (const pod of byDispensability(active).slice(0, -missing)) {
    deleteObject(api, podDefinition, pod);
    recordEvent(api, component, set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${nameOf(pod)}`);
  }
  return null;
}

/** Which pod goes first: unassigned, pending, unready, cheap by annotation, crowded on its node, ready for less long, restarted more, younger. */
export function byDispensability(pods: readonly Tree[]): Tree[] {
  const onNode = new Map<string, number>();
  for (const pod of pods) {
    const node = textAt(pod, 'spec', 'nodeName');
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: Tree): readonly number[] => {
    const node = textAt(pod, 'spec', 'nodeName');
    const readySince = treesAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
    const restarts = treesAt(pod, 'status', 'containerStatuses').map((one) => numberAt(one, 'restartCount') ?? 0);
    const cost = textMapAt(pod, 'metadata', 'annotations')['controller.kubernetes.io/pod-deletion-cost'];
    return [
      node === '' ? 0 : 1,
      ['Pending', 'Unknown', 'Running'].indexOf(textAt(pod, 'status', 'phase')),
      isReady(pod) ? 1 : 0,
      Number(cost ?? 0),
      -(onNode.get(node) ?? 0),
      -Date.parse(textAt(readySince ?? {}, 'lastTransitionTime') || '1970-01-01T00:00:00Z'),
      -Math.max(0, ...restarts),
      -Date.parse(textAt(pod, 'metadata', 'creationTimestamp')),
    ];
  };
  return pods
    .map((pod) => ({ pod, rank: rank(pod) }))
    .toSorted((a, b) => {
      for (const [index, value] of a.rank.entries()) {
        const other = b.rank[index] ?? 0;
        if (value !== other) return value - other;
      }
      return nameOf(a.pod) < nameOf(b.pod) ? -1 : 1;
    })
    .map(({ pod }) => pod);
}

function statusOf(api: Api, set: Tree, pods: readonly Tree[], failure: Failure | null): Tree {
  const active = pods.filter(isActive);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const labels = Object.entries(textMapAt(set, 'spec', 'template', 'metadata', 'labels'));
  const labelled = active.filter((pod) => {
    const own = textMapAt(pod, 'metadata', 'labels');
    return labels.every(([key, value]) => own[key] === value);
  });
  const ready = active.filter(isReady).length;
  const available = active.filter((pod) => isAvailable(api, pod, minReady)).length;
  const before = treesAt(set, 'status', 'conditions');
  const conditions =
    failure === null
      ? before.filter((one) => textAt(one, 'type') !== 'ReplicaFailure')
      : withCondition(api, before, 'ReplicaFailure', 'True', failure.reason, failure.message);
  return {
    replicas: active.length,
    ...(labelled.length > 0 ? { fullyLabeledReplicas: labelled.length } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    terminatingReplicas: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)).length,
    observedGeneration: numberAt(set, 'metadata', 'generation') ?? 1,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}
