// One writer: an exclusive lock on `lock.sqlite` held for life, with a note beside it that says who holds it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { exitCodes, Failure } from '../model/failure.ts';
import { openLocked } from './sqlite.ts';

export type WriterLock = { release(): void };

const holder = z.object({ pid: z.number(), startedAt: z.string() });

/** Throws a Failure with exit code 6 that names the holder when another process, or another part of this one, writes here. */
export function takeWriterLock(folder: string, pid: number, wallMs: number): WriterLock {
  const db = openLocked(join(folder, 'lock.sqlite'));
  if (db === null) throw held(folder);
  // The lock itself dies with the process, so a note left by a killed holder misleads nobody.
  const note = { pid, startedAt: new Date(wallMs).toISOString() };
  writeFileSync(notePath(folder), `${JSON.stringify(note)}\n`, { mode: 0o600 });
  return { release: () => db.close() };
}

function held(folder: string): Failure {
  const note = readHolder(folder);
  const who = note === null ? 'another process' : `process ${note.pid}, started ${note.startedAt},`;
  return new Failure({
    code: 'journal-held',
    what: `the journal in ${folder} has a writer already`,
    why: `${who} holds it`,
    next: 'use that advisor, stop it, or choose another data folder (--data)',
    exitCode: exitCodes.conflict,
    refs: note === null ? [] : [`pid ${note.pid}`],
  });
}

function readHolder(folder: string): z.infer<typeof holder> | null {
  try {
    return holder.parse(JSON.parse(readFileSync(notePath(folder), 'utf8')));
  } catch {
    return null;
  }
}

function notePath(folder: string): string {
  return join(folder, 'holder.json');
}
