// JSON that may be edited while a request is worked on; what is stored is frozen.

export type Value = null | boolean | number | string | Value[] | Tree;
export type Tree = { [key: string]: Value };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is Value[] {
  return Array.isArray(value);
}

export function cloneValue(value: Value): Value {
  if (isList(value)) return value.map((item) => cloneValue(item));
  return isTree(value) ? cloneTree(value) : value;
}

export function cloneTree(tree: Tree): Tree {
  const copy: Tree = {};
  for (const key in tree) {
    const value = tree[key];
    if (value !== undefined) copy[key] = typeof value === 'object' ? cloneValue(value) : value;
  }
  return copy;
}

/** A private copy of any value as a tree; members that JSON cannot hold are left out. */
export function toTree(value: unknown): Tree {
  const copy = toValue(value);
  return isTree(copy) ? copy : {};
}

export function toValue(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item: unknown) => toValue(item));
  if (typeof value !== 'object') return null;
  const copy: Tree = {};
  for (const [key, member] of Object.entries(value)) if (member !== undefined) copy[key] = toValue(member);
  return copy;
}

export function freeze(tree: Tree): Tree {
  for (const key in tree) freezeValue(tree[key] ?? null);
  return Object.freeze(tree);
}

function freezeValue(value: Value): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  if (isList(value)) {
    for (const item of value) freezeValue(item);
    Object.freeze(value);
  } else freeze(value);
}

const nothing: Tree = Object.freeze({});

/** The member as a tree to read; an empty one when it is absent. */
export function treeAt(tree: Tree, ...path: readonly string[]): Tree {
  let value: Value | undefined = tree;
  for (const key of path) {
    value = isTree(value) ? value[key] : undefined;
  }
  return isTree(value) ? value : nothing;
}

/** The member as a tree to edit, made when it is absent. */
export function makeTree(tree: Tree, key: string): Tree {
  const value = tree[key];
  if (isTree(value)) return value;
  const made: Tree = {};
  tree[key] = made;
  return made;
}

export function treesAt(tree: Tree, ...path: readonly string[]): Tree[] {
  const last = path.at(-1) ?? '';
  const value = treeAt(tree, ...path.slice(0, -1))[last];
  return isList(value) ? value.filter((item) => isTree(item)) : [];
}

/** The text at a path, or '' when there is none. */
export function textAt(tree: Tree, ...path: readonly string[]): string {
  const value = treeAt(tree, ...path.slice(0, -1))[path.at(-1) ?? ''];
  return typeof value === 'string' ? value : '';
}

export function numberAt(tree: Tree, ...path: readonly string[]): number | undefined {
  const value = treeAt(tree, ...path.slice(0, -1))[path.at(-1) ?? ''];
  return typeof value === 'number' ? value : undefined;
}

export function textMapAt(tree: Tree, ...path: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [key, value] of Object.entries(treeAt(tree, ...path))) if (typeof value === 'string') map[key] = value;
  return map;
}

/** Equality as JSON: the order of members does not count, an undefined member is an absent one. */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isTree(left) || !isTree(right)) return false;
  for (const key in left) if (!sameValue(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}
