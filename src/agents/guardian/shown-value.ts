// What of a value may be shown and kept: the values of environment variables may be credentials, and the journal forgets nothing.
import { isJsonObject, pointer, pointerSteps, type Json } from '../../model/json.ts';
import { isJsonList } from './json-list.ts';

const hidden = '(not shown)';

/** The value at a place of an object, with every environment value in it hidden; names and references stay. */
export function shownValue(path: string, value: Json): Json {
  if (isEnvValue(path)) return hidden;
  if (isJsonList(value)) return value.map((item, at) => shownValue(path + pointer(at), item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shownValue(path + pointer(key), one)]));
}

export function hidesAny(path: string, value: Json): boolean {
  return JSON.stringify(shownValue(path, value)) !== JSON.stringify(value);
}

/** `…/containers/0/env/3/value` */
function isEnvValue(path: string): boolean {
  const steps = pointerSteps(path);
  return steps.at(-1) === 'value' && steps.at(-3) === 'env' && /^\d+$/.test(steps.at(-2) ?? '');
}
