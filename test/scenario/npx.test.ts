// The command as README types it: from the clone, by npx, without installing anything.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

describe('npx in a clone', () => {
  it('finds the command that npm ci has built, and runs it', () => {
    const run = spawnSync('npx', ['--no', 'advisor', 'version', '--client'], { cwd: root, encoding: 'utf8' });
    expect(run.stdout).toMatch(/^advisor \d+\.\d+\.\d+ /);
    expect(run.status).toBe(0);
  });
});
