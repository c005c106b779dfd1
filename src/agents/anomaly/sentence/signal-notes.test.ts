import { describe, expect, it } from 'vitest';
import { aSignalFinding, traitsOf } from '../../../../test/builders/findings.ts';
import type { SignalFinding } from '../../../model/finding.ts';
import type { SignalId } from '../../../model/signal.ts';
import { createSeriesState } from '../series-state.ts';
import { delayNote, notesOf } from './signal-notes.ts';

const notes = (over: Partial<SignalFinding> = {}, days: number | null = 7, signal: SignalId = 'sli.latency') => {
  const traits = traitsOf(signal);
  const finding = aSignalFinding({ signal, ...over });
  return notesOf(finding, { traits, days, dayType: null }, createSeriesState({ signal, of: finding.of }, traits));
};

describe('the notes of a finding', () => {
  it('tell the normal, where the floor comes from, the test, and what would close it', () => {
    expect(notes()).toEqual([
      'normal is 240 ms, what matters is 50 ms or 1.3 times the normal, whichever is more: here 50 ms',
      'minimum effect against the same hour: T 12.3, 30 df, p = 2e-7, q = .003',
      'closes after 10 cycles in a row within 50 ms of the normal',
    ]);
  });

  it('tell how many series were tested together', () => {
    const { test } = aSignalFinding({});
    expect(notes({ test: { ...test, family: 'latency', m: 12 } })[1]).toMatch(/q = \.003 among 12 of latency$/);
  });

  it('name the channels that noticed it, without their numbers', () => {
    const told = notes({ votes: { med: 1.2, mean: 4.2, cus: 5 } });
    expect(told).toContain('first noticed by cus, mean');
    expect(told.join(' ')).not.toContain('4.2');
  });

  it('admit how little it was compared with', () => {
    expect(notes({}, 3)).toContain('only 3 days to compare with: one step less sure');
    expect(notes({}, null)).toContain('no three days to compare with: a candidate only');
    expect(notes({ level: 'pod', confidence: 'candidate' }, null)).toContain(
      'followed for less than a day: a candidate until then',
    );
  });

  it('keep what was noted before, and stay a dozen at most', () => {
    expect(notes({ notes: ['persisting'] })[0]).toBe('persisting');
    expect(notes({ notes: Array.from({ length: 12 }, (_, at) => `note ${at}`) })).toHaveLength(12);
  });

  it('say from where on it is more than a note', () => {
    expect(notes({ severity: 'info', unit: 'ratio' }, 7, 'memory.share')).toContain(
      'below 85 % it is worth no more than a note',
    );
  });

  it('count the cycles without a value', () => {
    const traits = traitsOf('sli.latency');
    const finding = aSignalFinding({});
    const state = createSeriesState({ signal: 'sli.latency', of: finding.of }, traits);
    state.results.push(null, null);
    expect(notesOf(finding, { traits, days: 7, dayType: null }, state)).toContain(
      '2 of the last 2 cycles brought no value to test',
    );
  });

  it('say how long it went unseen', () => {
    expect(delayNote({ ...aSignalFinding({}), onsetMs: 0, firstSeenMs: 240_000 })).toBe('found 4 min after it began');
  });
});
