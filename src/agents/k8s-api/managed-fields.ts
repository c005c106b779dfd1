// Computes the owners of a target's fields as they should be once an undo gave the values back: ours out, the former owners' as before (writes.md A.7).
import { isJsonObject, jsonEquals, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { fieldManager, markAnnotation } from '../../model/mode.ts';

/** Field paths as text; their elements are joined by a character that no field has. */
type Paths = ReadonlySet<string>;
const separator = '\u0000';
const markPaths: Paths = new Set([
  'f:metadata',
  ['f:metadata', 'f:annotations'].join(separator),
  ['f:metadata', 'f:annotations', `f:${markAnnotation}`].join(separator),
]);

/**
 * The managedFields to write, or null when there is nothing to hand back. `before` is the target before the act, `now` after its
 * undo. Only our entry and the entries that we took from are touched; an owner that wrote since keeps what it has.
 */
export function handedBack(before: JsonObject, now: JsonObject): readonly Json[] | null {
  const formerly = entriesOf(before);
  const entries = entriesOf(now);
  const ours = entries.find(isOurs);
  const ourFormer = formerly.find(isOurs);
  if (ours === undefined) return null;
  const kept = ourFormer === undefined ? new Set<string>() : pathsOf(ourFormer);
  const touched = new Set([...pathsOf(ours)].filter((path) => !kept.has(path) && !markPaths.has(path)));
  if (touched.size === 0) return null;
  const restored = entries.map((entry) => {
    if (isOurs(entry)) return { ...entry, fieldsV1: treeOf(without(pathsOf(entry), touched)) };
    const former = formerly.find((one) => isSameOwner(one, entry));
    return former !== undefined && isRobbed(former, entry, touched) ? former : entry;
  });
  const emptied = formerly.filter(
    (former) =>
      !isOurs(former) &&
      without(pathsOf(former), touched).size === 0 &&
      pathsOf(former).size > 0 &&
      !entries.some((entry) => isSameOwner(former, entry) || ownsAny(entry, pathsOf(former))),
  );
  return [...restored, ...emptied];
}

/** Whether we own fewer fields than before: what shows that a hand back landed, since it leaves no mark. */
export function ownsLess(before: JsonObject, now: JsonObject): boolean {
  const count = (object: JsonObject): number =>
    entriesOf(object)
      .filter(isOurs)
      .reduce((sum, entry) => sum + pathsOf(entry).size, 0);
  return count(now) < count(before);
}

function isOurs(entry: JsonObject): boolean {
  return entry['manager'] === fieldManager && entry['operation'] === 'Update' && (entry['subresource'] ?? '') === '';
}

function isSameOwner(left: JsonObject, right: JsonObject): boolean {
  return ['manager', 'operation', 'apiVersion', 'subresource'].every((key) => jsonEquals(left[key], right[key]));
}

/** What is there now is the former entry less what we took, and its time did not move: its owner has not written since. */
function isRobbed(former: JsonObject, entry: JsonObject, touched: Paths): boolean {
  const had = pathsOf(former);
  const left = without(had, touched);
  const has = pathsOf(entry);
  return (
    jsonEquals(former['time'], entry['time']) &&
    left.size < had.size &&
    left.size === has.size &&
    [...left].every((path) => has.has(path))
  );
}

function ownsAny(entry: JsonObject, paths: Paths): boolean {
  return !isOurs(entry) && [...pathsOf(entry)].some((path) => paths.has(path));
}

function without(paths: Paths, taken: Paths): Paths {
  return new Set([...paths].filter((path) => !taken.has(path)));
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  const list = valueAt(object, '/metadata/managedFields');
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** A node without members is a field; the member `.` says that a node with members is one as well (FieldsV1). */
function pathsOf(entry: JsonObject): Paths {
  const paths = new Set<string>();
  const walk = (node: Json | undefined, path: readonly string[]): void => {
    if (!isJsonObject(node)) return;
    const keys = Object.keys(node);
    if (keys.length === 0 && path.length > 0) paths.add(path.join(separator));
    for (const key of keys)
      if (key === '.') paths.add(path.join(separator));
      else walk(node[key], [...path, key]);
  };
  walk(entry['fieldsV1'], []);
  return paths;
}

function treeOf(paths: Paths): JsonObject {
  const children = new Map<string, string[][]>();
  for (const path of paths) {
    const [first = '', ...rest] = path.split(separator);
    children.set(first, [...(children.get(first) ?? []), rest]);
  }
  return Object.fromEntries(
    [...children].map(([key, rests]) => {
      const deeper = rests.filter((rest) => rest.length > 0);
      if (deeper.length === 0) return [key, {}];
      const inner = treeOf(new Set(deeper.map((rest) => rest.join(separator))));
      return [key, deeper.length < rests.length ? { '.': {}, ...inner } : inner];
    }),
  );
}
