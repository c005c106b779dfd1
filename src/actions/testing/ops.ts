// Joins the two halves of a preview in the order in which they are sent.
import type { Irreversible, PatchOp, Preview, Refusal } from '../../model/action.ts';

/** The operations of a preview or undo; throws the reason where there are none. */
export function opsOf(made: Preview | Refusal | Irreversible): readonly PatchOp[] {
  if ('refused' in made) throw new Error(made.refused);
  if ('irreversible' in made) throw new Error(made.irreversible);
  return [...made.tests, ...made.changes];
}
