// The journal as other rooms see it: append, read, payloads beside it. The store implements it.
import type { EventBody, JournalEvent } from './event.ts';
import type { Json } from './json.ts';

export interface Journal {
  /** Durable when it resolves. Rejects with a Failure when the journal cannot be written; nothing may be executed then. */
  append(body: EventBody, actor: string): Promise<JournalEvent>;
  /** Events after a position, oldest first. */
  read(afterSeq: number, limit: number): Promise<readonly JournalEvent[]>;
  /** Position of the newest event, 0 when empty. */
  head(): number;
  /** Stores a payload beside the journal; returns its SHA-256 digest. */
  keep(payload: Json): Promise<string>;
  /** Null when it was erased or never kept. */
  payload(digest: string): Promise<Json | null>;
  /** False after a failed append until one succeeds again. */
  writable(): boolean;
}
