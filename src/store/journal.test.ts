import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import type { EventBody } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import { genesis } from './chain.ts';
import { openJournal, type JournalOptions, type OpenJournal } from './journal.ts';

let folder: string;
const opened: OpenJournal[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'journal-')), 'data');
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function open(options: Partial<JournalOptions> = {}): Promise<OpenJournal> {
  const clock = steppedClock(1_000);
  const journal = await openJournal({ folder, cluster: clock, wall: clock, pid: 4711, ...options });
  opened.push(journal);
  return journal;
}

const stopped = (reason: string): EventBody => ({ kind: 'process.stopped', reason });

async function problemOf(work: Promise<unknown>): Promise<Failure['problem']> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`expected a Failure, got ${String(error)}`);
  return error.problem;
}

describe('the journal', () => {
  it('chains each event to the one before it, beginning at zeros', async () => {
    const journal = await open();
    const first = await journal.append(stopped('one'), 'advisor');
    const second = await journal.append(stopped('two'), 'local:sre');
    expect(first).toMatchObject({ seq: 1, v: 1, atMs: 1_000, actor: 'advisor', prevHash: genesis });
    expect(second).toMatchObject({ seq: 2, actor: 'local:sre', prevHash: first.hash });
    expect(await journal.read(0, 10)).toEqual([first, second]);
    expect(await journal.verify()).toMatchObject({ intact: true, events: 2, sentence: 'events 1–2 · chain intact' });
  });

  it('continues the chain after it was closed and opened again', async () => {
    const before = await open();
    const first = await before.append(stopped('one'), 'advisor');
    await before.close();
    const after = await open();
    expect(after.head()).toBe(1);
    expect((await after.append(stopped('two'), 'advisor')).prevHash).toBe(first.hash);
    expect((await after.verify()).intact).toBe(true);
  });

  it('gives appends made at once consecutive positions in the order of the calls', async () => {
    const journal = await open();
    const reasons = Array.from({ length: 50 }, (_, index) => `r${index}`);
    const events = await Promise.all(reasons.map(async (reason) => await journal.append(stopped(reason), 'advisor')));
    expect(events.map((event) => event.seq)).toEqual(reasons.map((_, index) => index + 1));
    expect((await journal.read(0, 100)).map((event) => event.body)).toEqual(reasons.map(stopped));
    expect((await journal.verify()).intact).toBe(true);
  });

  it('tells listeners in order before the append resolves, and survives one that throws', async () => {
    const faults: unknown[] = [];
    const journal = await open({ onFault: (error) => faults.push(error) });
    const seen: number[] = [];
    journal.subscribe(() => {
      throw new Error('listener');
    });
    const stop = journal.subscribe((event) => seen.push(event.seq));
    const first = await journal.append(stopped('one'), 'advisor');
    expect(seen).toEqual([first.seq]);
    stop();
    await journal.append(stopped('two'), 'advisor');
    expect(seen).toEqual([1]);
    expect(faults).toHaveLength(2);
    expect(journal.writable()).toBe(true);
  });

  it('refuses an event that could not be read back, and stays writable', async () => {
    const journal = await open();
    await expect(
      journal.append({ kind: 'incident.resolved', incident: 'not an id', reason: '' }, 'advisor'),
    ).rejects.toThrow(/incident/);
    expect(journal.writable()).toBe(true);
    expect(journal.head()).toBe(0);
  });

  it('keeps payloads by the digest of their canonical form, once', async () => {
    const journal = await open();
    const digest = await journal.keep({ b: 1, a: [2, null] });
    expect(await journal.keep({ a: [2, null], b: 1 })).toBe(digest);
    expect(await journal.payload(digest)).toEqual({ a: [2, null], b: 1 });
    expect(await journal.payload('0'.repeat(64))).toBeNull();
  });

  it('refuses a second writer with exit code 6 and names the first', async () => {
    await open();
    const problem = await problemOf(open());
    expect(problem).toMatchObject({ code: 'journal-held', exitCode: 6 });
    expect(`${problem.what} ${problem.why}`).toContain('4711');
    expect(problem.what).toContain(folder);
  });

  it('gives the folder free when it is closed', async () => {
    await (await open()).close();
    expect((await open()).writable()).toBe(true);
  });

  it('keeps folder and files to their owner', async () => {
    const journal = await open();
    await journal.append(stopped('one'), 'advisor');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of ['journal.sqlite', 'journal.sqlite-wal', 'lock.sqlite', 'holder.json'])
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  });

  it('fails as on a full disk at its largest size, records nothing half, and still reads', async () => {
    const journal = await open({ maxBytes: 10 * 4096 });
    const written: number[] = [];
    const fill = async (): Promise<void> => {
      for (let count = 0; count < 100; count += 1)
        written.push((await journal.append(stopped('x'.repeat(2_000)), 'advisor')).seq);
    };
    expect(await problemOf(fill())).toMatchObject({ code: 'journal-full', exitCode: 1 });
    expect(journal.writable()).toBe(false);
    expect(await problemOf(journal.keep('y'.repeat(60_000)))).toMatchObject({ code: 'journal-full' });
    expect((await journal.read(0, 200)).map((event) => event.seq)).toEqual(written);
    expect((await journal.verify()).intact).toBe(true);
  });

  it('says that it is locked, and is writable again after an append succeeds', async () => {
    const journal = await open();
    await journal.append(stopped('one'), 'advisor');
    const other = new DatabaseSync(join(folder, 'journal.sqlite'));
    other.exec('begin immediate');
    expect(await problemOf(journal.append(stopped('two'), 'advisor'))).toMatchObject({ code: 'journal-locked' });
    expect(journal.writable()).toBe(false);
    other.exec('rollback');
    other.close();
    expect((await journal.append(stopped('three'), 'advisor')).seq).toBe(2);
    expect(journal.writable()).toBe(true);
    expect((await journal.verify()).intact).toBe(true);
  });

  it('refuses appends after it was closed', async () => {
    const journal = await open();
    await journal.close();
    expect(await problemOf(journal.append(stopped('late'), 'advisor'))).toMatchObject({ code: 'journal-closed' });
    expect(journal.writable()).toBe(false);
  });

  it('says what is wrong with a file that is no database', async () => {
    await (await open()).close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `journal.sqlite${suffix}`), { force: true });
    writeFileSync(join(folder, 'journal.sqlite'), 'this is not a database, and it is long enough to be looked at');
    expect(await problemOf(open())).toMatchObject({ code: 'journal-unwritable', exitCode: 1 });
    rmSync(join(folder, 'journal.sqlite'));
    expect((await open()).head()).toBe(0);
  });

  it('refuses to continue after a newest row that is no event, and lets the folder go', async () => {
    await (await open()).close();
    const raw = new DatabaseSync(join(folder, 'journal.sqlite'));
    raw.exec(`insert into event values (1, '{"half":')`);
    raw.close();
    expect(await problemOf(open())).toMatchObject({ code: 'journal-broken', exitCode: 3 });
    const again = new DatabaseSync(join(folder, 'journal.sqlite'));
    again.exec('delete from event');
    again.close();
    expect((await open()).head()).toBe(0);
  });

  it('refuses a journal of a later layout', async () => {
    await (await open()).close();
    const raw = new DatabaseSync(join(folder, 'journal.sqlite'));
    raw.exec('pragma user_version = 99');
    raw.close();
    expect(await problemOf(open())).toMatchObject({ code: 'journal-newer' });
  });

  it(
    'loses no acknowledged event and keeps the chain whole when the writer is killed',
    { timeout: 30_000 },
    async () => {
      const child = spawn(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const { openJournal } = await import(${JSON.stringify(new URL('./journal.ts', import.meta.url).href)});
         const { wallClock } = await import(${JSON.stringify(new URL('../clock.ts', import.meta.url).href)});
         const clock = wallClock();
         const journal = await openJournal({ folder: ${JSON.stringify(folder)}, cluster: clock, wall: clock, pid: process.pid });
         for (let n = 0; ; n += 1) {
           const event = await journal.append({ kind: 'process.stopped', reason: 'n' + n }, 'child');
           process.stdout.write(event.seq + '\\n');
         }`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let output = '';
      for await (const chunk of child.stdout) {
        output += String(chunk);
        if (output.split('\n').length > 200) break;
      }
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const acknowledged = Number(output.trim().split('\n').slice(0, -1).at(-1));
      const journal = await open();
      expect(acknowledged).toBeGreaterThan(100);
      expect(journal.head()).toBeGreaterThanOrEqual(acknowledged);
      await journal.append(stopped('after the kill'), 'advisor');
      expect((await journal.verify()).intact).toBe(true);
    },
  );
});
