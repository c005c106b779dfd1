// Revisions of a Deployment: which ReplicaSet holds which template, their numbers, and the annotations that travel between them.
import { type Api, nameOf, namespaceOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { cloneTree, makeTree, sameValue, textAt, textMapAt, type Tree, treeAt } from '../api/tree.ts';
import { controlledBy, createObject, edit, ownerReference, replicasOf, setAnnotation } from './control.ts';

export const deployments = known('apps', 'deployments');
export const replicaSetDefinition = known('apps', 'replicasets');

export const revisionKey = 'deployment.kubernetes.io/revision';
const historyKey = 'deployment.kubernetes.io/revision-history';
const desiredKey = 'deployment.kubernetes.io/desired-replicas';
const mostKey = 'deployment.kubernetes.io/max-replicas';
const hashLabel = 'pod-template-hash';
const staysHere = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionKey,
  historyKey,
  desiredKey,
  mostKey,
  'deprecated.deployment.rollback.to',
]);

export function revisionOf(object: Tree): number {
  return Number(textMapAt(object, 'metadata', 'annotations')[revisionKey] ?? 0);
}

export function desiredOf(set: Tree): number {
  return Number(textMapAt(set, 'metadata', 'annotations')[desiredKey] ?? -1);
}

/** All ReplicaSets of a Deployment, oldest first. */
export function setsOf(api: Api, deployment: Tree): Tree[] {
  return controlledBy(api, replicaSetDefinition.table, deployment)
    .map((entry) => entry.object)
    .toSorted((a, b) => revisionOf(a) - revisionOf(b) || (born(a) < born(b) ? -1 : born(a) > born(b) ? 1 : 0));
}

const born = (object: Tree): string => textAt(object, 'metadata', 'creationTimestamp');

/** The set whose template is the Deployment's, the label of its hash apart. */
export function currentSet(deployment: Tree, sets: readonly Tree[]): Tree | undefined {
  const wanted = treeAt(deployment, 'spec', 'template');
  return sets.find((set) => {
    const template = cloneTree(treeAt(set, 'spec', 'template'));
    const labels = makeTree(makeTree(template, 'metadata'), 'labels');
    delete labels[hashLabel];
    if (Object.keys(labels).length === 0) delete makeTree(template, 'metadata')['labels'];
    return sameValue(template, wanted);
  });
}

export function setReplicaAnnotations(set: Tree, desired: number, most: number): void {
  setAnnotation(set, desiredKey, String(desired));
  setAnnotation(set, mostKey, String(most));
}

/** Brings number and annotations of the current set up to date; returns the set as it is then. */
export function renumber(api: Api, deployment: Tree, set: Tree, others: readonly Tree[]): Tree {
  const number = Math.max(0, ...others.map(revisionOf)) + 1;
  const edited = edit(api, replicaSetDefinition, set, (live) => {
    const annotations = makeTree(makeTree(live, 'metadata'), 'annotations');
    for (const [key, value] of Object.entries(treeAt(deployment, 'metadata', 'annotations')))
      if (!staysHere.has(key)) annotations[key] = value;
    const before = revisionOf(set);
    if (before >= number) return;
    annotations[revisionKey] = String(number);
    if (before > 0) {
      const history = textAt(annotations, historyKey);
      annotations[historyKey] = history === '' ? String(before) : `${history},${before}`;
    }
  });
  return edited ?? set;
}

export function createSet(api: Api, deployment: Tree, others: readonly Tree[], replicas: number, most: number): Tree {
  const template = cloneTree(treeAt(deployment, 'spec', 'template'));
  const hash = templateHash(template);
  makeTree(makeTree(template, 'metadata'), 'labels')[hashLabel] = hash;
  const selector = cloneTree(treeAt(deployment, 'spec', 'selector'));
  makeTree(selector, 'matchLabels')[hashLabel] = hash;
  const annotations: Tree = {};
  for (const [key, value] of Object.entries(treeAt(deployment, 'metadata', 'annotations')))
    if (!staysHere.has(key)) annotations[key] = value;
  annotations[desiredKey] = String(replicasOf(deployment));
  annotations[mostKey] = String(most);
  annotations[revisionKey] = String(Math.max(0, ...others.map(revisionOf)) + 1);
  const minReadySeconds = treeAt(deployment, 'spec')['minReadySeconds'];
  return createObject(api, replicaSetDefinition, namespaceOf(deployment), {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      labels: { ...treeAt(template, 'metadata', 'labels') },
      annotations,
      ownerReferences: [ownerReference(deployments, deployment)],
    },
    spec: { replicas, selector, template, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  });
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a of the template, written in the letters that Kubernetes uses for hashes. */
export function templateHash(template: Tree): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(sorted(template)))
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return Array.from(String(hash).padStart(10, '0'), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join(
    '',
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
