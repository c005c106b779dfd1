import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert, asyncProperty, constantFrom, nat, pre } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { steppedClock } from '../clock.ts';
import { canonicalJson, sha256 } from '../model/json.ts';
import { Failure } from '../model/failure.ts';
import { createVerifier } from './chain.ts';
import { openJournal } from './journal.ts';
import { openJournalFile, verifyJournalFile } from './journal-reader.ts';

let root: string;
let lines: readonly string[];
let digest: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'reader-'));
  const clock = steppedClock(1_000);
  const journal = await openJournal({ folder: join(root, 'data'), cluster: clock, wall: clock, pid: 1 });
  for (let count = 1; count <= 12; count += 1)
    await journal.append({ kind: 'process.stopped', reason: `reason ${count}` }, 'advisor');
  digest = await journal.keep({ kept: true });
  lines = await journal.lines(0, 100);
  await journal.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}
const exported = (changed: readonly string[]): string => written('copy.jsonl', `${changed.join('\n')}\n`);
const at = (index: number): string => lines[index] ?? '';

function copied(sql: string): string {
  const path = join(root, 'copy.sqlite');
  copyFileSync(join(root, 'data', 'journal.sqlite'), path);
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  return path;
}

const shape = z.object({ prevHash: z.string(), hash: z.string() }).catchall(z.json());

/** An edited event whose own hash was made anew by the forger. */
function forged(line: string): string {
  const { hash: _old, ...event } = shape.parse(JSON.parse(line.replace(/reason (\d+)/, 'forged $1')));
  return canonicalJson({ ...event, hash: sha256(event.prevHash + canonicalJson(event)) });
}

describe('verifying an export in JSON lines', () => {
  it('finds an exact copy intact', async () => {
    expect(await verifyJournalFile(exported(lines))).toMatchObject({
      intact: true,
      events: 12,
      from: 1,
      to: 12,
      firstBroken: null,
      sentence: 'events 1–12 · chain intact',
    });
  });

  it('names an edited event', async () => {
    const report = await verifyJournalFile(exported(lines.with(6, at(6).replace('reason 7', 'reason 8'))));
    expect(report).toMatchObject({ intact: false, firstBroken: 7, differ: 1 });
    expect(report.sentence).toBe(
      'broken at event 7: its hash does not follow from event 6 (1 of 12 events differs in content)',
    );
  });

  it('names the event after one that was edited and hashed anew', async () => {
    const report = await verifyJournalFile(exported(lines.with(6, forged(at(6)))));
    expect(report.sentence).toBe('broken at event 8: its hash does not follow from event 7');
  });

  it('names a dropped event', async () => {
    const report = await verifyJournalFile(exported(lines.toSpliced(6, 1)));
    expect(report.sentence).toBe('broken at event 7: event 8 follows event 6');
  });

  it('names the first event when the beginning was dropped', async () => {
    const report = await verifyJournalFile(exported(lines.slice(2)));
    expect(report.sentence).toBe('broken at event 1: event 3 follows the beginning');
  });

  it('names the first of two swapped events', async () => {
    const report = await verifyJournalFile(exported(lines.with(6, at(7)).with(7, at(6))));
    expect(report).toMatchObject({ intact: false, firstBroken: 7 });
  });

  it('names an inserted event, also a repeated one', async () => {
    expect(await verifyJournalFile(exported(lines.toSpliced(6, 0, forged(at(6)))))).toMatchObject({ firstBroken: 7 });
    expect(await verifyJournalFile(exported(lines.toSpliced(6, 0, at(5))))).toMatchObject({ firstBroken: 6 });
  });

  it('names an event that was only written differently', async () => {
    const report = await verifyJournalFile(exported(lines.with(3, at(3).replace(',', ', '))));
    expect(report).toMatchObject({ firstBroken: 4, differ: 1 });
  });

  it('names a changed first event', async () => {
    const report = await verifyJournalFile(exported(lines.with(0, at(0).replace('reason', 'reasons'))));
    expect(report.sentence).toContain('broken at event 1: its hash does not follow from the beginning');
  });

  it('accepts a slice when it is told where the slice begins', () => {
    const verifier = createVerifier(4);
    for (const line of lines.slice(3)) verifier.see(line);
    expect(verifier.report()).toMatchObject({ intact: true, from: 4, to: 12, events: 9 });
  });

  it('never throws on garbage and calls it broken', async () => {
    const garbage = ['\n', '{}', '[]', 'null', '{"seq":1e400}', `${at(0)}\u0000`, '['.repeat(100_000), '{"seq":1,'];
    for (const text of garbage)
      expect(await verifyJournalFile(written('garbage.jsonl', text))).toMatchObject({ intact: false, firstBroken: 1 });
    expect(await verifyJournalFile(written('binary', new Uint8Array(5_000).fill(255)))).toMatchObject({
      intact: false,
    });
  });

  it('names the place of an event whose number was changed to an earlier one', () => {
    const line = at(9);
    const verifier = createVerifier();
    for (const one of lines.with(9, line.replace('"seq":10', '"seq":1'))) verifier.see(one);
    expect(verifier.report()).toMatchObject({ intact: false, firstBroken: 10 });
  });

  it('finds every change of one character', async () => {
    await assert(
      asyncProperty(nat({ max: 11 }), nat(), constantFrom('x', '0', ' ', '"', '}'), async (row, where, put) => {
        const line = at(row);
        const index = where % line.length;
        pre(line[index] !== put);
        const changed = line.slice(0, index) + put + line.slice(index + 1);
        const verifier = createVerifier();
        for (const one of lines.with(row, changed)) verifier.see(one);
        const { intact, firstBroken } = verifier.report();
        expect(intact).toBe(false);
        expect([row + 1, row + 2]).toContain(firstBroken);
      }),
    );
  });
});

describe('verifying a journal file', () => {
  it('finds it intact, by file and by folder', async () => {
    expect(await verifyJournalFile(join(root, 'data'))).toMatchObject({ intact: true, events: 12 });
    expect(await verifyJournalFile(join(root, 'data', 'journal.sqlite'))).toMatchObject({ intact: true });
  });

  it('names the first row that was edited, dropped, swapped or inserted', async () => {
    const cases: readonly (readonly [string, number])[] = [
      [`update event set line = replace(line, 'reason 7', 'reason 9') where seq = 7`, 7],
      ['delete from event where seq = 7', 7],
      [
        'update event set seq = 99 where seq = 7; update event set seq = 7 where seq = 8; update event set seq = 8 where seq = 99',
        7,
      ],
      ['insert into event select 13, line from event where seq = 12', 13],
      ['delete from event where seq = 1', 1],
    ];
    for (const [sql, first] of cases)
      expect(await verifyJournalFile(copied(sql))).toMatchObject({ intact: false, firstBroken: first });
  });

  it('calls a damaged or foreign database broken instead of throwing', async () => {
    const damaged = written(
      'damaged.sqlite',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(9_000, 7)]),
    );
    expect(await verifyJournalFile(damaged)).toMatchObject({ intact: false, firstBroken: 1 });
    expect(await verifyJournalFile(copied('pragma user_version = 0'))).toMatchObject({ intact: false });
  });

  it('says when there is no such file', async () => {
    await expect(verifyJournalFile(join(root, 'absent'))).rejects.toBeInstanceOf(Failure);
  });
});

describe('reading without being the writer', () => {
  it('reads a journal while its writer holds it', async () => {
    const clock = steppedClock(1_000);
    const writer = await openJournal({ folder: join(root, 'live'), cluster: clock, wall: clock, pid: 1 });
    const first = await writer.append({ kind: 'process.stopped', reason: 'one' }, 'advisor');
    const reader = await openJournalFile(join(root, 'live'));
    expect(await reader.read(0, 10)).toEqual([first]);
    const second = await writer.append({ kind: 'process.stopped', reason: 'two' }, 'advisor');
    expect(await reader.read(1, 10)).toEqual([second]);
    await reader.close();
    await writer.close();
  });

  it('reads events, lines and payloads of a file, and events of an export', async () => {
    const file = await openJournalFile(join(root, 'data', 'journal.sqlite'));
    expect(file.head()).toBe(12);
    expect(await file.lines(10, 10)).toEqual(lines.slice(10));
    expect(await file.payload(digest)).toEqual({ kept: true });
    const copy = await openJournalFile(exported(lines));
    expect(await copy.read(3, 2)).toEqual(await file.read(3, 2));
    expect(copy.head()).toBe(12);
    expect(await copy.payload(digest)).toBeNull();
    expect((await copy.verify()).intact).toBe(true);
    await file.close();
  });

  it('names the position of an event whose kind it does not know', async () => {
    const file = await openJournalFile(
      copied(`update event set line = replace(line, 'process.stopped', 'later.kind') where seq = 5`),
    );
    await expect(file.read(0, 20)).rejects.toThrow('event 5 of the journal cannot be read');
    await file.close();
  });

  it('refuses a file that holds no events', async () => {
    await expect(openJournalFile(written('notes.txt', 'hello\n'))).rejects.toThrow('is not a journal');
  });
});
