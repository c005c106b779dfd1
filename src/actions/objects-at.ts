// Lists of objects inside an object that the API sent: conditions, containers, owners, managed fields.
import { isJsonObject, valueAt, type Json, type JsonObject } from '../model/json.ts';

/** The objects in the list at a JSON pointer; none where there is no list. */
export function objectsAt(object: JsonObject, path: string): readonly JsonObject[] {
  const list = valueAt(object, path);
  return Array.isArray(list) ? list.filter((one: Json) => isJsonObject(one)) : [];
}

/** The text at a JSON pointer, '' where there is none. */
export function textAt(object: JsonObject, path: string): string {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
}
