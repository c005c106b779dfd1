// Writes a file that a person asked for by a flag, and says in their words why it cannot be.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitCodes, Failure } from './model/failure.ts';

export type OutputFile = {
  readonly path: string;
  /** As the person wrote it. */
  readonly given: string;
  /** What to do about a refusal. */
  readonly next: string;
  /** Makes the folders above it; otherwise they must exist. */
  readonly withFolders?: boolean;
};

/** Throws `Failure` with exit code 2 when the file system refuses. */
export function writeOutput({ path, given, next, withFolders = false }: OutputFile, text: string): void {
  try {
    if (withFolders) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new Failure(
      {
        code: 'file-not-written',
        what: `${given} cannot be written`,
        why: error instanceof Error ? error.message : 'the file system refuses',
        next,
        exitCode: exitCodes.usage,
      },
      { cause: error },
    );
  }
}
