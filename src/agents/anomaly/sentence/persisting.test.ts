import { describe, expect, it } from 'vitest';
import { aSignalFinding } from '../../../../test/builders/findings.ts';
import { dayMs, deployment, minuteMs, startMs } from '../../../../test/builders/signals.ts';
import type { Finding } from '../../../model/finding.ts';
import { markPersisting } from './persisting.ts';

const aFact: Finding = {
  kind: 'fact',
  id: 'fact:not-ready@shop/Deployment/cart',
  of: deployment(),
  severity: 'critical',
  onsetMs: startMs,
  firstSeenMs: startMs,
  lastSeenMs: startMs,
  sentence: '0 of 3 ready',
  fact: 'not-ready',
  objects: [],
  count: 3,
};
const aSignal = aSignalFinding({ firstSeenMs: startMs, notes: ['normal is 240 ms'] });

describe('a finding that has been open for long', () => {
  it('is left alone for a day', () => {
    expect(markPersisting(aSignal, startMs + dayMs - minuteMs, dayMs)).toBe(aSignal);
    expect(markPersisting(aFact, startMs + dayMs - minuteMs, dayMs)).toBe(aFact);
  });

  it('persists after it, and says that it does not become the normal', () => {
    expect(markPersisting(aSignal, startMs + dayMs, dayMs)).toMatchObject({
      persisting: true,
      notes: [
        'persisting: open for more than a day; nothing of it is learned as normal until it closes',
        'normal is 240 ms',
      ],
    });
    expect(markPersisting(aFact, startMs + dayMs, dayMs)).toEqual({ ...aFact, persisting: true });
  });

  it('says nothing of learning where nothing is learned', () => {
    const burning = aSignalFinding({ firstSeenMs: startMs, level: 'impact' });
    expect(markPersisting(burning, startMs + dayMs, dayMs)).toMatchObject({
      notes: ['persisting: open for more than a day'],
    });
  });

  it('keeps to twelve notes', () => {
    const noted = aSignalFinding({ firstSeenMs: startMs, notes: Array.from({ length: 12 }, (_, at) => `${at}`) });
    const marked = markPersisting(noted, startMs + dayMs, dayMs);
    expect(marked.kind === 'signal' && marked.notes?.length).toBe(12);
  });
});
