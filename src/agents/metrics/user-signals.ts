// The signals that users declare in a file: taken up at the start, read again when the file changes, and kept as they were while it is broken.
import { readFile, stat } from 'node:fs/promises';
import { exitCodes, Failure } from '../../model/failure.ts';
import type { Missing } from './metrics-source.ts';
import type { SignalProblem } from './signal-file.ts';
import type { UserSignal } from './user-signal.ts';

export interface UserSignals {
  current(): readonly UserSignal[];
  /** Reads the file again when it has changed. Never throws. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Why the set in use is not the one in the file; empty when it is. */
  problems(): readonly Missing[];
}

export const noUserSignals: UserSignals = {
  current: () => [],
  refresh: () => Promise.resolve(),
  problems: () => [],
};

const mostBytes = 256 * 1024;

/** Throws a Failure (exit 2) that names file, line and column when the file cannot be used at the start. */
export async function openUserSignals(path: string): Promise<UserSignals> {
  let state = await load(path);
  if ('problems' in state) throw refusal(path, state.problems);
  let current = state.signals;
  let seen = await stampOf(path);
  return {
    current: () => current,
    async refresh() {
      const stamp = await stampOf(path);
      if (stamp === seen) return;
      seen = stamp;
      state = await load(path);
      if ('signals' in state) current = state.signals;
    },
    problems() {
      if ('signals' in state) return [];
      return [
        {
          capability: 'changed signals of users',
          reason: shown(path, state.problems),
          cost: `the ${current.length} signals of before stay in use`,
        },
      ];
    },
  };
}

type Loaded = { readonly signals: readonly UserSignal[] } | { readonly problems: readonly SignalProblem[] };

async function load(path: string): Promise<Loaded> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > mostBytes)
      return oneProblem(`the file holds ${size} bytes`, `at most ${mostBytes} bytes: fewer signals`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it failed';
    return oneProblem(`the file cannot be read: ${why}`, 'a file that the advisor may read, or no ADVISOR_SIGNALS');
  }
  // The grammar is loaded only where somebody has signals of their own.
  const { readSignalFile } = await import('./signal-file.ts');
  return readSignalFile(text);
}

function oneProblem(wrong: string, write: string): Loaded {
  return { problems: [{ line: 1, column: 1, wrong, write }] };
}

/** Changes with each write of the file; '' while it is away. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}

/** `signals.yaml:4:12: unit is "seconds " …; write …`, at most three of them. */
function shown(path: string, problems: readonly SignalProblem[]): string {
  const lines = problems
    .slice(0, 3)
    .map((one) => `${path}:${one.line}:${one.column}: ${one.wrong}; write ${one.write}`);
  return [...lines, ...(problems.length > 3 ? [`and ${problems.length - 3} more`] : [])].join(' · ');
}

function refusal(path: string, problems: readonly SignalProblem[]): Failure {
  return new Failure({
    code: 'signals-invalid',
    what: `the signals in ${path} cannot be used`,
    why: shown(path, problems),
    next: 'correct the lines; docs/guide/signals.md shows a whole file',
    exitCode: exitCodes.usage,
  });
}
