// The tables of a journal file: events as canonical lines by position, payloads by digest; reads shared by the writer and read-only openers.
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { z } from 'zod';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { digestOf } from '../model/json.ts';
import { dialectOf } from './sqlite.ts';

type JournalTables = {
  event: { seq: number; line: string };
  payload: { digest: string; body: string };
};
export type JournalDb = Kysely<JournalTables>;

export type Row = { readonly seq: number; readonly line: string };

/** Layout of the file; a file of a later layout is refused. */
const layout = 1;
const applicationId = 0x4e656d6f;

export function prepareTables(db: DatabaseSync, path: string): void {
  const found = layoutOf(db);
  if (found > layout) throw newer(path, found);
  if (found === layout) return;
  db.exec(`
    begin immediate;
    create table if not exists event (seq integer primary key check (seq > 0), line text not null) strict;
    create table if not exists payload (digest text primary key, body text not null) strict, without rowid;
    pragma application_id = ${applicationId};
    pragma user_version = ${layout};
    commit;`);
}

/** Throws a Failure when the file is SQLite but no journal that this version can read. */
export function checkTables(db: DatabaseSync, path: string): void {
  const found = layoutOf(db);
  if (found > layout) throw newer(path, found);
  if (found === layout) return;
  throw new Failure({
    code: 'not-a-journal',
    what: `${path} is not a journal`,
    why: 'it is a SQLite file of another kind',
    next: 'name the file journal.sqlite of a data folder, or an export in JSON lines',
    exitCode: exitCodes.usage,
  });
}

export function kyselyOf(db: DatabaseSync): JournalDb {
  return new Kysely<JournalTables>({ dialect: dialectOf(db) });
}

/** Rows after a position in order, at most `limit`. */
export async function rowsAfter(db: JournalDb, afterSeq: number, limit: number): Promise<readonly Row[]> {
  return await db
    .selectFrom('event')
    .select(['seq', 'line'])
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

export async function newestRow(db: JournalDb): Promise<Row | null> {
  const row = await db.selectFrom('event').select(['seq', 'line']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

/** Null when the payload is not there, or is no longer what its digest says. */
export async function payloadOf(db: JournalDb, digest: string): Promise<Json | null> {
  const row = await db.selectFrom('payload').select('body').where('digest', '=', digest).executeTakeFirst();
  if (row === undefined) return null;
  const body = z.json().parse(JSON.parse(row.body));
  return digestOf(body) === digest ? body : null;
}

function layoutOf(db: DatabaseSync): number {
  return z.object({ user_version: z.number() }).parse(db.prepare('pragma user_version').get()).user_version;
}

function newer(path: string, found: number): Failure {
  return new Failure({
    code: 'journal-newer',
    what: `the journal ${path} was written by a later version`,
    why: `its layout is ${found}, this version reads up to ${layout}`,
    next: 'use the newer version, or another data folder (--data)',
    exitCode: exitCodes.fault,
  });
}
