// A journal that lives as long as one look: `scan` folds the same events as a running advisor, and leaves nothing behind.
import type { Clock } from '../clock.ts';
import { applyEvent } from '../folds/fold.ts';
import { emptyState, type State } from '../folds/state.ts';
import type { JournalEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { canonicalJson, sha256, type Json } from '../model/json.ts';
import { emptyHead, nextEvent } from './chain.ts';

/** Chained like the durable one, bounded by the length of the look. */
export function createMemoryJournal(cluster: Clock): Journal & { state(): State } {
  const events: JournalEvent[] = [];
  const payloads = new Map<string, Json>();
  let state = emptyState;
  return {
    append(body, actor) {
      const last = events.at(-1);
      const head = last === undefined ? emptyHead : { seq: last.seq, hash: last.hash };
      const { event } = nextEvent(head, cluster.now(), actor, body);
      events.push(event);
      state = applyEvent(state, event);
      return Promise.resolve(event);
    },
    read: (afterSeq, limit) => Promise.resolve(events.slice(afterSeq, afterSeq + limit)),
    head: () => events.length,
    keep(payload) {
      const digest = sha256(canonicalJson(payload));
      payloads.set(digest, payload);
      return Promise.resolve(digest);
    },
    payload: (digest) => Promise.resolve(payloads.get(digest) ?? null),
    writable: () => true,
    state: () => state,
  };
}
