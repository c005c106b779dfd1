// The one shape of every write (writes.md A): tests of UID, former mark and reviewed values, then the change and the new mark. Pure.
import type { PatchOp, Preview, ResourceName } from '../../model/action.ts';
import { isJsonObject, pointer, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { markAnnotation } from '../../model/mode.ts';
import type { WriteRequest } from '../../model/write.ts';

export const annotationsPath = '/metadata/annotations';
const markPath = pointer('metadata', 'annotations', markAnnotation);

/** Which object a request is for: its place, and as it was read. */
export type Aim = {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
};

/** The mark that the last write of ours left, null when there is none. */
export function markOf(object: JsonObject): string | null {
  const mark = valueAt(object, markPath);
  return typeof mark === 'string' ? mark : null;
}

export function uidOf(object: JsonObject): string | null {
  const uid = valueAt(object, '/metadata/uid');
  return typeof uid === 'string' && uid !== '' ? uid : null;
}

/** Null when the object has no UID: then nothing could refuse a namesake. */
export function changeRequest(
  aim: Aim,
  preview: Pick<Preview, 'tests' | 'changes'>,
  permit: string,
): WriteRequest | null {
  const uid = uidOf(aim.object);
  if (uid === null) return null;
  const mark = markOps(aim.object, permit);
  return requestTo(aim, [uidTest(uid), mark.test, ...preview.tests, ...preview.changes, mark.change]);
}

/** Touches the mark alone, so that the write of this permit can never land any more (writes.md A.4). */
export function fenceRequest(aim: Aim, permit: string): WriteRequest | null {
  const uid = uidOf(aim.object);
  if (uid === null) return null;
  const mark = markOps(aim.object, voidOf(permit));
  return requestTo(aim, [uidTest(uid), mark.test, mark.change]);
}

/** What a fence leaves as the mark. */
export function voidOf(permit: string): string {
  return `void:${permit}`;
}

/** Touches managedFields alone, on condition of the undo's mark and of the list as it was read (writes.md A.7). */
export function handBackRequest(aim: Aim, managedFields: readonly Json[]): WriteRequest | null {
  const uid = uidOf(aim.object);
  const path = '/metadata/managedFields';
  const current = valueAt(aim.object, path);
  if (uid === null || !Array.isArray(current)) return null;
  return requestTo(aim, [
    uidTest(uid),
    { op: 'test', path: markPath, value: markOf(aim.object) },
    { op: 'test', path, value: current },
    { op: 'replace', path, value: managedFields },
  ]);
}

/** The values that must still hold when it is sent; the permit binds their digest. */
export function testsOf(requests: readonly WriteRequest[]): Json {
  return requests.map((request) => request.ops.filter((one) => one.op === 'test').map((one) => ({ ...one })));
}

function uidTest(uid: string): PatchOp {
  return { op: 'test', path: '/metadata/uid', value: uid };
}

/** An `add` below an absent map is refused, so an object without annotations gets the map with the mark in it. */
function markOps(object: JsonObject, mark: string): { readonly test: PatchOp; readonly change: PatchOp } {
  if (!isJsonObject(valueAt(object, annotationsPath)))
    return {
      test: { op: 'test', path: annotationsPath, value: null },
      change: { op: 'add', path: annotationsPath, value: { [markAnnotation]: mark } },
    };
  const former = markOf(object);
  return {
    test: { op: 'test', path: markPath, value: former },
    change: { op: former === null ? 'add' : 'replace', path: markPath, value: mark },
  };
}

function requestTo(aim: Aim, ops: readonly PatchOp[]): WriteRequest {
  return { method: 'PATCH', resource: aim.resource, namespace: aim.namespace, name: aim.name, ops };
}
