// The revisions of a workload as the API keeps them: ReplicaSets of a Deployment, ControllerRevisions of the others (writes.md B.2).
import type { Live } from '../model/action.ts';
import { isJsonObject, valueAt, type JsonObject } from '../model/json.ts';
import { pod, type Pod } from '../model/kube.ts';
import { objectsAt, textAt } from './objects-at.ts';
import { kindOf, sameTemplate, templatePath } from './template.ts';

export type KeptRevision = {
  readonly number: number;
  readonly name: string;
  /** As it would stand in the workload: without the label that the controller adds. */
  readonly template: JsonObject;
  readonly object: JsonObject;
};

const numberAnnotation = 'deployment.kubernetes.io/revision';
const replicaSetLabel = 'pod-template-hash';
const revisionLabel = 'controller-revision-hash';

/** Those that the target itself controls, by UID, oldest first. One without a number or a template cannot be gone back to. */
export function keptRevisions(live: Live): readonly KeptRevision[] {
  return live.revisions
    .filter((one) => isControlledBy(one, live.object))
    .flatMap((one) => (kindOf(live.object) === 'Deployment' ? fromReplicaSet(one) : fromControllerRevision(one)))
    .toSorted((left, right) => left.number - right.number);
}

/** The revision that the target's template is now, or undefined while its controller has not made it yet. */
export function currentRevision(live: Live): KeptRevision | undefined {
  const template = valueAt(live.object, templatePath);
  if (template === undefined) return undefined;
  return keptRevisions(live).findLast((one) => sameTemplate(one.template, template));
}

/** Pods made from a revision, those being deleted included. */
export function podsOf(revision: KeptRevision, live: Live): readonly Pod[] {
  const isDeployment = kindOf(live.object) === 'Deployment';
  const hashes = namesOf(revision).filter((one) => one !== '');
  return live.pods
    .filter((one) =>
      isDeployment
        ? isControlledBy(one, revision.object)
        : isControlledBy(one, live.object) && hashes.includes(labelOf(one, revisionLabel)),
    )
    .flatMap((one) => readPod(one));
}

/** Pods made from the target's present template that stay. */
export function podsOfCurrent(live: Live): readonly Pod[] {
  const current = currentRevision(live);
  return current === undefined ? [] : podsOf(current, live).filter((one) => !isLeaving(one));
}

export function readPod(object: JsonObject): readonly Pod[] {
  const parsed = pod.safeParse(object);
  return parsed.success ? [parsed.data] : [];
}

export function isLeaving(one: Pod): boolean {
  return (one.metadata.deletionTimestamp ?? null) !== null;
}

function fromReplicaSet(set: JsonObject): readonly KeptRevision[] {
  const annotations = valueAt(set, '/metadata/annotations');
  const number = isJsonObject(annotations) ? Number(annotations[numberAnnotation]) : Number.NaN;
  const template = valueAt(set, templatePath);
  if (!Number.isInteger(number) || !isJsonObject(template)) return [];
  return [{ number, ...identityOf(set), template: without(template, ['metadata', 'labels', replicaSetLabel]) }];
}

/** `data` is a patch: `$patch: replace` is an order to the server, not a part of the template. */
function fromControllerRevision(revision: JsonObject): readonly KeptRevision[] {
  const number = revision['revision'];
  const template = valueAt(revision, '/data/spec/template');
  if (typeof number !== 'number' || !isJsonObject(template)) return [];
  return [{ number, ...identityOf(revision), template: without(template, ['$patch']) }];
}

function identityOf(object: JsonObject): Pick<KeptRevision, 'name' | 'object'> {
  return { name: textAt(object, '/metadata/name'), object };
}

/** StatefulSets label pods with the name of the revision, DaemonSets with its hash. */
function namesOf(revision: KeptRevision): readonly string[] {
  return [revision.name, labelOf(revision.object, revisionLabel)];
}

function labelOf(object: JsonObject, key: string): string {
  const labels = valueAt(object, '/metadata/labels');
  const value = isJsonObject(labels) ? labels[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function isControlledBy(object: JsonObject, owner: JsonObject): boolean {
  const uid = textAt(owner, '/metadata/uid');
  const owners = objectsAt(object, '/metadata/ownerReferences');
  return uid !== '' && owners.some((one) => one['controller'] === true && one['uid'] === uid);
}

function without(object: JsonObject, [first, ...rest]: readonly [string, ...string[]]): JsonObject {
  const member = object[first];
  const [next, ...more] = rest;
  if (next !== undefined)
    return isJsonObject(member) ? { ...object, [first]: without(member, [next, ...more]) } : object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== first));
}
