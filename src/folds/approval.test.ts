import { describe, expect, it } from 'vitest';
import { aDecision, aRequest, asked, stateAfter } from '../../test/builders/events.ts';
import { findPlan, waitingApprovals } from './lookup.ts';
import { type State } from './state.ts';

const incidentOf = (state: State, id = 'inc-1') => {
  const incident = state.incidents.get(id);
  if (incident === undefined) throw new Error(`no ${id}`);
  return incident;
};
const planOf = (state: State, id = 'inc-1/p1') => {
  const found = findPlan(state, id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found.plan;
};

describe('approvals', () => {
  const high = [...asked.slice(0, 4), aRequest({ need: 2, risk: 'high' })];

  it('needs two different people for two', () => {
    const half = stateAfter(...high, aDecision({ by: 'anna' }), aDecision({ by: 'anna' }));
    expect(half.approvals.get('apr-1')).toMatchObject({ state: 'half approved', have: [{ by: 'anna', seq: 6 }] });
    const whole = stateAfter(...high, aDecision({ by: 'anna' }), aDecision({ by: 'ben', idempotencyKey: 'k' }));
    expect(whole.approvals.get('apr-1')).toMatchObject({
      state: 'approved',
      have: [{ by: 'anna' }, { by: 'ben', idempotencyKey: 'k' }],
    });
    expect(waitingApprovals(whole)).toEqual([]);
  });

  it('does not count a decision on something else than what was shown', () => {
    const state = stateAfter(...asked, aDecision({ binding: 'f'.repeat(64) }));
    expect(state.approvals.get('apr-1')?.state).toBe('waiting');
  });

  it('lets a denial stop the plan even after an approval, but not after the permit', () => {
    const no = aDecision({ decision: 'denied', by: 'ben', reasonCode: 'wrong-action', reason: 'leak' });
    const stopped = stateAfter(...asked, aDecision(), no);
    expect(stopped.approvals.get('apr-1')).toMatchObject({
      state: 'denied',
      denial: { by: 'ben', reasonCode: 'wrong-action', reason: 'leak', seq: 7 },
    });
    expect(planOf(stopped).ended?.why).toBe('denied by ben: wrong-action');
    const late = stateAfter(...asked, aDecision(), { kind: 'approval.used', approval: 'apr-1', permit: '1.A' }, no);
    expect(late.approvals.get('apr-1')?.state).toBe('used');
    expect(stateAfter(...asked, no, aDecision()).approvals.get('apr-1')?.state).toBe('denied');
  });

  it('sends the incident where the reason of the denial asks for', () => {
    const after = (reasonCode: string) =>
      incidentOf(stateAfter(...asked, aDecision({ decision: 'denied', reasonCode })));
    expect(after('wrong-cause').state).toBe('diagnosed');
    expect(after('wrong-action').state).toBe('diagnosed');
    expect(after('by-hand').state).toBe('escalated');
    expect(after('not-now').state).toBe('escalated');
    expect(after('not-a-problem')).toMatchObject({ state: 'suppressed', closedAtMs: 6_000 });
  });

  it('ends in a terminal state when time is over, the target changed, or the incident is gone', () => {
    const expired = stateAfter(...asked, { kind: 'approval.expired', approval: 'apr-1' });
    expect(expired.approvals.get('apr-1')?.state).toBe('expired');
    expect(incidentOf(expired).state).toBe('diagnosed');
    expect(planOf(expired).ended?.why).toContain('approval expired');
    const voided = stateAfter(...asked, { kind: 'approval.voided', approval: 'apr-1', reason: 'image changed' });
    expect(voided.approvals.get('apr-1')).toMatchObject({ state: 'void', note: 'image changed' });
    const gone = stateAfter(...asked, { kind: 'incident.resolved', incident: 'inc-1', reason: 'signs gone' });
    expect(gone.approvals.get('apr-1')).toMatchObject({ state: 'void', note: 'not needed any more: signs gone' });
    expect(planOf(gone).ended?.why).toBe('incident resolved: signs gone');
  });

  it('stays as it was when the target only moved', () => {
    const state = stateAfter(...asked, { kind: 'approval.reanchored', approval: 'apr-1', note: '81260 → 81268' });
    expect(state.approvals.get('apr-1')).toMatchObject({ state: 'waiting', note: '81260 → 81268' });
  });
});
