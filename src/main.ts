#!/usr/bin/env node
// Starts the command line, nothing else.
import { processEnvironment } from './config/environment.ts';
import { invokedAs, main } from './cli/program.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    stop.abort(signal);
  });
}
process.exitCode = await main(
  process.argv.slice(2),
  {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: processEnvironment(),
    folder: process.cwd(),
    invokedAs: invokedAs(process.argv[1]),
  },
  stop.signal,
);
