import { describe, expect, it } from 'vitest';
import { aDecision, aPlan, aRequest, asked, bindingOne, stateAfter } from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { decide, effectOfDenial, whyNotApprove, type DecisionRequest } from './approval-decision.ts';
import type { State } from './state.ts';

const nowMs = 100_000;
const waiting = stateAfter(...asked);
const high = [...asked.slice(0, 4), aRequest({ need: 2, risk: 'high' })];

function request(more: Partial<DecisionRequest> = {}): DecisionRequest {
  return {
    approval: 'apr-1',
    decision: 'approved',
    digest: bindingOne,
    by: 'anna',
    door: 'cli',
    idempotencyKey: 'key-0001',
    ...more,
  };
}
const denial = (more: Partial<DecisionRequest> = {}): DecisionRequest =>
  request({ decision: 'denied', reasonCode: 'wrong-action', ...more });

/** The code of the refusal, or the kind of the decision. */
function codeOf(state: State, asking: DecisionRequest, atMs = nowMs): string {
  const decision = decide(state, asking, atMs);
  return decision.kind === 'refused' ? decision.problem.code : decision.kind;
}

describe('deciding an approval', () => {
  it('records what the person decided, bound to what waits', () => {
    expect(decide(waiting, request({ digest: bindingOne.slice(0, 12), reason: 'fine' }), nowMs)).toEqual({
      kind: 'record',
      body: {
        kind: 'approval.decided',
        approval: 'apr-1',
        decision: 'approved',
        by: 'anna',
        door: 'cli',
        binding: bindingOne,
        idempotencyKey: 'key-0001',
        reason: 'fine',
      },
    });
  });

  it('refuses an approval of something else than what waits, or of nothing said', () => {
    const decision = decide(waiting, request({ digest: 'abcdefabcdef' }), nowMs);
    expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'stale-plan', exitCode: 6 } });
    expect(codeOf(waiting, request({ digest: undefined }))).toBe('digest-needed');
    expect(codeOf(waiting, denial({ digest: undefined }))).toBe('record');
    expect(codeOf(waiting, denial({ digest: 'abcdefabcdef' }))).toBe('stale-plan');
  });

  it('refuses an id that nobody knows', () => {
    expect(codeOf(waiting, request({ approval: 'apr-9' }))).toBe('approval-not-found');
  });

  it('refuses what came too late on the wall clock, to the millisecond', () => {
    expect(codeOf(waiting, request(), 899_999)).toBe('record');
    expect(codeOf(waiting, request(), 900_000)).toBe('approval-expired');
    expect(codeOf(waiting, denial(), 900_000)).toBe('record');
  });

  it('refuses what has ended otherwise, and says how', () => {
    const after = (...bodies: readonly EventBody[]) => stateAfter(...asked, ...bodies);
    const expired = after({ kind: 'approval.expired', approval: 'apr-1' });
    const voided = after({ kind: 'approval.voided', approval: 'apr-1', reason: 'image changed 1.9.0 → 1.9.1' });
    const denied = after(aDecision({ decision: 'denied', by: 'ben', reasonCode: 'not-now' }));
    expect(codeOf(expired, request())).toBe('approval-expired');
    expect(decide(voided, request(), nowMs)).toMatchObject({
      problem: { code: 'approval-void', why: 'image changed 1.9.0 → 1.9.1' },
    });
    expect(decide(denied, request(), nowMs)).toMatchObject({
      problem: { code: 'already-decided', why: 'ben denied it: not-now', exitCode: 6 },
    });
    expect(codeOf(expired, denial())).toBe('approval-expired');
  });

  it('needs a reason code for a denial', () => {
    expect(codeOf(waiting, denial({ reasonCode: undefined }))).toBe('reason-needed');
  });
});

describe('asking twice', () => {
  const approvedByAnna = stateAfter(...asked, aDecision({ by: 'anna', idempotencyKey: 'key-0001' }));

  it('gives the recorded decision for the same key and for another key of the same person', () => {
    for (const idempotencyKey of ['key-0001', 'key-0002'])
      expect(decide(approvedByAnna, request({ idempotencyKey }), nowMs)).toMatchObject({
        kind: 'recorded',
        by: 'anna',
        seq: 6,
        sentence: 'you approved it already',
      });
  });

  it('tells the second of two people who was faster', () => {
    expect(decide(approvedByAnna, request({ by: 'ben', idempotencyKey: 'key-0003' }), nowMs)).toMatchObject({
      kind: 'recorded',
      by: 'anna',
      sentence: 'anna approved it before you',
    });
  });

  it('lets a denial through after an approval, until the permit', () => {
    expect(codeOf(approvedByAnna, denial({ by: 'ben', idempotencyKey: 'key-0004' }))).toBe('record');
    const used = stateAfter(...asked, aDecision({ by: 'anna' }), {
      kind: 'approval.used',
      approval: 'apr-1',
      permit: '1.A',
    });
    expect(decide(used, denial(), nowMs)).toMatchObject({
      problem: { code: 'too-late', next: 'advisor undo inc-1/p1', exitCode: 6 },
    });
    expect(codeOf(used, request({ by: 'anna' }))).toBe('recorded');
  });

  it('gives the recorded denial to whoever denies again', () => {
    const denied = stateAfter(
      ...asked,
      aDecision({ decision: 'denied', by: 'ben', reasonCode: 'not-now', door: 'link' }),
    );
    expect(decide(denied, denial({ by: 'ben' }), nowMs)).toMatchObject({
      sentence: 'you denied it already',
      door: 'link',
    });
    expect(decide(denied, denial({ by: 'anna' }), nowMs)).toMatchObject({ sentence: 'ben denied it before you' });
  });

  it('refuses a key that comes back with the opposite decision', () => {
    expect(codeOf(approvedByAnna, denial({ idempotencyKey: 'key-0001' }))).toBe('idempotency-key-reused');
    const denied = stateAfter(
      ...asked,
      aDecision({ decision: 'denied', by: 'anna', reasonCode: 'not-now', idempotencyKey: 'key-0001' }),
    );
    expect(codeOf(denied, request())).toBe('idempotency-key-reused');
  });
});

describe('who may decide', () => {
  it('never counts a local operator for high risk, and takes a denial from one', () => {
    const state = stateAfter(...high);
    expect(decide(state, request({ by: 'local:sre' }), nowMs)).toMatchObject({
      problem: { code: 'local-cannot-decide', exitCode: 5 },
    });
    expect(codeOf(state, denial({ by: 'local:sre' }))).toBe('record');
    expect(codeOf(waiting, request({ by: 'local:sre' }))).toBe('record');
  });

  it('needs two different people for high risk', () => {
    const half = stateAfter(...high, aDecision({ by: 'anna' }));
    expect(decide(half, request(), nowMs)).toMatchObject({
      kind: 'recorded',
      sentence: 'you gave one already; it needs another person',
    });
    expect(codeOf(half, request({ by: 'ben' }))).toBe('record');
  });

  it('does not let the requester approve a plan, except its undo', () => {
    const asking = (undoOf?: string) => {
      const plan = aPlan({ requestedBy: 'anna', ...(undoOf === undefined ? {} : { undoOf }) });
      return stateAfter(...asked.slice(0, 2), { kind: 'plan.proposed', plan }, ...asked.slice(3));
    };
    expect(codeOf(asking(), request())).toBe('requester-cannot-approve');
    expect(codeOf(asking('inc-1/p0'), request())).toBe('record');
  });

  it('tells in advance why somebody cannot', () => {
    const whyNot = (state: State, by: string) => {
      const approval = state.approvals.get('apr-1');
      return approval === undefined ? 'gone' : whyNotApprove(state, approval, by, nowMs);
    };
    expect(whyNot(waiting, 'anna')).toBeNull();
    expect(whyNot(stateAfter(...high), 'local:sre')).toMatch(/local operator counts as none/);
    expect(whyNot(stateAfter(...high, aDecision({ by: 'anna' })), 'anna')).toMatch(/another person/);
    expect(whyNot(stateAfter(...asked, { kind: 'approval.expired', approval: 'apr-1' }), 'anna')).toBe(
      'nobody decided in time',
    );
  });

  it('says what each denial will do', () => {
    expect(effectOfDenial('wrong-action', 'inc-1')).toBe('this action is off the menu for inc-1; planning anew');
    expect(effectOfDenial('by-hand', 'inc-1')).toContain('waits and is watched');
  });
});
