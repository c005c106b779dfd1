// Lets one process at a time build the lab's programs; a lock whose owner died is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isRunning, type ProcessId } from './process-table.ts';

const owner = z.object({ pid: z.number(), started: z.string() });
const retryMs = 500;

/** Runs `work` alone among all processes that use this lock file; `onWait` is called once when another one holds it. */
export async function whileLocked<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const self = identify(process.pid);
  if (self === null) throw new Error('this process cannot see itself in the process table');
  let told = false;
  while (!take(file, self)) {
    const holder = readOwner(file);
    if (holder === null || !isRunning(holder)) {
      moveAside(file);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await pause(retryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The lock appears with its content in one step, so nobody ever reads half an owner. */
function take(file: string, self: ProcessId): boolean {
  const draft = `${file}.${self.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Of two that see a dead owner one may meet the lock of the other: that one is put back. */
function moveAside(file: string): void {
  const aside = `${file}.dead-${process.pid}`;
  try {
    renameSync(file, aside);
    const moved = readOwner(aside);
    if (moved !== null && isRunning(moved)) linkSync(aside, file);
  } catch {
    // Another process was faster.
  }
  rmSync(aside, { force: true });
}

function readOwner(file: string): ProcessId | null {
  try {
    return owner.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
