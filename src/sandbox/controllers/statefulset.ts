// StatefulSet controller: pods with ordinals, created and replaced in order, or all at once when the set says Parallel.
import { type Api, nameOf, namespaceOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import {
  cloneTree,
  makeTree,
  numberAt,
  sameValue,
  textAt,
  textMapAt,
  type Tree,
  treeAt,
  treesAt,
} from '../api/tree.ts';
import {
  controlledBy,
  createObject,
  deleteObject,
  keyParts,
  ownOrDependent,
  ownerReference,
  replicasOf,
  setStatus,
} from './control.ts';
import type { Controller, Later } from './controller.ts';
import { createPod, isAvailable, isFinished, isReady, isTerminating, nextAvailableMs, podDefinition } from './pods.ts';
import { recordEvent } from './record.ts';
import { cleanRevisions, revisionsOf, statefulSets, templateIn, updateRevision } from './statefulset-revision.ts';

const revisionLabel = 'controller-revision-hash';
const claims = known('', 'persistentvolumeclaims');

export function statefulSetController(api: Api, later: Later): Controller {
  return {
    name: 'statefulset',
    concerns: (change) => ownOrDependent(change, statefulSets.table, 'pods', 'StatefulSet'),
    reconcile(key) {
      const set = api.store.get(statefulSets.table, ...keyParts(key))?.object;
      if (set === undefined) return;
      const update = updateRevision(api, set);
      const current =
        revisionsOf(api, set).find((one) => nameOf(one) === textAt(set, 'status', 'currentRevision')) ?? update;
      if (!isTerminating(set)) control(api, set, current, update);
      const pods = podsOf(api, set);
      const status = statusOf(api, set, pods, current, update);
      if (!sameValue(status, treeAt(set, 'status'))) setStatus(api, statefulSets, set, status);
      cleanRevisions(api, set, new Set([nameOf(current), nameOf(update), ...pods.map(revisionOfPod)]));
      const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
      const waitMs = nextAvailableMs(api, pods, minReady);
      if (waitMs !== null) later(key, waitMs);
    },
  };
}

/** Creates, replaces and removes what may be touched now; in order, one pod that is not healthy holds all that follow. */
function control(api: Api, set: Tree, current: Tree, update: Tree): void {
  const pods = podsOf(api, set);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const isInOrder = textAt(set, 'spec', 'podManagementPolicy') !== 'Parallel';
  const isHealthy = (pod: Tree): boolean => !isTerminating(pod) && isAvailable(api, pod, minReady);
  for (let ordinal = 0; ordinal < replicasOf(set); ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) {
      start(api, set, ordinal, revisionFor(set, ordinal, current, update));
      if (isInOrder) return;
    } else if (isFinished(pod) && !isTerminating(pod)) {
      drop(api, set, pod);
      if (isInOrder) return;
    } else if (!isHealthy(pod) && isInOrder) return;
  }
  const condemned = pods
    .filter((pod) => ordinalOf(pod) >= replicasOf(set))
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  for (const pod of condemned) {
    if (!isTerminating(pod)) drop(api, set, pod);
    if (isInOrder) return;
  }
  replaceOutdated(api, set, byOrdinal, update, isHealthy);
}

function replaceOutdated(
  api: Api,
  set: Tree,
  byOrdinal: ReadonlyMap<number, Tree>,
  update: Tree,
  isHealthy: (pod: Tree) => boolean,
): void {
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  for (let ordinal = replicasOf(set) - 1; ordinal >= partition; ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return;
    if (revisionOfPod(pod) !== nameOf(update) && !isTerminating(pod)) {
      drop(api, set, pod);
      return;
    }
    if (!isHealthy(pod)) return;
  }
}

function revisionFor(set: Tree, ordinal: number, current: Tree, update: Tree): Tree {
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return update;
  const isBefore = partition > 0 ? ordinal < partition : ordinal < (numberAt(set, 'status', 'currentReplicas') ?? 0);
  return isBefore ? current : update;
}

function start(api: Api, set: Tree, ordinal: number, revision: Tree): void {
  const name = `${nameOf(set)}-${ordinal}`;
  const template = cloneTree(templateIn(revision));
  const spec = makeTree(template, 'spec');
  const volumes = treesAt(spec, 'volumes');
  for (const claim of treesAt(set, 'spec', 'volumeClaimTemplates')) {
    const claimName = `${nameOf(claim)}-${name}`;
    ensureClaim(api, set, claim, claimName);
    volumes.push({ name: nameOf(claim), persistentVolumeClaim: { claimName } });
  }
  createPod(
    api,
    namespaceOf(set),
    template,
    {
      name,
      generateName: `${nameOf(set)}-`,
      labels: {
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionLabel]: nameOf(revision),
        'statefulset.kubernetes.io/pod-name': name,
      },
    },
    ownerReference(statefulSets, set),
    {
      hostname: name,
      subdomain: textAt(set, 'spec', 'serviceName'),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  );
  const said = `Create Pod ${name} in StatefulSet ${nameOf(set)} successful`;
  recordEvent(api, 'statefulset-controller', set, 'Normal', 'SuccessfulCreate', said);
}

function ensureClaim(api: Api, set: Tree, template: Tree, name: string): void {
  if (api.store.get(claims.table, namespaceOf(set), name) !== undefined) return;
  createObject(api, claims, namespaceOf(set), {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, labels: { ...textMapAt(set, 'spec', 'selector', 'matchLabels') } },
    spec: cloneTree(treeAt(template, 'spec')),
  });
}

function drop(api: Api, set: Tree, pod: Tree): void {
  deleteObject(api, podDefinition, pod);
  const said = `Delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`;
  recordEvent(api, 'statefulset-controller', set, 'Normal', 'SuccessfulDelete', said);
}

function podsOf(api: Api, set: Tree): Tree[] {
  return controlledBy(api, 'pods', set).map((entry) => entry.object);
}

function ordinalOf(pod: Tree): number {
  return Number(/-(\d+)$/.exec(nameOf(pod))?.[1] ?? -1);
}

function revisionOfPod(pod: Tree): string {
  return textMapAt(pod, 'metadata', 'labels')[revisionLabel] ?? '';
}

function statusOf(api: Api, set: Tree, pods: readonly Tree[], current: Tree, update: Tree): Tree {
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const live = pods.filter((pod) => !isTerminating(pod));
  const of = (revision: Tree): number => live.filter((pod) => revisionOfPod(pod) === nameOf(revision)).length;
  const ready = live.filter(isReady).length;
  const available = live.filter((pod) => isAvailable(api, pod, minReady)).length;
  const updated = of(update);
  const rolling = textAt(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
  const isDone = rolling && updated === pods.length && updated === replicasOf(set) && ready === pods.length;
  const inForce = isDone ? update : current;
  const currentReplicas = of(inForce);
  return {
    observedGeneration: numberAt(set, 'metadata', 'generation') ?? 1,
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    availableReplicas: available,
    ...(currentReplicas > 0 ? { currentReplicas } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    currentRevision: nameOf(inForce),
    updateRevision: nameOf(update),
    collisionCount: 0,
  };
}
