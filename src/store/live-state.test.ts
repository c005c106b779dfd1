import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anOpening, repaired, stateAfter } from '../../test/builders/events.ts';
import { steppedClock } from '../clock.ts';
import { openJournal, type OpenJournal } from './journal.ts';
import { followState } from './live-state.ts';

let folder: string;
let journal: OpenJournal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  const clock = steppedClock(1_000);
  journal = await openJournal({ folder, cluster: clock, wall: clock, pid: 1 });
});
afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the state beside the journal', () => {
  it('has what was recorded before it was opened, and each event once its append resolved', async () => {
    for (const body of repaired.slice(0, 5)) await journal.append(body, 'advisor');
    const live = await followState(journal);
    expect(live.current().incidents.get('inc-1')?.state).toBe('awaiting approval');
    for (const body of repaired.slice(5)) {
      const event = await journal.append(body, 'advisor');
      expect(live.current().seq).toBe(event.seq);
    }
    expect(live.current().incidents.get('inc-1')?.state).toBe('resolved');
    live.close();
    await journal.append(anOpening({ incident: 'inc-2' }), 'advisor');
    expect(live.current().seq).toBe(repaired.length);
  });

  it('misses no event that is recorded while it is opened', async () => {
    for (let count = 1; count <= 600; count += 1)
      await journal.append(anOpening({ incident: `inc-${count}` }), 'advisor');
    const [live] = await Promise.all([
      followState(journal),
      journal.append(anOpening({ incident: 'inc-601' }), 'advisor'),
      journal.append(anOpening({ incident: 'inc-602' }), 'advisor'),
    ]);
    expect(live.current().incidents.size).toBe(602);
    expect(live.current().seq).toBe(602);
  });

  it('gives the state as it was after an event', async () => {
    for (const body of repaired) await journal.append(body, 'advisor');
    const live = await followState(journal);
    const then = await live.at(4);
    expect([then.seq, then.incidents.get('inc-1')?.state]).toEqual([
      4,
      stateAfter(...repaired.slice(0, 4)).incidents.get('inc-1')?.state,
    ]);
    expect(await live.at(999)).toEqual(live.current());
    expect((await live.at(0)).incidents.size).toBe(0);
  });
});
