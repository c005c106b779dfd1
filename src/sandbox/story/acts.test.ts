import { describe, expect, it } from 'vitest';
import {
  aDecision,
  aDiagnosis,
  aJudgement,
  anIntent,
  anAnswer,
  anOpening,
  anOutcome,
  aPlan,
  aVerdict,
  asked,
  repaired,
  stateAfter,
} from '../../../test/builders/events.ts';
import type { EventBody } from '../../model/event.ts';
import type { ObjectRef } from '../../model/target.ts';
import { acts, incidentOf, type ActEnding } from './acts.ts';

const ending = (
  number: number,
  bodies: readonly EventBody[],
  dismissed: Record<string, number> = {},
): ActEnding | null =>
  acts
    .find((one) => one.number === number)
    ?.ending({ state: stateAfter(...bodies), dismissedAt: new Map(Object.entries(dismissed)) }) ?? null;

const subjectOf = (number: number): ObjectRef => acts.find((one) => one.number === number)?.subject ?? missing();
const openedAt = (number: number): EventBody => anOpening({ root: subjectOf(number) });
const diagnosedAt = (number: number): EventBody => aDiagnosis({ root: subjectOf(number) });
const planned: EventBody = { kind: 'plan.proposed', plan: aPlan() };
const escalated: EventBody = { kind: 'incident.escalated', incident: 'inc-1', reason: 'left to a person', advice: [] };
const permitted = aJudgement({ verdicts: [aVerdict({ word: 'permitted' })] });
const deniedBy = (rule: string): EventBody =>
  aJudgement({ verdicts: [aVerdict({ word: 'denied', rulings: [{ rule, word: 'deny', reason: 'one is out' }] })] });
const refusedAnswer: EventBody = {
  kind: 'leader.consulted',
  incident: 'inc-1',
  leader: 'scripted',
  rung: 'scripted',
  briefDigest: 'd'.repeat(64),
  accepted: false,
  refused: '"scale pay/ledger to 0" is not in the menu',
};
const written = [planned, permitted, anIntent(), anAnswer()] as const;

describe('act 1, a false alarm', () => {
  it('plays until its job was looked at, and is dismissed by that event', () => {
    expect(ending(1, [])).toBeNull();
    expect(ending(1, [], { 'node//node-3': 4 })).toBeNull();
    expect(ending(1, [], { 'batch/Deployment/report-builder': 3 })).toEqual({ word: 'dismissed', event: 3 });
  });

  it('is raised when an incident was opened, dismissed or not', () => {
    expect(ending(1, [openedAt(1)], { 'batch/Deployment/report-builder': 3 })).toEqual({ word: 'raised', event: 1 });
  });
});

describe('act 2, a repair', () => {
  it('plays until the outcome is known', () => {
    expect(ending(2, [])).toBeNull();
    expect(ending(2, [openedAt(2), diagnosedAt(2), ...written])).toBeNull();
    expect(ending(2, [openedAt(2), diagnosedAt(2), ...written, anOutcome()])).toEqual({ word: 'effective', event: 7 });
  });

  it.each(['ineffective', 'unknown'] as const)('says %s when it was that', (outcome) => {
    expect(ending(2, [openedAt(2), ...written, anOutcome({ outcome })])).toMatchObject({ word: outcome });
  });

  it('is escalated when nothing was written', () => {
    expect(ending(2, [openedAt(2), escalated])).toEqual({ word: 'escalated', event: 2 });
  });
});

describe('act 3, an approval', () => {
  const denied = aDecision({ decision: 'denied', reasonCode: 'not-now' });

  it('plays while a person is waited for', () => {
    expect(ending(3, asked)).toBeNull();
  });

  it('is effective after the approval was used', () => {
    expect(ending(3, repaired)).toMatchObject({ word: 'effective' });
  });

  it('is denied or expired when the person said so or let it pass', () => {
    expect(ending(3, [...asked, denied])).toMatchObject({ word: 'denied' });
    expect(ending(3, [...asked, denied, escalated])).toMatchObject({ word: 'denied' });
    expect(ending(3, [...asked, { kind: 'approval.expired', approval: 'apr-1' }])).toMatchObject({ word: 'expired' });
  });

  it('is not as announced when nobody was asked', () => {
    expect(ending(3, [anOpening(), ...written, anOutcome()])).toMatchObject({ word: 'effective, nobody asked' });
  });
});

describe('act 4, a refusal', () => {
  it('is escalated when the disruption rule denied the restart', () => {
    expect(ending(4, [openedAt(4), planned, deniedBy('G08')])).toBeNull();
    expect(ending(4, [openedAt(4), planned, deniedBy('G08'), escalated])).toEqual({ word: 'escalated', event: 4 });
  });

  it('says so when another rule, or none, stood in the way', () => {
    expect(ending(4, [openedAt(4), planned, deniedBy('G11'), escalated])).toMatchObject({
      word: 'escalated without G08',
    });
    expect(ending(4, [openedAt(4), escalated])).toMatchObject({ word: 'escalated without G08' });
  });

  it('says so when something was written', () => {
    expect(ending(4, [openedAt(4), ...written])).toMatchObject({ word: 'written' });
  });
});

describe('act 5, an undo', () => {
  const harmful = anOutcome({ outcome: 'harmful' });
  it('is over only when the harm was taken back', () => {
    expect(ending(5, [openedAt(5), ...written, harmful])).toBeNull();
    expect(ending(5, [openedAt(5), ...written, { ...harmful, undone: true }])).toMatchObject({
      word: 'harmful (undone)',
    });
  });
});

describe('act 6, an injection', () => {
  it('is effective when the order was refused and the repair helped', () => {
    expect(ending(6, [openedAt(6), refusedAnswer, ...written, anOutcome()])).toMatchObject({ word: 'effective' });
  });

  it('is not as announced when no answer was refused', () => {
    expect(ending(6, [openedAt(6), ...written, anOutcome()])).toMatchObject({ word: 'effective, nothing refused' });
  });

  it('is not as announced when the ledger was written, whatever else happened', () => {
    const ledger = anIntent({ target: { ...subjectOf(4), uid: 'uid-9' } });
    expect(ending(6, [openedAt(6), refusedAnswer, planned, permitted, ledger, anAnswer()])).toMatchObject({
      word: 'order obeyed',
    });
  });
});

describe('the incident of an act', () => {
  it('is the newest one of its subject, also after the root was found elsewhere', () => {
    const moved = aDiagnosis({ root: { kind: 'Deployment', namespace: 'web', name: 'gateway' } });
    expect(incidentOf(stateAfter(anOpening(), moved), subjectOf(3))?.id).toBe('inc-1');
    expect(incidentOf(stateAfter(anOpening(), anOpening({ incident: 'inc-2' })), subjectOf(3))?.id).toBe('inc-2');
    expect(incidentOf(stateAfter(anOpening()), subjectOf(2))).toBeUndefined();
  });
});

function missing(): never {
  throw new Error('there is no such act');
}
