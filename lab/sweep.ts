// Ends the processes and removes the folder of a lab session whose owner is gone.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, killIfSame, type ProcessId } from './process-table.ts';

export const ownerFile = 'owner.json';
export const childrenFile = 'children.jsonl';

const processId = z.object({ pid: z.number(), started: z.string() });
/** A folder without an owner file is being made right now, or its maker died in that instant. */
const newbornMs = 60_000;

/** Sweeps every session folder below `base` whose owner no longer runs; returns the names. */
export function sweepAbandoned(base: string): string[] {
  const swept: string[] = [];
  for (const name of existsSync(base) ? readdirSync(base) : []) {
    const folder = join(base, name);
    if (!isAbandoned(folder)) continue;
    sweepSession(folder);
    swept.push(name);
  }
  return swept;
}

/** Kills the children that the session noted, and removes its folder. */
export function sweepSession(folder: string): void {
  for (const child of readChildren(folder)) killIfSame(child);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function isAbandoned(folder: string): boolean {
  try {
    return !isRunning(processId.parse(JSON.parse(readFileSync(join(folder, ownerFile), 'utf8'))));
  } catch {
    try {
      return Date.now() - statSync(folder).mtimeMs > newbornMs;
    } catch {
      return false;
    }
  }
}

function readChildren(folder: string): ProcessId[] {
  const file = join(folder, childrenFile);
  if (!existsSync(file)) return [];
  const children: ProcessId[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      children.push(processId.parse(JSON.parse(line)));
    } catch {
      // The last line may be cut when its writer was killed.
    }
  }
  return children;
}
