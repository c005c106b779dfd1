// The journal's only writer: appends events to the hash chain durably, tells listeners, and says when nothing can be written.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { eventBody, type EventBody, type JournalEvent } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import { canonicalJson, sha256, type Json } from '../model/json.ts';
import { createVerifier, emptyHead, headOf, nextEvent, readLine, type Head, type VerifyReport } from './chain.ts';
import { kyselyOf, newestRow, payloadOf, prepareTables, rowsAfter, type JournalDb } from './journal-table.ts';
import { takeWriterLock } from './lock.ts';
import { openWritable, sqliteCode } from './sqlite.ts';

export type JournalListener = (event: JournalEvent) => void;

export interface OpenJournal extends Journal {
  /** Called for each event right after it is durable and before `append` resolves, in order. Returns the way to stop. */
  subscribe(listener: JournalListener): () => void;
  /** The exact canonical lines after a position, as hashed. */
  lines(afterSeq: number, limit: number): Promise<readonly string[]>;
  verify(): Promise<VerifyReport>;
  /** Releases the folder; appends that wait are finished first. */
  close(): Promise<void>;
}

export type JournalOptions = {
  /** Made when absent, readable by its owner alone. */
  readonly folder: string;
  readonly cluster: Clock;
  readonly wall: Clock;
  readonly pid: number;
  /** The journal file never grows beyond this; appends then fail as on a full disk. */
  readonly maxBytes?: number;
  /** Told when a listener throws; the event is recorded all the same. */
  readonly onFault?: (error: unknown) => void;
};

export const journalFile = 'journal.sqlite';
const pageBytes = 4096;
const busyMs = 250;
const queueLimit = 1_000;
const pageOfRows = 500;

/** Throws a Failure: exit 6 when the folder has a writer, exit 1 when the file cannot be opened or continued. */
export async function openJournal(options: JournalOptions): Promise<OpenJournal> {
  const path = join(options.folder, journalFile);
  const lock = await guarded(options.folder, () => {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    chmodSync(options.folder, 0o700);
    return takeWriterLock(options.folder, options.pid, options.wall.now());
  });
  try {
    const db = await guarded(path, () => {
      const opened = openWritable(path, busyMs);
      prepareTables(opened, path);
      if (options.maxBytes !== undefined)
        opened.exec(`pragma max_page_count = ${Math.max(1, Math.floor(options.maxBytes / pageBytes))}`);
      return kyselyOf(opened);
    });
    const head = await readHead(db, path);
    return writer(db, head, options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function writer(db: JournalDb, start: Head, options: JournalOptions, release: () => void): OpenJournal {
  const path = join(options.folder, journalFile);
  const listeners = new Set<JournalListener>();
  let head = start;
  let healthy = true;
  let open = true;
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();

  const tell = (event: JournalEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        options.onFault?.(error);
      }
    }
  };
  /** One writer at a time; what a failed commit left behind is read before the next one. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!open) throw closed(path);
    if (waiting >= queueLimit) throw unwritable(path, 'journal-busy', `${queueLimit} appends wait already`);
    waiting += 1;
    const result = tail.then(work);
    tail = result.catch(() => {}).finally(() => (waiting -= 1));
    return await result;
  };
  const written = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (!healthy) await catchUp();
      const result = await work();
      healthy = true;
      return result;
    } catch (error) {
      healthy = false;
      throw error instanceof Failure ? error : explain(path, error);
    }
  };
  /** A commit that was reported as failed may be durable all the same: then it happened, and is told. */
  const catchUp = async (): Promise<void> => {
    for (const row of await rowsAfter(db, head.seq, pageOfRows)) {
      const event = readLine(row.line, row.seq);
      head = { seq: event.seq, hash: event.hash };
      tell(event);
    }
  };

  return {
    async append(body: EventBody, actor: string) {
      // What could not be read back is refused here, as a fault of the caller and not of the journal.
      const checked = eventBody.parse(body);
      return await inTurn(
        async () =>
          await written(async () => {
            const { event, line } = nextEvent(head, options.cluster.now(), actor, checked);
            await db.insertInto('event').values({ seq: event.seq, line }).execute();
            head = { seq: event.seq, hash: event.hash };
            tell(event);
            return event;
          }),
      );
    },
    async read(afterSeq, limit) {
      return (await rowsAfter(db, afterSeq, limit)).map((row) => readLine(row.line, row.seq));
    },
    lines: async (afterSeq, limit) => (await rowsAfter(db, afterSeq, limit)).map((row) => row.line),
    head: () => head.seq,
    async keep(payload: Json) {
      const body = canonicalJson(payload);
      const digest = sha256(body);
      return await inTurn(
        async () =>
          await written(async () => {
            await db
              .insertInto('payload')
              .values({ digest, body })
              .onConflict((conflict) => conflict.column('digest').doNothing())
              .execute();
            return digest;
          }),
      );
    },
    payload: async (digest) => await payloadOf(db, digest),
    writable: () => open && healthy,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    verify: async () => await verifyRows(db),
    async close() {
      if (!open) return;
      open = false;
      await tail;
      await db.destroy();
      release();
    },
  };
}

/** Verifies all rows of a journal file in pages, letting other work run between them. */
export async function verifyRows(db: JournalDb): Promise<VerifyReport> {
  const verifier = createVerifier();
  try {
    for (let after = 0; ;) {
      const rows = await rowsAfter(db, after, pageOfRows);
      for (const row of rows) verifier.see(row.line, row.seq);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.seq;
      await turn();
    }
  } catch (error) {
    verifier.unreadable(`the file cannot be read further (${error instanceof Error ? error.message : String(error)})`);
  }
  return verifier.report();
}

async function readHead(db: JournalDb, path: string): Promise<Head> {
  const row = await newestRow(db);
  if (row === null) return emptyHead;
  const head = headOf(row.line);
  if (head !== null && head.seq === row.seq) return head;
  await db.destroy();
  throw new Failure({
    code: 'journal-broken',
    what: `the journal ${path} cannot be continued`,
    why: `its newest event, ${row.seq}, is not a journal event`,
    next: `advisor audit verify --from ${path}`,
    exitCode: exitCodes.no,
  });
}

async function guarded<T>(path: string, work: () => T): Promise<T> {
  try {
    return await Promise.resolve(work());
  } catch (error) {
    throw error instanceof Failure ? error : explain(path, error);
  }
}

function explain(path: string, error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  const code = sqliteCode(error);
  if (code === 13) return unwritable(path, 'journal-full', `there is no room left: ${text}`, error);
  if (code === 5 || code === 6) return unwritable(path, 'journal-locked', 'another process holds the file', error);
  return unwritable(path, 'journal-unwritable', text, error);
}

function unwritable(path: string, code: string, why: string, cause?: unknown): Failure {
  return new Failure(
    {
      code,
      what: `the journal ${path} cannot be written`,
      why,
      next: 'free or unlock it; until then the advisor watches and changes nothing',
      exitCode: exitCodes.fault,
    },
    { cause },
  );
}

function closed(path: string): Failure {
  return unwritable(path, 'journal-closed', 'it was closed');
}
