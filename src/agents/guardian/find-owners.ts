// Who holds the fields that change: managedFields now, the server's own word, and for fields that are ours by now the owner before our first write (writes.md A.6).
import { isOpenIntent } from '../../folds/lookup.ts';
import type { Intent, State } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { changedLeaves, isWithin } from './changed-leaves.ts';
import type { Owners } from './facts.ts';
import { isOurs, ownersOf, type FieldOwner } from './field-owners.ts';
import { annotationsPath, uidOf } from './request-shape.ts';

/** Places that change in the spec; the mark is ours anyway. */
export function changedPlaces(before: JsonObject, after: JsonObject): readonly string[] {
  return changedLeaves(before, after)
    .map((one) => one.path)
    .filter((path) => !isWithin(path, annotationsPath));
}

export async function findOwners(
  journal: Pick<Journal, 'payload'>,
  state: State,
  object: JsonObject,
  places: readonly string[],
  detector: Owners['detector'],
): Promise<Owners> {
  const found = places.flatMap((path) => ownersOf(object, path));
  const ours = [...new Set(found.filter(isOurs).map((one) => one.path))];
  const former: FieldOwner[] = [];
  const unknown: string[] = [];
  const intents = ours.length === 0 ? [] : writesOn(state, object);
  for (const path of ours) {
    const before = await firstBefore(journal, intents, path);
    if (before === null) unknown.push(path);
    else former.push(...ownersOf(before, path).filter((one) => !isOurs(one)));
  }
  return { live: found.filter((one) => !isOurs(one)), detector, former, unknown };
}

/** Our writes on this very object that landed, newest first. */
function writesOn(state: State, object: JsonObject): readonly Intent[] {
  const uid = uidOf(object);
  return [...state.intents.values()]
    .filter((one) => one.target.uid === uid && (one.purpose === 'act' || one.purpose === 'undo') && !isOpenIntent(one))
    .toSorted((left, right) => right.seq - left.seq);
}

/** The newest picture in which the field was not ours; null when no such picture is kept. */
async function firstBefore(
  journal: Pick<Journal, 'payload'>,
  intents: readonly Intent[],
  path: string,
): Promise<JsonObject | null> {
  for (const intent of intents) {
    const before = await journal.payload(intent.before);
    if (!isJsonObject(before)) return null;
    if (!ownersOf(before, path).some(isOurs)) return before;
  }
  return null;
}
