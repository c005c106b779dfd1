// Who owns which field: the managedFields of an object after one write, computed from what the write changed.
import { alwaysThere, apiObject, type Shape } from './shape.ts';
import { isList, isTree, sameValue, textAt, type Tree, treeAt, treesAt, type Value } from './tree.ts';

export type Writer = {
  readonly manager: string;
  readonly subresource: string;
  readonly apiVersion: string;
  /** Null where the server writes none: the scale subresource. */
  readonly time: string | null;
};

/** Paths as text, their elements joined by a separator that no field has. */
type Paths = Set<string>;
const separator = '\u0000';
const anything: Shape = { kind: 'leaf', type: 'any' };
/** A kind of which only the metadata is known. */
const unknownKind = apiObject({});

/** The managedFields of `after`. A list that the request itself carries in `after` is where the count starts. */
export function ownersAfter(before: Tree | null, after: Tree, shape: Shape | null, writer: Writer): Value[] {
  const changed: Paths = new Set();
  const removed: Paths = new Set();
  compare(owned(before ?? {}), owned(after), shape ?? unknownKind, '', changed, removed);
  const given = treeAt(after, 'metadata')['managedFields'];
  const entries = isList(given) ? treesAt(after, 'metadata', 'managedFields') : managedOf(before);
  if (changed.size === 0 && removed.size === 0) return entries;
  const isOwn = (entry: Tree): boolean =>
    textAt(entry, 'manager') === writer.manager &&
    textAt(entry, 'operation') === 'Update' &&
    textAt(entry, 'subresource') === writer.subresource;
  const own = entries.find((entry) => isOwn(entry));
  const result: Tree[] = [];
  for (const entry of entries) {
    if (entry === own) continue;
    const paths = pathsOf(entry);
    const left = [...paths].filter((path) => !changed.has(path) && !removed.has(path));
    if (left.length === paths.size) result.push(entry);
    else if (left.length > 0) result.push({ ...entry, fieldsV1: treeOf(left) });
  }
  const before2 = own === undefined ? new Set<string>() : pathsOf(own);
  const mine = new Set([...before2].filter((path) => !removed.has(path)));
  for (const path of changed) mine.add(path);
  const moved = changed.size > 0 || mine.size !== before2.size;
  if (own !== undefined && !moved) result.push(own);
  else if (mine.size > 0)
    result.push({
      manager: writer.manager,
      operation: 'Update',
      apiVersion: writer.apiVersion,
      ...(writer.time === null ? {} : { time: writer.time }),
      fieldsType: 'FieldsV1',
      fieldsV1: treeOf(mine),
      ...(writer.subresource === '' ? {} : { subresource: writer.subresource }),
    });
  return result.toSorted(byOperationAndTime);
}

function managedOf(object: Tree | null): Tree[] {
  return object === null ? [] : treesAt(object, 'metadata', 'managedFields');
}

function byOperationAndTime(left: Tree, right: Tree): number {
  const key = (entry: Tree): string =>
    [textAt(entry, 'operation'), textAt(entry, 'time'), textAt(entry, 'manager'), textAt(entry, 'subresource')].join(
      separator,
    );
  return key(left) < key(right) ? -1 : 1;
}

const system = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
]);

/** The object without the fields that nobody owns. */
function owned(object: Tree): Tree {
  const result: Tree = {};
  for (const [key, value] of Object.entries(object)) if (key !== 'apiVersion' && key !== 'kind') result[key] = value;
  const metadata: Tree = {};
  for (const [key, value] of Object.entries(treeAt(object, 'metadata'))) if (!system.has(key)) metadata[key] = value;
  result['metadata'] = metadata;
  return result;
}

function compare(
  before: Value | undefined,
  after: Value | undefined,
  shape: Shape,
  path: string,
  changed: Paths,
  removed: Paths,
): void {
  if (before === after || (before === undefined && after === undefined)) return;
  const add = (paths: Paths): void => {
    if (path !== '') paths.add(path);
  };
  const divided = isDivided(before, after, shape);
  if (divided === 'map') {
    const left = isTree(before) ? before : {};
    const right = isTree(after) ? after : {};
    const last = path.slice(path.lastIndexOf(separator) + 1);
    if (!alwaysThere.has(last.slice(2))) {
      if (before === undefined) add(changed);
      if (after === undefined) add(removed);
    }
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(left[key], right[key], memberShape(shape, key), join(path, `f:${key}`), changed, removed);
    return;
  }
  if (divided === 'list' && shape.kind === 'list') {
    const isRequired = path.endsWith(`${separator}f:containers`);
    if (before === undefined && !isRequired) add(changed);
    if (after === undefined && !isRequired) add(removed);
    const left = itemsByKey(before, shape);
    const right = itemsByKey(after, shape);
    for (const key of new Set([...left.keys(), ...right.keys()]))
      compare(left.get(key), right.get(key), shape.of, join(path, key), changed, removed);
    return;
  }
  const last = path.slice(path.lastIndexOf(separator) + 1);
  if (sameValue(before, after) || (isTree(after) && alwaysThere.has(last.slice(2)))) return;
  add(after === undefined ? removed : changed);
}

/** Whether the parts of a value have owners of their own. Empty on both sides counts as one value. */
function isDivided(before: Value | undefined, after: Value | undefined, shape: Shape): 'map' | 'list' | null {
  const sample = after ?? before;
  if (isTree(sample)) {
    if ((shape.kind === 'map' || shape.kind === 'object') && shape.atomic) return null;
    const filled = (value: Value | undefined): boolean => isTree(value) && Object.keys(value).length > 0;
    return filled(before) || filled(after) ? 'map' : null;
  }
  if (isList(sample) && shape.kind === 'list' && (shape.keys.length > 0 || shape.set)) return 'list';
  return null;
}

function memberShape(shape: Shape, key: string): Shape {
  if (shape.kind === 'object') return shape.fields[key] ?? anything;
  return shape.kind === 'map' ? shape.of : anything;
}

function itemsByKey(value: Value | undefined, shape: Shape & { kind: 'list' }): Map<string, Value> {
  const items = new Map<string, Value>();
  for (const item of isList(value) ? value : []) {
    if (shape.set) items.set(`v:${JSON.stringify(item)}`, item);
    else if (isTree(item)) {
      const key = Object.fromEntries(
        shape.keys.toSorted().map((name) => [name, item[name] ?? (name === 'protocol' ? 'TCP' : '')]),
      );
      items.set(`k:${JSON.stringify(key)}`, item);
    }
  }
  return items;
}

function join(path: string, element: string): string {
  return path === '' ? element : `${path}${separator}${element}`;
}

const parsed = new WeakMap<Tree, Paths>();

function pathsOf(entry: Tree): Paths {
  const fields = treeAt(entry, 'fieldsV1');
  const before = parsed.get(fields);
  if (before !== undefined) return before;
  const paths: Paths = new Set();
  collect(fields, '', paths);
  parsed.set(fields, paths);
  return paths;
}

function collect(fields: Tree, path: string, paths: Paths): void {
  const keys = Object.keys(fields);
  if (keys.length === 0 && path !== '') paths.add(path);
  for (const key of keys) {
    if (key === '.') paths.add(path);
    else collect(treeAt(fields, key), join(path, key), paths);
  }
}

function treeOf(paths: Iterable<string>): Tree {
  const root: Tree = {};
  for (const path of [...paths].toSorted()) {
    let node = root;
    for (const element of path.split(separator)) {
      let next = node[element];
      if (!isTree(next)) {
        next = {};
        node[element] = next;
      }
      node = next;
    }
    // A parent sorts before its parts: it is still empty here, and gets its dot when a part follows.
    node['.'] = {};
  }
  dropLoneDots(root);
  return root;
}

function dropLoneDots(node: Tree): void {
  const keys = Object.keys(node);
  if (keys.length === 1 && keys[0] === '.') delete node['.'];
  else for (const key of keys) if (key !== '.') dropLoneDots(treeAt(node, key));
}
