import { describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import { anOpening } from '../../test/builders/events.ts';
import { createVerifier } from './chain.ts';
import { createMemoryJournal } from './memory-journal.ts';
import { canonicalJson, toJson } from '../model/json.ts';

describe('a journal in memory', () => {
  it('folds what is appended and chains it like the durable one', async () => {
    const journal = createMemoryJournal(steppedClock(1_000));
    await journal.append(anOpening(), 'orchestrator');
    await journal.append({ kind: 'process.stopped', reason: 'over' }, 'advisor');
    expect([...journal.state().incidents.keys()]).toEqual(['inc-1']);
    const verifier = createVerifier();
    for (const event of await journal.read(0, 10)) verifier.see(canonicalJson(toJson(event)));
    expect(verifier.report()).toMatchObject({ intact: true, events: 2 });
  });

  it('pages by position and keeps payloads by digest', async () => {
    const journal = createMemoryJournal(steppedClock(0));
    await journal.append(anOpening(), 'a');
    await journal.append(anOpening({ incident: 'inc-2' }), 'a');
    expect((await journal.read(1, 5)).map((one) => one.seq)).toEqual([2]);
    const digest = await journal.keep({ a: 1 });
    expect(await journal.payload(digest)).toEqual({ a: 1 });
    expect(await journal.payload('other')).toBeNull();
  });
});
