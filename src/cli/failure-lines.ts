// Errors as every verb prints them: three lines of at most 100 characters, or one JSON object; never a stack.
import { exitCodes, Failure, type Problem } from '../model/failure.ts';
import { plain } from './terminal.ts';

const lineLength = 100;

export type FailureForm = {
  readonly asJson: boolean;
  /** Adds the chain of causes. */
  readonly verbose: boolean;
  /** Turns `advisor VERB` into what was typed. */
  readonly typed: (text: string) => string;
};

/** What to print on stderr for a thrown value, and the exit code. */
export function failureLines(
  error: unknown,
  { asJson, verbose, typed }: FailureForm,
): { readonly text: string; readonly exitCode: number } {
  const said = problemOf(error);
  const problem = { ...said, why: typed(said.why), next: typed(said.next) };
  if (asJson) {
    const { refs, ...rest } = problem;
    return { text: `${JSON.stringify({ kind: 'Error', ...rest, refs: refs ?? [] })}\n`, exitCode: problem.exitCode };
  }
  const lines = [`error: ${problem.what} (${problem.code})`, `  why:  ${problem.why}`, `  next: ${problem.next}`].map(
    (line) => cut(plain(line)),
  );
  if (verbose) lines.push(...causes(error).map((line) => plain(`  cause: ${line}`)));
  return { text: `${lines.join('\n')}\n`, exitCode: problem.exitCode };
}

/** A warning in the same shape; it changes no exit code. */
export function warningLines(what: string, code: string, why: string, next: string): string {
  return `${[`warning: ${what} (${code})`, `  why:  ${why}`, `  next: ${next}`].map((line) => cut(plain(line))).join('\n')}\n`;
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return error.problem;
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return {
    code: 'internal-fault',
    what: 'the advisor met a fault of its own',
    why: why === '' ? 'no message was given' : why,
    next: 'run the same command with -v and report what it prints',
    exitCode: exitCodes.fault,
  };
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  for (let one: unknown = error; one instanceof Error && lines.length < 5; one = one.cause)
    lines.push(`${one.name}: ${one.message.split('\n')[0] ?? ''}`);
  return lines;
}

function cut(line: string): string {
  return line.length <= lineLength ? line : `${line.slice(0, lineLength - 1)}…`;
}
