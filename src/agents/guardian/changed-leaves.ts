// Where two JSON values differ, leaf by leaf: what a person is shown as the change, whose owners are asked, and what a dry run changed besides.
import { isJsonObject, jsonEquals, pointer, pointerSteps, valueAt, type Json } from '../../model/json.ts';
import { isJsonList } from './json-list.ts';

/** `undefined` is absent. A list whose length changed is one leaf, since its items have no lasting place. */
export type Leaf = { readonly path: string; readonly before: Json | undefined; readonly after: Json | undefined };

export function changedLeaves(before: Json | undefined, after: Json | undefined, path = ''): readonly Leaf[] {
  if (before === after || (before !== undefined && after !== undefined && jsonEquals(before, after))) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) => changedLeaves(before[key], after[key], path + pointer(key)));
  }
  if (isJsonList(before) && isJsonList(after) && before.length === after.length)
    return before.flatMap((item, at) => changedLeaves(item, after[at], path + pointer(at)));
  if (before === undefined && isJsonObject(after) && Object.keys(after).length > 0)
    return Object.keys(after)
      .toSorted()
      .flatMap((key) => changedLeaves(undefined, after[key], path + pointer(key)));
  if (after === undefined && isJsonObject(before) && Object.keys(before).length > 0)
    return Object.keys(before)
      .toSorted()
      .flatMap((key) => changedLeaves(before[key], undefined, path + pointer(key)));
  return [{ path, before, after }];
}

/** True for the pointer itself and for everything below it. */
export function isWithin(path: string, subtree: string): boolean {
  return path === subtree || path.startsWith(`${subtree}/`);
}

/** `/spec/template/spec/containers/0/image` → `spec.template.spec.containers[app].image`, by the names of list items. */
export function shownPath(object: Json, path: string): string {
  let shown = '';
  let at = '';
  for (const step of pointerSteps(path)) {
    const parent = valueAt(object, at);
    at += pointer(step);
    if (isJsonList(parent)) {
      const item = valueAt(object, at);
      const name = isJsonObject(item) ? item['name'] : undefined;
      shown += `[${typeof name === 'string' ? name : step}]`;
    } else if (/[./]/.test(step)) shown += `[${step}]`;
    else shown += shown === '' ? step : `.${step}`;
  }
  return shown;
}
