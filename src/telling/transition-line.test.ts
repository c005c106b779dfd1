import { describe, expect, it } from 'vitest';
import {
  aDecision,
  aDiagnosis,
  aJudgement,
  anAnswer,
  anEvent,
  anIntent,
  anOpening,
  anOutcome,
  aPlan,
  aRequest,
  asked,
  aVerdict,
  repaired,
  stateAfter,
} from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { transitionLine } from './transition-line.ts';

function said(body: EventBody, before: readonly EventBody[] = asked): string | null {
  const line = transitionLine(anEvent(body, 99), stateAfter(...before, body));
  return line === null ? null : `${line.word}: ${line.text}`;
}

describe('the line of a transition', () => {
  it('tells an incident from opening to its end', () => {
    expect(said(anOpening(), [])).toMatch(/^open: /);
    expect(said(aDiagnosis(), [anOpening()])).toMatch(/^diagnosed: H1 WL-001 .*strong \(E1/);
    expect(said({ kind: 'incident.resolved', incident: 'inc-1', reason: 'its signs are gone' })).toBe(
      'resolved: its signs are gone',
    );
    expect(said({ kind: 'incident.escalated', incident: 'inc-1', reason: 'not settled', advice: [] })).toBe(
      'escalated: not settled',
    );
  });

  it('names the rules that deny, and says when a verdict is only what would be', () => {
    const denied = aVerdict({
      word: 'denied',
      wouldBe: true,
      rulings: [{ rule: 'G08', word: 'deny', reason: 'one of three is out' }],
    });
    expect(said(aJudgement({ verdicts: [denied] }))).toMatch(/^would be denied: .*G08 one of three is out$/);
  });

  it('leaves a verdict that asks to the line of the question', () => {
    expect(said(aJudgement({ verdicts: [aVerdict({ word: 'needs approval', need: 1 })] }))).toBeNull();
    expect(said(aRequest())).toMatch(/^awaiting approval: .*apr-1$/);
    expect(said(aDecision())).toMatch(/^approved: apr-1 by /);
  });

  it('tells a write when it is sent, an undo as such, and bookkeeping not at all', () => {
    expect(said(anIntent())).toMatch(/^acting: /);
    expect(said(anIntent({ purpose: 'undo' }))).toMatch(/^undoing: /);
    expect(said(anIntent({ purpose: 'fence' }))).toBeNull();
    expect(said(anIntent({ purpose: 'hand back' }))).toBeNull();
  });

  it('tells only the answers that are not the expected one', () => {
    const written = [...asked, anIntent()];
    expect(said(anAnswer({ result: 'landed' }), written)).toBeNull();
    expect(said(anAnswer({ result: 'refused', reason: 'a test failed' }), written)).toBe(
      'write refused: a test failed',
    );
    expect(said(anAnswer({ result: 'unknown', reason: 'no answer' }), written)).toBe('write unknown: no answer');
  });

  it('says the outcome of a repair, and of an undo only whether it took hold', () => {
    const undo = aPlan({ id: 'inc-1/p2', undoOf: 'inc-1/p1' });
    const outcome = anOutcome({ plan: 'inc-1/p2', action: 'inc-1/p2/a1', outcome: 'effective', sentence: '2 of 2' });
    expect(said(anOutcome({ outcome: 'effective', sentence: 'p99 190 ms' }))).toBe('effective: p99 190 ms');
    expect(said(anOutcome({ outcome: 'harmful', undone: true, sentence: 'worse' }))).toBe('harmful (undone): worse');
    expect(said(outcome, [...repaired, { kind: 'plan.proposed', plan: undo }])).toBe('taken back: 2 of 2');
  });

  it('tells the switch and the sources, and keeps silent about the rest', () => {
    expect(said({ kind: 'switch.stopped', by: 'anna', door: 'cli', reason: 'change' })).toContain(
      'no write will start',
    );
    expect(said({ kind: 'source.recovered', source: 'prometheus' })).toBe('source back: answers again');
    expect(said({ kind: 'process.stopped', reason: 'over' })).toBeNull();
  });
});
