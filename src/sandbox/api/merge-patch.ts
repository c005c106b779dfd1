// Merge patch (RFC 7386) and strategic merge patch, the latter by the merge keys of the kind's shape.
import { badRequest } from './failure.ts';
import type { Shape } from './shape.ts';
import { cloneTree, cloneValue, isList, isTree, sameValue, type Tree, type Value } from './tree.ts';

/** Null removes, maps merge, everything else replaces. */
export function applyMergePatch(document: Tree, patch: Value): Tree {
  if (!isTree(patch)) throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}');
  const result = cloneTree(document);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isTree(value)) {
      const before = result[key];
      result[key] = applyMergePatch(isTree(before) ? before : {}, value);
    } else result[key] = cloneValue(value);
  }
  return result;
}

const directives = /^\$(setElementOrder|deleteFromPrimitiveList|retainKeys)(\/|$)/;

/** The patched copy. `$patch`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys` are honoured. */
export function applyStrategicPatch(document: Tree, patch: Value, shape: Shape | null): Tree {
  if (!isTree(patch)) throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}');
  return mergedTree(document, patch, shape);
}

function mergedTree(document: Tree, patch: Tree, shape: Shape | null): Tree {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const result = cloneTree(document);
  const retained = patch['$retainKeys'];
  if (isList(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || directives.test(key)) continue;
    const field = fieldShape(shape, key);
    const before = result[key];
    if (value === null) delete result[key];
    else if (isTree(value)) result[key] = mergedTree(isTree(before) ? before : {}, value, field);
    else if (isList(value)) result[key] = mergedList(isList(before) ? before : [], value, field);
    else result[key] = value;
  }
  for (const [key, value] of Object.entries(patch)) {
    const [directive, name = ''] = key.split('/');
    const list = result[name];
    if (!isList(value) || !isList(list)) continue;
    if (directive === '$deleteFromPrimitiveList')
      result[name] = list.filter((item) => !value.some((gone) => sameValue(gone, item)));
    if (directive === '$setElementOrder') result[name] = ordered(list, value, fieldShape(shape, name));
  }
  return result;
}

function mergedList(before: readonly Value[], patch: readonly Value[], shape: Shape | null): Value[] {
  const list = shape?.kind === 'list' ? shape : null;
  const replaces = patch.some((item) => isTree(item) && item['$patch'] === 'replace');
  if (list?.set === true && !replaces) {
    const added = patch.filter((item) => !before.some((one) => sameValue(one, item)));
    return [...before, ...added].map((item) => cloneValue(item));
  }
  const key = list?.mergeKey ?? null;
  if (list === null || key === null || replaces)
    return patch
      .filter((item) => !(isTree(item) && item['$patch'] === 'replace'))
      .map((item) => (isTree(item) ? withoutDirectives(item) : cloneValue(item)));
  const result: Value[] = before.map((item) => cloneValue(item));
  const added: Value[] = [];
  for (const item of patch) {
    if (!isTree(item)) continue;
    if (item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const position = result.findIndex((one) => isTree(one) && sameValue(one[key], item[key]));
    const found = result[position];
    if (item['$patch'] === 'delete') {
      if (position >= 0) result.splice(position, 1);
    } else if (isTree(found)) result[position] = mergedTree(found, item, list.of);
    else added.push(mergedTree({}, item, list.of));
  }
  return [...added, ...result];
}

/** The order of the directive for the items it names; the others keep their place behind the item they followed. */
function ordered(items: readonly Value[], order: readonly Value[], shape: Shape | null): Value[] {
  const key = shape?.kind === 'list' ? shape.mergeKey : null;
  const rank = (item: Value): number =>
    order.findIndex((one) =>
      key !== null && isTree(item) && isTree(one) ? sameValue(one[key], item[key]) : sameValue(one, item),
    );
  const named = items.filter((item) => rank(item) >= 0).toSorted((a, b) => rank(a) - rank(b));
  const result: Value[] = [];
  let previous = -1;
  const later = [...named];
  for (const item of items) {
    if (rank(item) >= 0) {
      previous += 1;
      const next = later.shift();
      if (next !== undefined) result.push(next);
    } else result.splice(previous < 0 ? 0 : result.length, 0, item);
  }
  return result;
}

function fieldShape(shape: Shape | null, key: string): Shape | null {
  if (shape?.kind === 'object') return shape.fields[key] ?? null;
  return shape?.kind === 'map' ? shape.of : null;
}

function withoutDirectives(tree: Tree): Tree {
  const copy = cloneTree(tree);
  for (const key of Object.keys(copy)) if (key === '$patch' || directives.test(key)) delete copy[key];
  return copy;
}
