// Tells whether a process that was started earlier still runs, so that a number given to another process is never killed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process by number and by when it started, in whatever unit the host tells it. */
export type ProcessId = { readonly pid: number; readonly started: string };

/** Null when no such process runs. */
export function identify(pid: number): ProcessId | null {
  const started = startOf(pid);
  return started === null ? null : { pid, started };
}

export function isRunning(id: ProcessId): boolean {
  return startOf(id.pid) === id.started;
}

/** Kills at once when it is still the same process; true when it was. */
export function killIfSame(id: ProcessId): boolean {
  if (!isRunning(id)) return false;
  try {
    process.kill(id.pid, 'SIGKILL');
  } catch {
    // It ended in between, which is what was wanted.
  }
  return true;
}

function startOf(pid: number): string | null {
  if (existsSync('/proc/self/stat')) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the program's name in brackets and may hold blanks; field 3 is the state, field 22 the start.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}
