// One change at one place of an object: the test of the value that was reviewed, the change itself, and the way back (writes.md A, A.1, A.7).
import type { Preview } from '../model/action.ts';
import { isJsonObject, pointer, pointerSteps, valueAt, type Json, type JsonObject } from '../model/json.ts';

/**
 * Sets the value at a JSON pointer. What was absent is tested as null and added; where a parent map is absent too, the
 * highest absent one is added with all below it, because the server refuses an `add` (and a `test`) below nothing.
 */
export function changeAt(object: JsonObject, path: string, value: Json): Preview {
  const place = placeOf(object, path);
  const former = valueAt(object, place) ?? null;
  const nested = pointerSteps(path)
    .slice(pointerSteps(place).length)
    .reduceRight<Json>((inner, step) => ({ [step]: inner }), value);
  return {
    tests: [{ op: 'test', path: place, value: former }],
    changes: [{ op: former === null ? 'add' : 'replace', path: place, value: nested }],
    touches: [place],
  };
}

/** Brings back what was at the pointer before: absent stays absent. Tests the value that the write's reply showed. */
export function changedBack(before: JsonObject, reply: JsonObject, path: string): Preview {
  const place = placeOf(before, path);
  const former = valueAt(before, place);
  const now = valueAt(reply, place);
  const tests: Preview['tests'] = [{ op: 'test', path: place, value: now ?? null }];
  if (former !== undefined)
    return {
      tests,
      changes: [{ op: now === undefined ? 'add' : 'replace', path: place, value: former }],
      touches: [place],
    };
  return { tests, changes: now === undefined ? [] : [{ op: 'remove', path: place }], touches: [place] };
}

/** The pointer itself, or the highest step above it whose parent map exists. */
function placeOf(object: JsonObject, path: string): string {
  const steps = pointerSteps(path);
  const depth = steps.findIndex((_, at) => !isPresent(valueAt(object, pointer(...steps.slice(0, at + 1)))));
  return depth === -1 ? path : pointer(...steps.slice(0, depth + 1));
}

function isPresent(value: Json | undefined): boolean {
  return Array.isArray(value) || isJsonObject(value) || (value !== undefined && value !== null);
}
