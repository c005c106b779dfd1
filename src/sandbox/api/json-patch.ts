// JSON patch as the API server does it, which is not RFC 6902 to the letter (writes.md A.1).
import { pointerSteps } from '../../model/json.ts';
import { ApiFailure, badRequest, rejectedPatch } from './failure.ts';
import { cloneValue, isList, isTree, sameValue, type Tree, type Value } from './tree.ts';

const mostOperations = 10_000;

/** The patched copy; throws the server's mute 422 when an operation cannot be done. */
export function applyJsonPatch(document: Tree, patch: Value): Tree {
  if (!isList(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > mostOperations)
    throw new ApiFailure(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`,
      {},
    );
  let result: Value = cloneValue(document);
  for (const operation of patch) {
    if (!isTree(operation)) throw badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation');
    result = applied(result, operation);
  }
  if (!isTree(result)) throw rejectedPatch();
  return result;
}

function applied(document: Value, operation: Tree): Value {
  const { op, path, from } = operation;
  if (typeof op !== 'string' || typeof path !== 'string') throw rejectedPatch();
  if (path !== '' && !path.startsWith('/')) throw rejectedPatch();
  const steps = pointerSteps(path);
  const value = operation['value'] ?? null;
  switch (op) {
    case 'test':
      if (!sameValue(tested(document, steps), value)) throw rejectedPatch();
      return document;
    case 'add':
      return written(document, steps, cloneValue(value), 'add');
    case 'replace':
      return written(document, steps, cloneValue(value), 'replace');
    case 'remove':
      removed(document, steps);
      return document;
    case 'move':
    case 'copy': {
      if (typeof from !== 'string') throw rejectedPatch();
      const source = pointerSteps(from);
      const moved = cloneValue(existing(document, source));
      if (op === 'move') removed(document, source);
      return written(document, steps, moved, 'add');
    }
    default:
      throw rejectedPatch();
  }
}

/** An absent member of a present map reads as null; everything else that is absent fails. */
function tested(document: Value, steps: readonly string[]): Value {
  if (steps.length === 0) return document;
  const parent = existing(document, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isTree(parent)) return member(parent, last) ?? null;
  if (isList(parent)) return parent[index(last, parent.length - 1)] ?? null;
  throw rejectedPatch();
}

function existing(document: Value, steps: readonly string[]): Value {
  let value: Value | undefined = document;
  for (const step of steps) {
    if (isTree(value)) value = member(value, step);
    else if (isList(value)) value = value[index(step, value.length - 1)];
    else value = undefined;
    if (value === undefined || value === null) throw rejectedPatch();
  }
  return value;
}

function written(document: Value, steps: readonly string[], value: Value, how: 'add' | 'replace'): Value {
  if (steps.length === 0) return value;
  const parent = existing(document, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isTree(parent)) parent[last] = value;
  else if (isList(parent) && how === 'add')
    parent.splice(last === '-' ? parent.length : index(last, parent.length), 0, value);
  else if (isList(parent)) parent[index(last, parent.length - 1)] = value;
  else throw rejectedPatch();
  return document;
}

function removed(document: Value, steps: readonly string[]): void {
  const parent = existing(document, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isTree(parent)) {
    if (member(parent, last) === undefined) throw rejectedPatch();
    delete parent[last];
  } else if (isList(parent)) parent.splice(index(last, parent.length - 1), 1);
  else throw rejectedPatch();
}

function member(tree: Tree, key: string): Value | undefined {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function index(step: string, highest: number): number {
  const position = /^\d+$/.test(step) ? Number(step) : -1;
  if (position < 0 || position > highest) throw rejectedPatch();
  return position;
}
