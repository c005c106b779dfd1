// The pod template of a workload as an action sees it: where it is, whether two are the same, and what would keep a change of it from the pods.
import type { Live, PatchOp } from '../model/action.ts';
import { isJsonObject, jsonEquals, valueAt, type Json, type JsonObject } from '../model/json.ts';
import { objectsAt, textAt } from './objects-at.ts';

export const templatePath = '/spec/template';
const pausedPath = '/spec/paused';

export function kindOf(object: JsonObject): string {
  return textAt(object, '/kind');
}

/** A new template replaces pods one after another: those of a StatefulSet hold an identity, or data. */
export function riskOfRollout(live: Pick<Live, 'object'>): 'medium' | 'high' {
  return kindOf(live.object) === 'StatefulSet' ? 'high' : 'medium';
}

/** `spec.replicas`, which the server sets to 1 when it is not given. */
export function wantedReplicas(object: JsonObject): number {
  const replicas = valueAt(object, '/spec/replicas');
  return typeof replicas === 'number' ? replicas : 1;
}

/** Why a new template would not reach the pods, or null: a paused rollout, OnDelete, a partition that holds ordinals back. */
export function holdOf(object: JsonObject): string | null {
  if (valueAt(object, pausedPath) === true) return 'its rollout is paused';
  if (valueAt(object, '/spec/updateStrategy/type') === 'OnDelete')
    return 'its update strategy is OnDelete: a new template reaches a pod only when somebody deletes it';
  const partition = valueAt(object, '/spec/updateStrategy/rollingUpdate/partition');
  return typeof partition === 'number' && partition > 0
    ? `its rollout is held at partition ${partition}: pods with a lower ordinal would keep the former template`
    : null;
}

/** A Deployment that somebody pauses between review and write is left alone (writes.md B.2). */
export function pausedTests(object: JsonObject): readonly PatchOp[] {
  if (kindOf(object) !== 'Deployment') return [];
  return [{ op: 'test', path: pausedPath, value: valueAt(object, pausedPath) ?? null }];
}

/** Equal as far as pods can tell: older servers write `creationTimestamp: null` into one template and not into the other. */
export function sameTemplate(left: Json, right: Json): boolean {
  return jsonEquals(withoutNulls(left), withoutNulls(right));
}

export function hasClaim(object: JsonObject): boolean {
  return objectsAt(object, '/spec/template/spec/volumes').some((one) => isJsonObject(one['persistentVolumeClaim']));
}

function withoutNulls(value: Json): Json {
  if (!isJsonObject(value)) return Array.isArray(value) ? value.map((item: Json) => withoutNulls(item)) : value;
  const kept = Object.entries(value).flatMap(([key, member]): [string, Json][] =>
    member === null ? [] : [[key, withoutNulls(member)]],
  );
  return Object.fromEntries(kept);
}
