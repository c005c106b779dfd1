// Keeps what a lab leaves on the host - a folder and child processes - and makes sure that all of it goes, even after kill -9.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { identify } from './process-table.ts';
import { childrenFile, ownerFile, sweepAbandoned } from './sweep.ts';

export type Child = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  hasExited(): boolean;
  /** Exit status, or null when a signal ended it or it could not be started. */
  readonly ended: Promise<number | null>;
  /** SIGKILL, then waits until the process is gone. */
  kill(): Promise<void>;
  /** The last lines that it wrote, for an error message. */
  logTail(lines?: number): string;
};

export type Session = {
  /** Temporary folder, removed at the end. */
  readonly folder: string;
  start(name: string, program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Child;
  /** Kills every child and removes the folder; calling it twice does nothing. */
  close(): Promise<void>;
};

/** All sessions of this host live here, so that a later one finds what an earlier one left. */
function sessionsFolder(): string {
  return join(tmpdir(), 'nemotron-advisor-lab');
}

/** Opens a session after sweeping those whose owner died. */
export function openSession(): Session {
  const base = sessionsFolder();
  mkdirSync(base, { recursive: true });
  sweepAbandoned(base);
  const folder = mkdtempSync(join(base, `${process.pid}-`));
  appendFileSync(join(folder, ownerFile), JSON.stringify(identify(process.pid)));
  const keeper = startKeeper(folder);
  const children: Child[] = [];
  let closed = false;
  return {
    folder,
    start(name, program, args, env = {}) {
      const child = startChild(folder, name, program, args, env);
      children.push(child);
      return child;
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all(children.map(async (child) => await child.kill()));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      keeper.ref();
      const gone = keeper.exitCode !== null || keeper.signalCode !== null ? null : once(keeper, 'exit');
      keeper.stdin?.end();
      await gone;
    },
  };
}

/** A process of its own group that holds the read end of our pipe: when we die, however, it cleans up. */
function startKeeper(folder: string): ChildProcess {
  const script = join(import.meta.dirname, 'keeper.ts');
  const keeper = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  keeper.on('error', () => {});
  keeper.stdin?.on('error', () => {});
  keeper.unref();
  if (keeper.stdin instanceof Socket) keeper.stdin.unref();
  return keeper;
}

function startChild(
  folder: string,
  name: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Child {
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, 'a');
  // A group of its own, so that Ctrl-C reaches us alone and the order of the end is ours; no proxy variables (writes.md C.7).
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure = '';
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
    child.on('error', (error) => {
      failure = error.message;
      resolve(null);
    });
  });
  const pid = child.pid ?? -1;
  const id = identify(pid);
  if (id !== null) appendFileSync(join(folder, childrenFile), `${JSON.stringify(id)}\n`);
  const hasExited = (): boolean => failure !== '' || child.exitCode !== null || child.signalCode !== null;
  return {
    name,
    pid,
    logFile,
    hasExited,
    ended,
    async kill() {
      if (!hasExited()) child.kill('SIGKILL');
      await ended;
    },
    logTail(lines = 12) {
      const written = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
      return [failure, written].filter((part) => part !== '').join('\n');
    },
  };
}
