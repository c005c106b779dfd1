// Applies operations of a preview to a copy, so that what the server makes of them can be held against what was meant.
import type { PatchOp } from '../../model/action.ts';
import { isJsonObject, pointerSteps, type Json, type JsonObject } from '../../model/json.ts';
import { isJsonList } from './json-list.ts';

/** Tests are not checked here: the server does that. Throws where a change has no place, as the server would refuse it. */
export function patched(object: JsonObject, ops: readonly PatchOp[]): JsonObject {
  let result: Json = object;
  for (const op of ops) {
    if (op.op === 'test') continue;
    result = changed(result, pointerSteps(op.path), op);
  }
  if (!isJsonObject(result)) throw new Error('a change replaced the whole object');
  return result;
}

function changed(value: Json | undefined, steps: readonly string[], op: PatchOp): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return op.op === 'remove' ? null : op.value;
  if (isJsonObject(value)) {
    if (rest.length > 0) return { ...value, [step]: changed(value[step], rest, op) };
    if (op.op !== 'remove') return { ...value, [step]: op.value };
    if (!Object.hasOwn(value, step)) throw noPlace(op);
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== step));
  }
  if (isJsonList(value)) return changedList(value, step, rest, op);
  throw noPlace(op);
}

function changedList(list: readonly Json[], step: string, rest: readonly string[], op: PatchOp): Json {
  const at = step === '-' && op.op === 'add' && rest.length === 0 ? list.length : indexOf(step);
  const last = op.op === 'add' && rest.length === 0 ? list.length : list.length - 1;
  if (at < 0 || at > last) throw noPlace(op);
  if (rest.length > 0) return list.with(at, changed(list[at], rest, op));
  if (op.op === 'remove') return list.toSpliced(at, 1);
  return op.op === 'add' ? list.toSpliced(at, 0, op.value) : list.with(at, op.value);
}

function indexOf(step: string): number {
  return /^\d+$/.test(step) ? Number(step) : -1;
}

function noPlace(op: PatchOp): Error {
  return new Error(`nothing can be changed at ${op.path}`);
}
