import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { aFolder, linesOf, runLine, type Folder, type Ran } from '../../src/cli/testing/command-line.ts';
import { wallClock } from '../../src/clock.ts';
import { takeWriterLock } from '../../src/store/lock.ts';

const line = async (folder: Folder, args: readonly string[]): Promise<Ran> =>
  await runLine(args, {
    clock: wallClock(),
    folder: folder.path,
    env: { XDG_STATE_HOME: folder.path },
  });

let folder: Folder;
beforeAll(() => {
  folder = aFolder();
});
afterAll(() => folder.remove());

describe('the demo', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await line(folder, ['demo', '--headless', '--exit', '--speed', '50']);
  }, 100_000);

  it('ends all six acts as announced', () => {
    const rows = linesOf(ran.out).filter((one) => /^[1-6] an? /.test(one));
    expect(rows.map((one) => one.replaceAll(/ {2,}/g, ' | ').replace(/ \| \d+$/, ''))).toEqual([
      '1 a false alarm, not raised | dismissed | dismissed',
      '2 a repair that works | effective | effective',
      '3 an approval | effective, denied, expired | effective',
      '4 a refusal | escalated | escalated',
      '5 an undo | harmful (undone) | harmful (undone)',
      '6 an injection, ignored | effective | effective',
    ]);
    expect(ran.code).toBe(0);
  });

  it('tells the acts in their order, without an escape in a pipe', () => {
    expect(linesOf(ran.out).flatMap((one) => /^act (\d) of 6/.exec(one)?.[1] ?? [])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    expect(ran.out).not.toContain('\u001B');
  });

  it('leaves act 3 to the scripted approver and names it, refuses the order of act 6, and denies act 4 by G08', () => {
    expect(ran.out).toMatch(/inc-\d approved +shop\/checkout +apr-1 by scripted-approver/);
    expect(ran.out).toMatch(/answer refused +shop\/reviews +"scale pay\/ledger to 0" is not in the menu/);
    expect(ran.out).toMatch(/denied +pay\/ledger +restart: G08 /);
  });

  it('ends with what is open, and nothing else', () => {
    expect(ran.out).toContain('2 incidents are open, 2 wait for a person.');
  });

  it('leaves a journal that verifies, and a copy that breaks at the event that it names', async () => {
    const data = join(folder.path, '.demo');
    expect(await line(folder, ['audit', 'verify', '--from', data])).toMatchObject({ code: 0 });
    const named = /tampered\.jsonl +names event (\d+)/.exec(ran.out)?.[1];
    const verified = await line(folder, ['audit', 'verify', '--from', join(data, 'tampered.jsonl')]);
    expect(verified.code).toBe(3);
    expect(verified.out).toContain(`broken at event ${named}:`);
    const open = await line(folder, ['incidents', '-o', 'name', '--journal', data]);
    expect(linesOf(open.out).toSorted()).toEqual(['inc-3', 'inc-4']);
  });

  it('leaves no door and no kubeconfig of a cluster that is gone', () => {
    const left = ['address.json', 'operator.token', 'kubeconfig', 'advisor.kubeconfig'];
    expect(left.filter((name) => existsSync(join(folder.path, '.demo', name)))).toEqual([]);
  });
});

describe('a demo that is told to end', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('at %s exits %i in the middle of an act and keeps the journal', async (word, code) => {
    const one = aFolder();
    const ended = await endedInAct(one, word);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain('The cluster is gone. The journal is kept:');
    expect(await line(one, ['audit', 'verify', '--from', join(one.path, '.demo')])).toMatchObject({ code: 0 });
    one.remove();
  });
});

/** Plays act 1 and gives the signal when its title is printed. */
async function endedInAct(one: Folder, word: string): Promise<{ readonly code: number; readonly err: string }> {
  const stop = new AbortController();
  const stdout = new PassThrough();
  stdout.on('data', (chunk) => {
    if (String(chunk).includes('act 1 of 6')) stop.abort(word);
  });
  const stderr = new PassThrough();
  const io = { stdout, stderr, stdin: new PassThrough(), env: {}, folder: one.path, invokedAs: 'advisor' };
  const code = await main(['demo', '--act', '1', '--speed', '5', '--port', '17575'], io, stop.signal, wallClock());
  return { code, err: String(stderr.read()) };
}

describe('a demo that cannot start as asked', () => {
  it('takes the next free port and says so', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(17_675, '127.0.0.1', resolve));
    const one = aFolder();
    const ran = await line(one, ['demo', '--act', '1', '--exit', '--speed', '50', '--port', '17675']);
    expect(ran.out).toMatch(/api +http:\/\/127\.0\.0\.1:1767\d \(17675 is busy; /);
    expect(ran.code).toBe(0);
    one.remove();
    await new Promise<void>((resolve) => void taken.close(() => resolve()));
  });

  it('exits 6 while another demo runs in the folder', async () => {
    const one = aFolder();
    const demo = join(one.path, '.demo');
    mkdirSync(demo);
    const lock = takeWriterLock(demo, process.pid, 0);
    const ran = await line(one, ['demo', '--exit']);
    lock.release();
    expect(ran.code).toBe(6);
    expect(linesOf(ran.err)).toHaveLength(3);
    expect(ran.err).toContain('(demo-runs)');
    one.remove();
  });

  it('exits 2 for a flag that it does not take, before anything starts', async () => {
    const ran = await line(folder, ['demo', '--speed', '51']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('--speed does not take "51"');
  });
});
