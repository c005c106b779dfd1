// Runs a program of the tests in a process of its own and hands back the JSON that it printed.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `path` is relative to the folder test. */
export function printedBy(path: string): unknown {
  const program = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 }));
}
