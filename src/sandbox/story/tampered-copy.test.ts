import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anOutcome, repaired } from '../../../test/builders/events.ts';
import { steppedClock } from '../../clock.ts';
import type { EventBody } from '../../model/event.ts';
import { openJournal } from '../../store/journal.ts';
import { verifyJournalFile } from '../../store/journal-reader.ts';
import { writeTamperedCopy } from './tampered-copy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tampered-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function tamperedAfter(...bodies: readonly EventBody[]): Promise<number | null> {
  const clock = steppedClock(0);
  const journal = await openJournal({ folder, cluster: clock, wall: clock, pid: 1, onFault: () => undefined });
  for (const body of bodies) await journal.append(body, 'advisor');
  const named = await writeTamperedCopy(folder, join(folder, 'copy.jsonl'));
  await journal.close();
  return named;
}

describe('a tampered copy', () => {
  it('calls a harmful outcome effective, and is found at exactly that event', async () => {
    const named = await tamperedAfter(...repaired, anOutcome({ outcome: 'harmful', undone: true }), ...repaired);
    expect(named).toBe(repaired.length + 1);
    const report = await verifyJournalFile(join(folder, 'copy.jsonl'));
    expect(report).toMatchObject({ intact: false, firstBroken: named, differ: 1, events: 2 * repaired.length + 1 });
    expect(readFileSync(join(folder, 'copy.jsonl'), 'utf8')).not.toContain('harmful');
  });

  it('moves an event in time where nothing was harmful', async () => {
    expect(await tamperedAfter(...repaired)).toBe(Math.floor(repaired.length / 2) + 1);
  });

  it('leaves the journal itself intact', async () => {
    await tamperedAfter(...repaired);
    expect((await verifyJournalFile(folder)).intact).toBe(true);
  });

  it('has nothing to name where nothing happened', async () => {
    expect(await tamperedAfter()).toBeNull();
  });
});
