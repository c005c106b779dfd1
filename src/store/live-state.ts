// The state beside the journal: folded once at start, then event by event as they are recorded; and as it was at any position.
import { setImmediate as turn } from 'node:timers/promises';
import { applyEvent, foldAll } from '../folds/fold.ts';
import { emptyState, type State } from '../folds/state.ts';
import type { OpenJournal } from './journal.ts';

export type LiveState = {
  /** Holds every event whose `append` has resolved. */
  current(): State;
  /** The state right after this event; the newest when the journal is shorter. */
  at(seq: number): Promise<State>;
  /** Stops following the journal. */
  close(): void;
};

const pageOfEvents = 500;

/** Rejects with a Failure when an event cannot be read by this version. */
export async function followState(journal: Pick<OpenJournal, 'read' | 'head' | 'subscribe'>): Promise<LiveState> {
  let state = emptyState;
  // An event may be recorded between a read and the look at the head: then it is read like the others.
  while (state.seq < journal.head()) state = await foldTo(journal, state, journal.head());
  const close = journal.subscribe((event) => (state = applyEvent(state, event)));
  return {
    current: () => state,
    at: async (seq) => await foldTo(journal, emptyState, seq),
    close,
  };
}

/** Folds events after a state up to a position, in pages, letting other work run between them. */
async function foldTo(journal: Pick<OpenJournal, 'read'>, from: State, seq: number): Promise<State> {
  let state = from;
  while (state.seq < seq) {
    const events = await journal.read(state.seq, Math.min(pageOfEvents, seq - state.seq));
    if (events.length === 0) return state;
    state = foldAll(events, state);
    await turn();
  }
  return state;
}
