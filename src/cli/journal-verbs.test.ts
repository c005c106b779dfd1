import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repaired } from '../../test/builders/events.ts';
import { steppedClock } from '../clock.ts';
import { openJournal } from '../store/journal.ts';
import { aFolder, linesOf, runLine, type Folder } from './testing/command-line.ts';

let folder: Folder;
let data: string;
let lines: readonly string[];
beforeAll(async () => {
  folder = aFolder();
  data = join(folder.path, 'nemotron-advisor', '4f1c9a00');
  const clock = steppedClock(1_000);
  const journal = await openJournal({ folder: data, cluster: clock, wall: clock, pid: 1 });
  for (const body of repaired) await journal.append(body, 'advisor');
  lines = await journal.lines(0, 100);
  await journal.close();
});
afterAll(() => {
  folder.remove();
});

const copy = (name: string, of: readonly string[]): string => {
  const path = join(folder.path, name);
  writeFileSync(path, `${of.join('\n')}\n`);
  return path;
};
const verify = async (...args: string[]) =>
  await runLine(['audit', 'verify', ...args], { env: { XDG_STATE_HOME: folder.path } });

describe('audit verify', () => {
  it('says that the chain is intact, of a folder, a journal, an export and of the only one there is', async () => {
    const exported = copy('whole.jsonl', lines);
    for (const args of [[], ['--from', data], ['--from', join(data, 'journal.sqlite')], ['--from', exported]]) {
      const ran = await verify(...args);
      expect([ran.code, ran.err]).toEqual([0, '']);
      expect(ran.out).toContain(`events 1–${lines.length} · chain intact`);
    }
  });

  it.each([
    [
      'changed',
      (all: readonly string[]) => all.with(4, (all[4] ?? '').replace('384', '999').replace('medium', 'low')),
      5,
    ],
    ['dropped', (all: readonly string[]) => all.toSpliced(4, 1), 5],
    ['swapped', (all: readonly string[]) => all.with(4, all[5] ?? '').with(5, all[4] ?? ''), 5],
    ['inserted', (all: readonly string[]) => all.toSpliced(4, 0, all[4] ?? ''), 5],
  ])('exits 3 and names the first event when one was %s', async (name, tamper, first) => {
    const path = copy(`${name}.jsonl`, tamper(lines));
    const ran = await verify('--from', path);
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/^broken at event \d+/);
    const asJson = await verify('--from', path, '-o', 'json');
    expect(asJson.code).toBe(3);
    expect(JSON.parse(asJson.out)).toMatchObject({ kind: 'AuditReport', data: { intact: false, firstBroken: first } });
  });

  it('exits 3 for a copy that breaks off in the middle of an event', async () => {
    const path = copy('torn.jsonl', lines.slice(0, 3));
    appendFileSync(path, (lines[3] ?? '').slice(0, 80));
    expect((await verify('--from', path)).code).toBe(3);
  });

  it('says in YAML what it says in JSON', async () => {
    const [asYaml, asJson] = [await verify('-o', 'yaml'), await verify('-o', 'json')];
    expect(parse(asYaml.out)).toEqual(JSON.parse(asJson.out));
  });

  it('exits 2 with three lines where there is no journal, or more than one', async () => {
    const none = await runLine(['audit', 'verify']);
    const absent = await verify('--from', '/nonexistent');
    mkdirSync(join(folder.path, 'nemotron-advisor', 'other'));
    writeFileSync(
      join(folder.path, 'nemotron-advisor', 'other', 'journal.sqlite'),
      readFileSync(join(data, 'journal.sqlite')),
    );
    const several = await verify();
    for (const one of [none, absent, several]) {
      expect([one.code, one.out, linesOf(one.err).length]).toEqual([2, '', 3]);
      expect(linesOf(one.err).filter((line) => line.length > 100)).toEqual([]);
    }
  });
});

describe('a journal file instead of an advisor', () => {
  const read = async (...args: string[]) => await runLine([...args, '--journal', data]);

  it('shows incidents as a running advisor would', async () => {
    expect((await read('incidents')).out).toBe('no open incident (as of 1970-01-01T00:00:01Z)\n');
    expect((await read('incidents', '--state', 'all', '-o', 'name')).out).toBe('inc-1\n');
  });

  it('shows a plan with its outcome, and the state as of an event', async () => {
    const now = await read('show', 'apr-1');
    expect(now.out).toContain('effective: no kill in 10 min');
    const before = await read('show', '1', '--at', '5');
    expect(before.out).toContain('awaiting approval (apr-1)');
    expect(before.out).not.toContain('effective');
    const asJson = await read('show', '1', '--at', '5', '-o', 'json');
    expect(JSON.parse(asJson.out)).toMatchObject({ metadata: { seq: 5 }, data: { state: 'awaiting approval' } });
  });

  it.each([['inc-7'], ['apr-7'], ['nothing']])('exits 2 for %s', async (id) => {
    const ran = await read('show', id);
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([2, '', 3]);
  });

  it('does not watch a file, which does not go on', async () => {
    expect((await read('show', 'inc-1', '-w')).code).toBe(2);
    expect((await read('incidents', '-w')).code).toBe(2);
  });
});
