// Decides what the mark on a target says about a write whose end is not known (writes.md A.4). Only the exact permit id counts.
import { isJsonObject, pointer, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { fieldManager, markAnnotation } from '../../model/mode.ts';
import type { Intent } from '../../folds/state.ts';
import { ownsLess } from './managed-fields.ts';

const markPath = pointer('metadata', 'annotations', markAnnotation);

export type Ending = {
  readonly result: 'landed' | 'void' | 'superseded' | 'gone' | 'unknown';
  readonly reason: string;
};
/** `open`: the former mark is there, so the write may still come. A fence ends that. */
export type MarkWord = Ending | { readonly open: true };

export type Asked = Pick<Intent, 'permit' | 'purpose' | 'target' | 'formerMark' | 'requestDigests'>;

/** `now` is the target as just read, null when it does not exist; `before` as it was read before the write, null when that is not kept any more. */
export function markWord(intent: Asked, now: JsonObject | null, before: JsonObject | null): MarkWord {
  if (now === null) return { result: 'gone', reason: 'the target does not exist any more' };
  if (valueAt(now, '/metadata/uid') !== intent.target.uid)
    return { result: 'gone', reason: 'the target was replaced by another object of its name' };
  const mark = markOf(now);
  if (mark === intent.permit)
    return intent.requestDigests.length === 1
      ? { result: 'landed', reason: 'its mark is on the target' }
      : { result: 'unknown', reason: 'its claim is on the target; whether the change followed cannot be told' };
  if (mark === voidOf(intent.permit)) return fenced(intent, now, before);
  if (mark === intent.formerMark) return { open: true };
  return mark === null
    ? { result: 'unknown', reason: 'somebody took the mark from the target, so it proves nothing' }
    : { result: 'superseded', reason: `${mark.slice(0, 60)} was written after it` };
}

export function markOf(object: JsonObject): string | null {
  const mark = valueAt(object, markPath);
  return typeof mark === 'string' ? mark : null;
}

/** What a fence leaves as the mark: the write that it voids can never land from then on. */
export function voidOf(permit: string): string {
  return `void:${permit}`;
}

/** The fence tells that the write will not land any more. That it never did is certain only if nobody could have put the former mark back. */
function fenced(intent: Asked, now: JsonObject, before: JsonObject | null): Ending {
  if (intent.purpose === 'hand back' && before !== null)
    return ownsLess(before, now)
      ? { result: 'landed', reason: 'the fields are not ours any more' }
      : { result: 'void', reason: 'the fields are still ours, and it cannot land any more' };
  const other = before === null ? 'somebody' : eraserSince(before, now);
  return other === null
    ? { result: 'void', reason: 'it did not land, and cannot any more' }
    : { result: 'unknown', reason: `it cannot land any more, but ${other} may have taken it back before` };
}

/**
 * Who may have put an older mark back since: a rollout undo or a replace brings annotations of its own. Applies, HPA and status
 * writers leave the mark alone.
 */
function eraserSince(before: JsonObject, now: JsonObject): string | null {
  const known = new Map(entriesOf(before).map((entry) => [entryKey(entry), entry['time']]));
  const writer = entriesOf(now).find(
    (entry) =>
      entry['manager'] !== fieldManager &&
      entry['manager'] !== 'kubectl-client-side-apply' &&
      entry['operation'] === 'Update' &&
      (entry['subresource'] ?? '') === '' &&
      (!known.has(entryKey(entry)) || known.get(entryKey(entry)) !== entry['time']),
  );
  if (writer === undefined) return null;
  return typeof writer['manager'] === 'string' ? writer['manager'] : 'somebody';
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  const list: Json | undefined = valueAt(object, '/metadata/managedFields');
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function entryKey(entry: JsonObject): string {
  return JSON.stringify([entry['manager'], entry['operation'], entry['apiVersion']]);
}
