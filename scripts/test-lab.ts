// Builds what the lab needs, with progress on standard error, then runs the lab's tests; closes with `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { ensureBinaries } from '../lab/binaries.ts';
import { Failure } from '../src/model/failure.ts';

try {
  await ensureBinaries();
  const run = spawnSync(process.execPath, ['scripts/test.ts', '--project', 'lab', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  const { what, why, next } = error.problem;
  process.stderr.write(`error: ${what}\n  why:  ${why}\n  next: ${next}\n`);
  process.stdout.write('\n0 passed, 1 failed\n');
  process.exitCode = 1;
}
