// One target as fresh reads show it, with its revisions and pods: what preview, risk and settle stand on instead of the cache.
import { z } from 'zod';
import type { Live } from '../model/action.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { type ObjectRef, shownRef } from '../model/target.ts';
import type { ViewKind } from '../model/view.ts';
import { selectorText } from './label-query.ts';
import type { Reader } from './read.ts';
import { isNamespaced, isViewKind, placeOf } from './resources.ts';

type ListReader = Pick<Reader, 'get' | 'list'>;

const owned = z.object({
  metadata: z.object({
    uid: z.string().optional(),
    ownerReferences: z.array(z.object({ uid: z.string().optional(), controller: z.boolean().optional() })).nullish(),
  }),
});
const selecting = z.object({
  spec: z.object({
    selector: z.object({
      matchLabels: z.record(z.string(), z.string()).nullish(),
      matchExpressions: z.array(z.unknown()).nullish(),
    }),
  }),
});

/** Kinds that keep their revisions, and where. */
const revisionKinds: Readonly<Record<string, ViewKind>> = {
  Deployment: 'ReplicaSet',
  StatefulSet: 'ControllerRevision',
  DaemonSet: 'ControllerRevision',
};

/** Null when the target does not exist. Rejects with a Failure when something of it cannot be read, or when its kind is not known here. */
export async function readLive(reader: ListReader, target: ObjectRef, signal: AbortSignal): Promise<Live | null> {
  const { kind, name } = target;
  if (!isViewKind(kind)) throw unknownKind(target);
  const namespace = isNamespaced(kind) ? target.namespace : '';
  const object = await reader.get({ resource: placeOf(kind), namespace, name }, signal);
  if (object === null) return null;
  if (kind === 'Pod') return { object, revisions: [], pods: [object] };
  const labelSelector = labelsOf(object);
  const uid = uidOf(object);
  if (labelSelector === null || uid === null) return { object, revisions: [], pods: [] };
  const revisionKind = revisionKinds[kind];
  const [listed, pods] = await Promise.all([
    revisionKind === undefined ? [] : reader.list(placeOf(revisionKind), namespace, { labelSelector }, signal),
    reader.list(placeOf('Pod'), namespace, { labelSelector }, signal),
  ]);
  const revisions = listed.filter((one) => controllerUidOf(one) === uid);
  const owners = new Set([uid, ...revisions.flatMap((one) => uidOf(one) ?? [])]);
  return { object, revisions, pods: pods.filter((one) => owners.has(controllerUidOf(one) ?? '')) };
}

function labelsOf(object: JsonObject): string | null {
  const parsed = selecting.safeParse(object);
  return parsed.success ? selectorText(parsed.data.spec.selector) : null;
}

function uidOf(object: JsonObject): string | null {
  const parsed = owned.safeParse(object);
  return parsed.success ? (parsed.data.metadata.uid ?? null) : null;
}

function controllerUidOf(object: JsonObject): string | null {
  const parsed = owned.safeParse(object);
  const references = parsed.success ? (parsed.data.metadata.ownerReferences ?? []) : [];
  return references.find((one) => one.controller === true)?.uid ?? null;
}

function unknownKind(target: ObjectRef): Failure {
  return new Failure({
    code: 'kind-not-read',
    what: `${shownRef(target)} cannot be read`,
    why: `objects of kind ${target.kind} are not among those that are watched`,
    next: `kubectl get ${target.kind.toLowerCase()} ${target.name} -n ${target.namespace}`,
    exitCode: exitCodes.fault,
  });
}
