// The k8s-api agent: spends what the guardian granted, tells how it ended, and settles every write whose end is not known.
import type { Reader } from '../../cluster/read.ts';
import { isOpenIntent, openIntents } from '../../folds/lookup.ts';
import type { Intent, State } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import { Failure } from '../../model/failure.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Granted } from '../../model/permit.ts';
import { createSend, type Sent, type SendPorts } from './execute.ts';
import type { FollowUp } from './fence.ts';
import { freshRead } from './fresh-read.ts';
import { handBack } from './hand-back.ts';
import { createLane } from './lane.ts';
import { markOf } from './mark-word.ts';
import { recordAnswer } from './record.ts';
import { settle } from './settle.ts';

export type K8sApiAgentPorts = SendPorts & {
  readonly reader: Pick<Reader, 'get'>;
  readonly journal: Pick<Journal, 'append' | 'keep' | 'payload' | 'writable'>;
  permitFence(intent: Intent, current: JsonObject): Promise<FollowUp>;
  permitHandBack(undo: Intent, now: JsonObject, managedFields: readonly Json[]): Promise<FollowUp>;
};

/** How a write ended, as the orchestrator reads it. */
type Word = { readonly result: 'landed' | 'refused' | 'unknown'; readonly reason: string };

export interface K8sApiAgent {
  /** Never rejects for what the server or the journal does: what cannot be told is `unknown`, and its intent stays open. */
  execute(granted: Granted): Promise<Word>;
  /** Settles every open intent, of any epoch and of any process before this one. Rejects with a Failure when the journal cannot be written. */
  settleOpenIntents(state: State): Promise<void>;
}

export function createK8sApiAgent(ports: K8sApiAgentPorts): K8sApiAgent {
  const { journal } = ports;
  const lane = createLane(ports.wall);
  const send = createSend(ports, lane);
  const all = { ...ports, send };

  const giveBack = async (undo: Intent, now: JsonObject): Promise<void> => {
    const word = await handBack(all, undo, now);
    const lost = 'open' in word ? ports.state().intents.get(word.open) : undefined;
    if (lost !== undefined) await settle(all, lost);
  };
  const settleOne = async (intent: Intent): Promise<Word> => {
    const { result, reason, now } = await settle(all, intent);
    if (result === 'landed' && now !== null && intent.purpose === 'undo') await giveBack(intent, now);
    if (result === 'landed' || result === 'unknown') return { result, reason };
    return { result: 'refused', reason };
  };
  /** What the mark says after the server took the write; the answer itself is the proof that it landed. */
  const readBack = async (granted: Granted, intent: Intent): Promise<{ note: string; now: JsonObject | null }> => {
    const read = await freshRead(ports, intent);
    if ('unreadable' in read) return { note: 'it could not be read back', now: null };
    if (read.object === null) return { note: 'the target is gone since', now: null };
    return markOf(read.object) === granted.permit.id
      ? { note: 'its mark was read back', now: read.object }
      : { note: 'somebody wrote after it', now: null };
  };
  const conclude = async (granted: Granted, intent: Intent, sent: Sent): Promise<Word> => {
    const permit = granted.permit.id;
    const end = async (word: Word, status: number | null, after?: JsonObject): Promise<Word> => {
      await recordAnswer(journal, permit, { ...word, status, ...(after === undefined ? {} : { after }) });
      return word;
    };
    if ('held' in sent) return await end({ result: 'refused', reason: `not sent: ${sent.held}` }, null);
    const { answer, reply } = sent;
    switch (answer.word) {
      case 'landed': {
        const { note, now } = await readBack(granted, intent);
        const word = await end(
          { result: 'landed', reason: `patched; ${note}` },
          reply.status,
          reply.object ?? undefined,
        );
        if (now !== null && granted.permit.purpose === 'undo') await giveBack(intent, now);
        return word;
      }
      case 'look': {
        const { now } = await readBack(granted, intent);
        return now === null
          ? await end({ result: 'refused', reason: answer.reason }, reply.status)
          : await end({ result: 'landed', reason: 'its mark is on the target' }, reply.status, now);
      }
      case 'refused':
      case 'again':
        return await end({ result: 'refused', reason: answer.reason }, reply.status);
      case 'unknown': {
        await end({ result: 'unknown', reason: answer.reason }, reply.status);
        return await settleOne(ports.state().intents.get(permit) ?? intent);
      }
      default:
        return answer.word satisfies never;
    }
  };
  return {
    async execute(granted) {
      const intent = ports.state().intents.get(granted.permit.id);
      if (intent === undefined) return { result: 'refused', reason: 'not sent: its intent is not in the journal' };
      try {
        const ran = await lane.alone(
          intent.target.uid,
          async () => await conclude(granted, intent, await send(granted)),
        );
        return 'done' in ran
          ? ran.done
          : await conclude(granted, intent, { held: 'too many writes wait for this process' });
      } catch (error) {
        // The journal could not be written. Whatever was sent, the intent has no end there, and is settled once it can be.
        if (!(error instanceof Failure)) throw error;
        return { result: 'unknown', reason: `how it ended is not recorded: ${error.problem.what}` };
      }
    },
    async settleOpenIntents(state) {
      for (const { permit, target } of openIntents(state)) {
        await lane.alone(target.uid, async () => {
          // A write of this process may have held the lane: by now it has told its end.
          const intent = ports.state().intents.get(permit);
          if (intent !== undefined && isOpenIntent(intent)) await settleOne(intent);
        });
      }
    },
  };
}
