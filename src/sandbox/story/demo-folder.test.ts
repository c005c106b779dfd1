import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePolicy } from '../../agents/guardian/policy.ts';
import { problemIn } from '../../cli/testing/problem.ts';
import { takeWriterLock } from '../../store/lock.ts';
import { openDemoFolder, type DemoFolder } from './demo-folder.ts';

let path: string;
let held: Set<{ close(): void }>;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'demo-folder-')), '.demo');
  held = new Set();
});
afterEach(() => {
  for (const one of held) one.close();
  rmSync(join(path, '..'), { recursive: true, force: true });
});

const kubeconfigs = { advisor: 'of the advisor', person: 'of a person' };
function open(): DemoFolder {
  const folder = openDemoFolder(path, kubeconfigs, { pid: 41, wallMs: 0 });
  held.add(folder);
  return folder;
}
function openAndClose(): void {
  const folder = open();
  held.delete(folder);
  folder.close();
}

describe('the folder of a demo', () => {
  it('holds both kubeconfigs for the owner alone, and the policy', () => {
    const folder = open();
    expect(readFileSync(join(path, 'kubeconfig'), 'utf8')).toBe('of a person');
    expect(readFileSync(folder.kubeconfigs.advisor, 'utf8')).toBe('of the advisor');
    expect(statSync(folder.kubeconfigs.person).mode & 0o077).toBe(0);
    expect(statSync(path).mode & 0o077).toBe(0);
    const text = readFileSync(join(folder.policies, 'demo.yaml'), 'utf8');
    const policy = parsePolicy([{ name: 'demo.yaml', text }]);
    expect(policy.problems).toEqual([]);
    expect(policy.allows.map(({ action, namespace }) => [action, namespace])).toEqual([
      ['rollback', 'web'],
      ['rollback', 'shop'],
    ]);
  });

  it('refuses a second demo while the first one runs, and takes it afterwards', () => {
    const first = open();
    expect(problemIn(open)).toMatchObject({ code: 'demo-runs', exitCode: 6, refs: ['pid 41'] });
    expect(existsSync(first.kubeconfigs.person)).toBe(true);
    held.delete(first);
    first.close();
    expect(problemIn(open)).toBeNull();
  });

  it('leaves a journal alone that a living process writes', () => {
    openAndClose();
    writeFileSync(join(path, 'journal.sqlite'), 'mine');
    const writer = takeWriterLock(path, 42, 0);
    held.add({ close: () => writer.release() });
    expect(problemIn(open)).toMatchObject({ code: 'demo-runs', exitCode: 6, refs: ['pid 42'] });
    expect(readFileSync(join(path, 'journal.sqlite'), 'utf8')).toBe('mine');
  });

  it('keeps the journal before this one aside, and only that', () => {
    openAndClose();
    writeFileSync(join(path, 'journal.sqlite'), 'first');
    writeFileSync(join(path, 'journal.sqlite-wal'), 'first, not yet merged');
    openAndClose();
    expect(existsSync(join(path, 'journal.sqlite'))).toBe(false);
    expect(readFileSync(join(path, 'before', 'journal.sqlite-wal'), 'utf8')).toBe('first, not yet merged');
    writeFileSync(join(path, 'journal.sqlite'), 'second');
    open();
    expect(readFileSync(join(path, 'before', 'journal.sqlite'), 'utf8')).toBe('second');
    expect(existsSync(join(path, 'before', 'journal.sqlite-wal'))).toBe(false);
  });

  it('leaves nothing that was learned of the cluster before', () => {
    openAndClose();
    writeFileSync(join(path, 'baselines.bin'), 'of a later time');
    open();
    expect(existsSync(join(path, 'baselines.bin'))).toBe(false);
  });

  it('takes the kubeconfigs of a cluster that is gone away, and keeps the journal', () => {
    const folder = open();
    writeFileSync(join(path, 'journal.sqlite'), 'kept');
    held.delete(folder);
    folder.close();
    expect(existsSync(folder.kubeconfigs.person)).toBe(false);
    expect(existsSync(folder.kubeconfigs.advisor)).toBe(false);
    expect(readFileSync(join(path, 'journal.sqlite'), 'utf8')).toBe('kept');
  });
});
