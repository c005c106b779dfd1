// Waits for the end of its standard input, which is the end of the process that opened the session, then sweeps it.
import { existsSync } from 'node:fs';
import { sweepSession } from './sweep.ts';

const folder = process.argv[2];
process.stdin.resume();
process.stdin.on('close', () => {
  if (folder !== undefined && existsSync(folder)) sweepSession(folder);
});
