// Lists inside an object that the API sent, read without guessing what is in them.
import { isJsonObject, valueAt, type Json, type JsonObject } from '../../model/json.ts';

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The objects in the list at a JSON pointer; none where there is no list. */
export function objectsAt(object: JsonObject, path: string): readonly JsonObject[] {
  return objectsIn(valueAt(object, path));
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter((one) => isJsonObject(one)) : [];
}

/** The text of a member of the map at a JSON pointer; null where there is none. */
export function textIn(object: JsonObject, path: string, key: string): string | null {
  const map = valueAt(object, path);
  const value = isJsonObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
  return typeof value === 'string' ? value : null;
}
