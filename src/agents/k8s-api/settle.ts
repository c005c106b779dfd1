// Finds out how a write ended whose answer is not known: a read, a fence where the write could still land, and the read that settles it.
import type { Clock } from '../../clock.ts';
import type { Reader } from '../../cluster/read.ts';
import type { Intent } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { sendFence, type FencePorts } from './fence.ts';
import { freshRead } from './fresh-read.ts';
import { markWord, type Ending } from './mark-word.ts';
import { recordAnswer, recordEnding } from './record.ts';

export type SettlePorts = FencePorts & {
  readonly reader: Pick<Reader, 'get'>;
  readonly journal: Pick<Journal, 'append' | 'keep' | 'payload'>;
  readonly wall: Clock;
};

/** `now` is the target as last seen, null when it was not. */
export type Settled = Ending & { readonly now: JsonObject | null };

/** Settles one open intent and records its end. Nothing is ever sent again. */
export async function settle(ports: SettlePorts, intent: Intent): Promise<Settled> {
  const settled = await find(ports, intent);
  // The object is kept with the answer, as after any write: the undo is built from it.
  if (settled.result === 'landed' && settled.now !== null)
    await recordAnswer(ports.journal, intent.permit, {
      result: 'landed',
      status: null,
      reason: settled.reason,
      after: settled.now,
    });
  await recordEnding(ports.journal, intent, { result: settled.result, reason: settled.reason });
  return settled;
}

async function find(ports: SettlePorts, intent: Intent): Promise<Settled> {
  const kept = await ports.journal.payload(intent.before);
  const before = isJsonObject(kept) ? kept : null;
  const first = await freshRead(ports, intent);
  if ('unreadable' in first) return unknown(`the target cannot be read: ${first.unreadable}`);
  const word = markWord(intent, first.object, before);
  if (!('open' in word)) return { ...word, now: first.object };
  if (first.object === null) return unknown('the target cannot be read');
  const fenced = await sendFence(ports, intent, first.object);
  if ('failed' in fenced) return unknown(fenced.failed);
  const second = 'now' in fenced ? { object: fenced.now } : await freshRead(ports, intent);
  if ('unreadable' in second) return unknown(`the target cannot be read: ${second.unreadable}`);
  const last = markWord(intent, second.object, before);
  return 'open' in last
    ? unknown('the fence was refused, though the mark is as before')
    : { ...last, now: second.object };
}

function unknown(reason: string): Settled {
  return { result: 'unknown', reason, now: null };
}
