// Closes the door behind a write that was never answered: replaces the mark that the write itself tests, so that it cannot land any more (writes.md A.4).
import type { Intent } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Granted } from '../../model/permit.ts';
import type { Send } from './execute.ts';
import { recordAnswer } from './record.ts';

/** The guardian's word on a permit that follows from an intent alone. */
export type FollowUp = { readonly granted: Granted } | { readonly refused: unknown } | { readonly held: string };

export type FencePorts = {
  readonly send: Send;
  readonly journal: Pick<Journal, 'append' | 'keep'>;
  /** Records the intent of the fence and draws its permit; `current` is the target as just read, with the former mark on it. */
  permitFence(intent: Intent, current: JsonObject): Promise<FollowUp>;
};

/** `now`: the fence is on the target, which looks like this. `lookAgain`: the mark had moved. `failed`: the door is not known to be closed. */
export type Fenced = { readonly now: JsonObject } | { readonly lookAgain: true } | { readonly failed: string };

export async function sendFence(ports: FencePorts, intent: Intent, current: JsonObject): Promise<Fenced> {
  const leave = await ports.permitFence(intent, current);
  if ('held' in leave) return { failed: `the fence is held: ${leave.held}` };
  if ('refused' in leave) return { failed: 'the guardian refused the fence' };
  const { permit } = leave.granted;
  const sent = await ports.send(leave.granted);
  if ('held' in sent) {
    await recordAnswer(ports.journal, permit.id, { result: 'refused', status: null, reason: `not sent: ${sent.held}` });
    return { failed: `the fence is held: ${sent.held}` };
  }
  const { word, reason } = sent.answer;
  const { status, object } = sent.reply;
  const result = word === 'landed' || word === 'unknown' ? word : 'refused';
  await recordAnswer(ports.journal, permit.id, { result, status, reason });
  if (word === 'landed' && object !== null) return { now: object };
  return word === 'look' || status === 404 || status === 409
    ? { lookAgain: true }
    : { failed: `the fence was not accepted: ${reason}` };
}
