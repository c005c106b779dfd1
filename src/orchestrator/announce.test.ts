import { describe, expect, it } from 'vitest';
import {
  anAnswer,
  anEvent,
  anIntent,
  anOpening,
  anOutcome,
  aRequest,
  asked,
  repaired,
  stateAfter,
} from '../../test/builders/events.ts';
import { announcementOf } from './announce.ts';

const clusterId = '4f1c9a00-1111';

describe('what the cluster is told', () => {
  it('tells an opened incident on its root as a warning', () => {
    const told = announcementOf(anEvent(anOpening(), 7), stateAfter(anOpening()), clusterId);
    expect(told).toMatchObject({
      about: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      type: 'Warning',
      reason: 'IncidentOpened',
      name: 'advisor-4f1c9a-inc-1-7',
    });
    expect(told?.note).toMatch(/^inc-1: /);
  });

  it('names the permit of a write that landed, and says nothing of one that was refused', () => {
    const state = stateAfter(...asked, anIntent());
    const { permit } = anIntent();
    expect(announcementOf(anEvent(anAnswer({ result: 'landed' })), state, clusterId)).toMatchObject({
      reason: 'PlanWritten',
      annotations: { 'nemotron-advisor.dev/last-action': permit },
    });
    expect(announcementOf(anEvent(anAnswer({ result: 'refused' })), state, clusterId)).toBeNull();
  });

  it('tells an undo apart from a write, and leaves bookkeeping unsaid', () => {
    const undo = stateAfter(...asked, anIntent({ purpose: 'undo' }));
    const handBack = stateAfter(...asked, anIntent({ purpose: 'hand back' }));
    expect(announcementOf(anEvent(anAnswer()), undo, clusterId)?.reason).toBe('PlanUndone');
    expect(announcementOf(anEvent(anAnswer()), handBack, clusterId)).toBeNull();
    const fence = stateAfter(...asked, anIntent({ purpose: 'fence' }));
    expect(announcementOf(anEvent(anAnswer()), fence, clusterId)).toBeNull();
  });

  it('says how an action ended, and warns when it did not help', () => {
    const state = stateAfter(...repaired);
    expect(announcementOf(anEvent(anOutcome({ outcome: 'effective' })), state, clusterId)?.type).toBe('Normal');
    const harmful = announcementOf(anEvent(anOutcome({ outcome: 'harmful', undone: true })), state, clusterId);
    expect(harmful).toMatchObject({ type: 'Warning', reason: 'OutcomeRecorded' });
    expect(harmful?.note).toContain('harmful (undone)');
  });

  it('names the approval that waits', () => {
    const told = announcementOf(anEvent(aRequest()), stateAfter(...asked), clusterId);
    expect(told?.note).toContain('apr-1 waits');
  });

  it('is silent about events that are no transition, and about incidents it does not know', () => {
    expect(announcementOf(anEvent({ kind: 'process.stopped', reason: 'x' }), stateAfter(), clusterId)).toBeNull();
    expect(announcementOf(anEvent(anOpening()), stateAfter(), clusterId)).toBeNull();
  });
});
