// Gives the fields of an undone act back to the managers that owned them before, so that their next apply meets no conflict with us (writes.md A.7).
import type { Intent, State } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Send } from './execute.ts';
import type { FollowUp } from './fence.ts';
import { handedBack } from './managed-fields.ts';
import { recordAnswer } from './record.ts';

export type HandBackPorts = {
  readonly send: Send;
  readonly journal: Pick<Journal, 'append' | 'keep' | 'payload'>;
  state(): State;
  /** Records the intent of the hand back and draws its permit; `now` is the target as read after the undo, `managedFields` the list to put in place of its own. */
  permitHandBack(undo: Intent, now: JsonObject, managedFields: readonly Json[]): Promise<FollowUp>;
};

/** `open` names the permit of a hand back whose answer was lost. */
export type HandBackWord =
  { readonly done: string } | { readonly nothing: string } | { readonly kept: string } | { readonly open: string };

/** Changes no value; what fails leaves the ownership with us, which the owner's next apply shows as a conflict. */
export async function handBack(ports: HandBackPorts, undo: Intent, now: JsonObject): Promise<HandBackWord> {
  // An undo tests the mark of its act, so that its former mark is the act's permit.
  const act = undo.formerMark === null ? undefined : ports.state().intents.get(undo.formerMark);
  const before = act === undefined ? null : await ports.journal.payload(act.before);
  if (!isJsonObject(before)) return { nothing: 'the former owners are not known any more' };
  const fields = handedBack(before, now);
  if (fields === null) return { nothing: 'no field is ours' };
  const leave = await ports.permitHandBack(undo, now, fields);
  if ('held' in leave) return { kept: leave.held };
  if ('refused' in leave) return { kept: 'the guardian refused it' };
  const { id } = leave.granted.permit;
  const sent = await ports.send(leave.granted);
  if ('held' in sent) {
    await recordAnswer(ports.journal, id, { result: 'refused', status: null, reason: `not sent: ${sent.held}` });
    return { kept: sent.held };
  }
  const { word, reason } = sent.answer;
  const result = word === 'landed' || word === 'unknown' ? word : 'refused';
  await recordAnswer(ports.journal, id, { result, status: sent.reply.status, reason });
  if (result === 'unknown') return { open: id };
  return result === 'landed' ? { done: id } : { kept: reason };
}
