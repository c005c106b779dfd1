// Who owns a field, as managedFields tells it (writes.md A.6): a JSON pointer is followed through the keys of FieldsV1.
import { isJsonObject, jsonEquals, pointerSteps, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { isJsonList, objectsAt } from './json-list.ts';
import { fieldManager } from '../../model/mode.ts';

export type FieldOwner = {
  /** JSON pointer of the field that was asked about. */
  readonly path: string;
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
};

/** Owners of the field, of anything below it, or of an atomic map or list above it. Ours are among them. */
export function ownersOf(object: JsonObject, path: string): readonly FieldOwner[] {
  return objectsAt(object, '/metadata/managedFields').flatMap((entry): FieldOwner[] => {
    const { manager, operation, subresource } = entry;
    if (typeof manager !== 'string' || (operation !== 'Apply' && operation !== 'Update')) return [];
    if (!holds(entry['fieldsV1'], pointerSteps(path), object)) return [];
    return [{ path, manager, operation, subresource: typeof subresource === 'string' ? subresource : '' }];
  });
}

export function isOurs(owner: Pick<FieldOwner, 'manager'>): boolean {
  return owner.manager === fieldManager;
}

/** The client that created a workload is the one that holds its selector, which nobody can change later. */
export function creatorOf(object: JsonObject): string | null {
  return ownersOf(object, '/spec/selector').find((one) => one.operation === 'Update')?.manager ?? null;
}

/** An object of just these fields, as a server-side apply wants it: list items are named by their `name`, other lists are whole. */
export function onlyFields(object: JsonObject, paths: readonly string[]): JsonObject {
  const steps = paths.map((path) => pointerSteps(path));
  const picked = pick(object, steps);
  return isJsonObject(picked) ? picked : {};
}

function holds(fields: Json | undefined, steps: readonly string[], value: Json | undefined): boolean {
  if (!isJsonObject(fields)) return false;
  const keys = Object.keys(fields);
  const [step, ...rest] = steps;
  if (step === undefined || keys.length === 0) return true;
  const key = isJsonList(value) ? itemKey(keys, value, Number(step)) : `f:${step}`;
  // Only the map as such is owned, not the member.
  if (key === null || !Object.hasOwn(fields, key)) return false;
  const next =
    isJsonList(value) || isJsonObject(value)
      ? valueAt(value, `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      : undefined;
  return holds(fields[key], rest, next);
}

/** `k:{"name":"app"}` by the members of the item, `v:"x"` by its value, `i:0` by its place. */
function itemKey(keys: readonly string[], list: readonly Json[], at: number): string | null {
  const item = list[at];
  return (
    keys.find((key) => {
      if (key === `i:${at}`) return true;
      const parsed = parsedKey(key.slice(2));
      if (key.startsWith('v:')) return item !== undefined && jsonEquals(parsed, item);
      if (!key.startsWith('k:') || !isJsonObject(parsed) || !isJsonObject(item)) return false;
      return Object.entries(parsed).every(([name, value]) => jsonEquals(item[name], value));
    }) ?? null
  );
}

function parsedKey(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return Array.isArray(value) ? value.every(isJson) : isJsonObject(value);
}

function pick(value: Json | undefined, paths: readonly (readonly string[])[]): Json | undefined {
  if (value === undefined || paths.some((one) => one.length === 0)) return value;
  if (isJsonList(value)) return pickItems(value, paths);
  if (!isJsonObject(value)) return value;
  const keys = [...new Set(paths.map((one) => one[0] ?? ''))];
  return Object.fromEntries(
    keys.flatMap((key): [string, Json][] => {
      const below = paths.filter((one) => one[0] === key).map((one) => one.slice(1));
      const picked = pick(value[key], below);
      return picked === undefined ? [] : [[key, picked]];
    }),
  );
}

function pickItems(list: readonly Json[], paths: readonly (readonly string[])[]): Json {
  const indexes = [...new Set(paths.map((one) => Number(one[0])))];
  const items = indexes.flatMap((at): Json[] => {
    const item = list[at];
    if (!isJsonObject(item) || typeof item['name'] !== 'string') return [];
    const picked = pick(
      item,
      paths.filter((one) => Number(one[0]) === at).map((one) => one.slice(1)),
    );
    return isJsonObject(picked) ? [{ name: item['name'], ...picked }] : [];
  });
  return items.length === indexes.length ? items : list;
}
