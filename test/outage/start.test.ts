// What a start finds in its data folder: another writer, a journal that was tampered with, or a file that is no journal at all.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallClock } from '../../src/clock.ts';
import { aFolder, linesOf, runLine, type Folder } from '../../src/cli/testing/command-line.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { openJournal } from '../../src/store/journal.ts';

let sandbox: Sandbox;
let folder: Folder;
beforeAll(async () => {
  folder = aFolder();
  sandbox = await startSandbox({ startMs: wallClock().now() });
  writeFileSync(join(folder.path, 'advisor.yaml'), sandbox.kubeconfigs.advisor);
  await run('genuine');
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  folder.remove();
});

const line = async (...args: readonly string[]) =>
  await runLine(args, {
    clock: wallClock(),
    env: { XDG_STATE_HOME: folder.path, PROMETHEUS_URL: sandbox.prometheusUrl },
  });
const run = async (data: string) =>
  await line(
    'run',
    '--once',
    '--listen',
    '127.0.0.1:0',
    '--data',
    join(folder.path, data),
    '--kubeconfig',
    join(folder.path, 'advisor.yaml'),
  );
const verify = async (data: string) => await line('audit', 'verify', '--from', join(folder.path, data));

/** A copy of the genuine data folder, changed by somebody with SQL. */
function tampered(data: string, sql: string): string {
  mkdirSync(join(folder.path, data));
  copyFileSync(join(folder.path, 'genuine', 'journal.sqlite'), join(folder.path, data, 'journal.sqlite'));
  const db = new DatabaseSync(join(folder.path, data, 'journal.sqlite'));
  db.exec(sql);
  db.close();
  return data;
}

describe('a start', () => {
  it('of a second run on the same folder exits 6 and names the first', async () => {
    const held = await openJournal({
      folder: join(folder.path, 'held'),
      cluster: wallClock(),
      wall: wallClock(),
      pid: process.pid,
    });
    const ran = await run('held');
    await held.close();
    expect([ran.code, ran.out]).toEqual([6, '']);
    expect(ran.err).toContain(`(journal-held)\n  why:  process ${process.pid}, started `);
    expect(ran.err).toMatch(/ {2}next: use that advisor, stop it, or choose another data folder \(--data\)\n$/);
  });

  it('on a file that is no journal says so in three lines and touches nothing', async () => {
    mkdirSync(join(folder.path, 'garbage'));
    writeFileSync(join(folder.path, 'garbage', 'journal.sqlite'), 'not a database, '.repeat(400));
    const ran = await run('garbage');
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatch(/error: the journal .*garbage.* cannot be written/);
    expect(linesOf(ran.err.slice(ran.err.indexOf('error: ')))).toHaveLength(3);
  });

  it('after whose newest row was replaced is refused, and points to the proof', async () => {
    const data = tampered('replaced', `update event set line = '{}' where seq = (select max(seq) from event)`);
    const ran = await run(data);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/error: the journal .* cannot be continued \(journal-broken\)/);
    expect(ran.err).toContain('next: advisor audit verify --from');
  });
});

describe('audit verify', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'edited',
      `update event set line = replace(line, '"mode":"suggest"', '"mode":"auto"') where seq = 1`,
      /^broken at event 1: /,
    ],
    ['dropped', 'delete from event where seq = 1', /^broken at event 1: event 2 follows the beginning/],
    [
      'swapped',
      'update event set seq = 999 where seq = 1; update event set seq = 1 where seq = 2; update event set seq = 2 where seq = 999',
      /^broken at event 1: /,
    ],
    ['inserted', 'insert into event select max(seq) + 1, line from event', /^broken at event \d+: /],
  ];

  it('finds what a run wrote intact', async () => {
    const ran = await verify('genuine');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/^events 1–\d+ · chain intact\n$/);
  });

  it.each(cases)('finds a row that was %s, names the first and exits 3', async (name, sql, said) => {
    const ran = await verify(tampered(name, sql));
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(said);
  });
});
