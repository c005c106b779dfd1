// Reads a journal without being its writer: a journal file or an export in JSON lines, for `--journal FILE` and `audit verify`.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvent } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { createVerifier, headOf, readLine, type VerifyReport } from './chain.ts';
import { journalFile, verifyRows } from './journal.ts';
import { checkTables, kyselyOf, newestRow, payloadOf, rowsAfter } from './journal-table.ts';
import { openReadOnly } from './sqlite.ts';

export interface JournalReader {
  read(afterSeq: number, limit: number): Promise<readonly JournalEvent[]>;
  lines(afterSeq: number, limit: number): Promise<readonly string[]>;
  /** Position of the newest event when the file was opened, 0 when empty. */
  head(): number;
  payload(digest: string): Promise<Json | null>;
  /** Never throws for what the file holds: garbage is a broken chain. */
  verify(): Promise<VerifyReport>;
  close(): Promise<void>;
}

/** Longest line of an export that is read, in characters. */
const longestLine = 16 * 1024 * 1024;
const largestExport = 512 * 1024 * 1024;
const busyMs = 1_000;

/** Takes a data folder, a journal file or an export; throws a Failure when there is no such file. */
export async function openJournalFile(path: string): Promise<JournalReader> {
  const file = fileOf(path);
  return isSqlite(file) ? await sqliteReader(file) : await exportReader(file);
}

/** Verifies the chain of a data folder, a journal file or an export; throws a Failure only when there is no such file. */
export async function verifyJournalFile(path: string): Promise<VerifyReport> {
  const file = fileOf(path);
  if (!isSqlite(file)) return await verifyExport(file);
  try {
    const reader = await sqliteReader(file);
    try {
      return await reader.verify();
    } finally {
      await reader.close();
    }
  } catch (error) {
    const verifier = createVerifier();
    verifier.unreadable(`the file cannot be read (${error instanceof Error ? error.message : String(error)})`);
    return verifier.report();
  }
}

async function sqliteReader(file: string): Promise<JournalReader> {
  const raw = openReadOnly(file, busyMs);
  try {
    checkTables(raw, file);
  } catch (error) {
    raw.close();
    throw error;
  }
  const db = kyselyOf(raw);
  const newest = (await newestRow(db))?.seq ?? 0;
  return {
    async read(afterSeq, limit) {
      return (await rowsAfter(db, afterSeq, limit)).map((row) => readLine(row.line, row.seq));
    },
    lines: async (afterSeq, limit) => (await rowsAfter(db, afterSeq, limit)).map((row) => row.line),
    head: () => newest,
    payload: async (digest) => await payloadOf(db, digest),
    verify: async () => await verifyRows(db),
    close: async () => await db.destroy(),
  };
}

async function exportReader(file: string): Promise<JournalReader> {
  const lines: { readonly seq: number; readonly line: string }[] = [];
  for await (const line of linesOf(file)) {
    const head = line === null ? null : headOf(line);
    if (line === null || head === null) throw notEvents(file, lines.length + 1);
    lines.push({ seq: head.seq, line });
  }
  const after = (afterSeq: number, limit: number): typeof lines =>
    lines.filter((one) => one.seq > afterSeq).slice(0, limit);
  return {
    read: (afterSeq, limit) => Promise.resolve(after(afterSeq, limit).map((one) => readLine(one.line, one.seq))),
    lines: (afterSeq, limit) => Promise.resolve(after(afterSeq, limit).map((one) => one.line)),
    head: () => lines.at(-1)?.seq ?? 0,
    payload: () => Promise.resolve(null),
    verify: async () => await verifyExport(file),
    close: () => Promise.resolve(),
  };
}

async function verifyExport(file: string): Promise<VerifyReport> {
  const verifier = createVerifier();
  try {
    for await (const line of linesOf(file)) {
      if (line === null) verifier.unreadable(`a line is longer than ${longestLine} characters`);
      else verifier.see(line);
    }
  } catch (error) {
    verifier.unreadable(`the file cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return verifier.report();
}

/** Lines of a text file without their line ends; null in place of a line that is too long, after which reading stops. */
async function* linesOf(file: string): AsyncGenerator<string | null> {
  const handle = await open(file, 'r');
  try {
    let rest = '';
    for await (const chunk of handle.createReadStream({ encoding: 'utf8', autoClose: false })) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
      if (rest.length > longestLine) {
        yield null;
        return;
      }
    }
    if (rest !== '') yield rest;
  } finally {
    await handle.close();
  }
}

function fileOf(path: string): string {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return fileOf(join(path, journalFile));
    if (found.size > largestExport && !isSqlite(path)) throw tooLarge(path);
    return path;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      {
        code: 'journal-not-found',
        what: `there is no journal at ${path}`,
        why: 'the file is absent or may not be read',
        next: 'name a data folder, its journal.sqlite, or an export in JSON lines',
        exitCode: exitCodes.usage,
      },
      { cause: error },
    );
  }
}

function isSqlite(file: string): boolean {
  const start = Buffer.alloc(16);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, start, 0, 16, 0);
  } finally {
    closeSync(handle);
  }
  return start.toString('latin1') === 'SQLite format 3\0';
}

function notEvents(file: string, line: number): Failure {
  return new Failure({
    code: 'not-a-journal',
    what: `${file} is not a journal`,
    why: `line ${line} is not a journal event`,
    next: `advisor audit verify --from ${file}`,
    exitCode: exitCodes.usage,
  });
}

function tooLarge(file: string): Failure {
  return new Failure({
    code: 'export-too-large',
    what: `${file} is not read`,
    why: 'an export larger than 512 MiB is not read',
    next: 'read the data folder instead',
    exitCode: exitCodes.usage,
  });
}
