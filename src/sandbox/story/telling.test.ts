import { describe, expect, it } from 'vitest';
import {
  aDecision,
  aDiagnosis,
  aJudgement,
  anAnswer,
  anEvidence,
  anIntent,
  anOpening,
  anOutcome,
  aPlan,
  aRequest,
  aVerdict,
  eventsOf,
} from '../../../test/builders/events.ts';
import { applyEvent } from '../../folds/fold.ts';
import { emptyState } from '../../folds/state.ts';
import type { EventBody } from '../../model/event.ts';
import type { ObjectRef } from '../../model/target.ts';
import { partsOf } from './player.ts';
import { createTeller, type Told } from './telling.ts';

/** What is told of these events, in their order. */
function told(...bodies: readonly EventBody[]): readonly Told[] {
  const tell = createTeller(partsOf(null), 'npx advisor');
  let state = emptyState;
  return eventsOf(bodies).flatMap((event) => {
    state = applyEvent(state, event);
    const line = tell(event, state);
    return line === null ? [] : [line];
  });
}

const planned: EventBody = { kind: 'plan.proposed', plan: aPlan() };
const dismissed = (of: ObjectRef): EventBody => ({
  kind: 'deviation.dismissed',
  dismissal: {
    series: 'cpu.usage',
    of,
    signal: 'cpu.usage',
    value: 6,
    lastHour: 1,
    usual: [1, 6],
    p: 0.5,
    q: 0.6,
    sentence: 'CPU 6×, usual for this hour',
  },
});

describe('what a newcomer is told', () => {
  it('is that a sign was left alone, once, and only when an act is about it', () => {
    const job = { kind: 'Deployment', namespace: 'batch', name: 'report-builder' };
    const node = { kind: 'Node', namespace: '', name: 'node-3' };
    expect(told(dismissed(node), dismissed(job), dismissed(job))).toEqual([
      { incident: '', word: 'left alone', subject: 'batch/deploy/report-builder', text: 'CPU 6×, usual for this hour' },
    ]);
  });

  it('is an incident with its first evidence, whoever it concerns', () => {
    const root = { kind: 'Deployment', namespace: 'web', name: 'search' };
    expect(told(anOpening({ root, evidence: [anEvidence()] }))[0]?.text).toBe(
      'checkout is killed for memory: OOMKilled 3 times in 4 min',
    );
    expect(told(anOpening({ evidence: [] }))[0]?.text).toBe('checkout is killed for memory');
  });

  it('is the leading cause, or that none is settled', () => {
    expect(told(anOpening(), aDiagnosis())[1]?.text).toBe('H1 WL-001 memory limit too low, strong (E1)');
    const [first] = aDiagnosis().hypotheses;
    const none = first === undefined ? [] : [{ ...first, code: 'NONE', title: 'cause not settled' }];
    expect(told(anOpening(), aDiagnosis({ hypotheses: none }))[1]?.text).toBe('not settled (E1)');
    expect(told(anOpening(), aDiagnosis({ hypotheses: [] }))[1]?.text).toBe('not settled (no evidence)');
  });

  it('is what was permitted, by name, risk and policy', () => {
    const permitted = (risk: 'low' | 'medium') =>
      told(
        anOpening(),
        planned,
        aJudgement({
          verdicts: [
            aVerdict({ word: 'permitted', risk, rulings: [{ rule: 'G14', word: 'allow', reason: 'allowed' }] }),
          ],
        }),
      )[1]?.text;
    expect(permitted('low')).toBe('set-resources 256Mi → 384Mi, low risk, 1 rule allows');
    expect(permitted('medium')).toBe('set-resources 256Mi → 384Mi, medium risk, allowed by policy, 1 rule allows');
  });

  it('is the first clause of a denial, and the steps by hand of what goes to a person', () => {
    const reason = '1 of 3 is out already: 1 of 3 would stay; budget ledger allows 0';
    const denied = aJudgement({
      verdicts: [aVerdict({ word: 'denied', rulings: [{ rule: 'G08', word: 'deny', reason }] })],
    });
    const escalated = (...advice: string[]): EventBody => ({
      kind: 'incident.escalated',
      incident: 'inc-1',
      reason,
      advice,
    });
    expect(
      told(anOpening(), planned, denied, escalated('look', 'restart'))
        .slice(1)
        .map((one) => one.text),
    ).toEqual(['set-resources: G08 1 of 3 is out already', '2 steps by hand: npx advisor show inc-1']);
    expect(told(anOpening(), escalated('look'))[1]?.text).toBe('1 step by hand: npx advisor show inc-1');
    expect(told(anOpening(), escalated())[1]?.text).toBe('1 of 3 is out already: npx advisor show inc-1');
  });

  it('is which approval waits', () => {
    expect(told(anOpening(), planned, aJudgement(), aRequest()).at(-1)).toMatchObject({
      word: 'awaiting approval',
      text: 'set-resources 256Mi → 384Mi · apr-1',
      asks: 'apr-1',
    });
  });

  it('leaves out what other lines say already', () => {
    const bodies = [anOpening(), planned, aJudgement(), aRequest(), aDecision(), anIntent(), anAnswer(), anOutcome()];
    const resolved: EventBody = { kind: 'incident.resolved', incident: 'inc-1', reason: 'signs gone' };
    expect(told(...bodies, resolved).map((one) => one.word)).toEqual([
      'open',
      'awaiting approval',
      'approved',
      'effective',
    ]);
  });
});
