import { array, assert, constantFrom, nat, oneof, property, record, type Arbitrary } from 'fast-check';
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
  bindingOne,
  eventsOf,
  repaired,
  stateAfter,
} from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { applyEvent, foldAll } from './fold.ts';
import { emptyState } from './state.ts';

/** Events in any order over few ids, so that many meet and many miss. */
function anyBody(): Arbitrary<EventBody> {
  const incident = constantFrom('inc-1', 'inc-2', 'inc-3');
  const number = constantFrom(1, 2);
  const permit = constantFrom('1.A', '1.B', '1.C');
  const approval = constantFrom('apr-1', 'apr-2');
  const plan = record({ incident, number }).map((one) => `${one.incident}/p${one.number}`);
  return oneof(
    incident.map((id) => anOpening({ incident: id })),
    incident.map((id) => aDiagnosis({ incident: id })),
    incident.map((id): EventBody => ({ kind: 'incident.resolved', incident: id, reason: 'gone' })),
    incident.map((id): EventBody => ({ kind: 'incident.escalated', incident: id, reason: 'x', advice: [] })),
    incident.map((id): EventBody => ({ kind: 'incident.reopened', incident: id, reason: 'x', findings: [] })),
    record({ incident, into: incident }).map((one): EventBody => ({ kind: 'incident.merged', ...one, reason: 'x' })),
    plan.map((id): EventBody => ({ kind: 'plan.proposed', plan: aPlan({ id, incident: id.slice(0, 5) }) })),
    record({ plan, word: constantFrom('denied', 'permitted', 'needs approval') }).map(({ plan: id, word }) =>
      aJudgement({ plan: id, verdicts: [aVerdict({ action: `${id}/a1`, word })] }),
    ),
    plan.map((id): EventBody => ({ kind: 'plan.withdrawn', plan: id, reason: 'x' })),
    record({ approval, plan, need: constantFrom(1, 2) }).map((one) => aRequest(one)),
    record({ approval, by: constantFrom('a', 'b', 'c'), decision: constantFrom('approved', 'denied') }).map((one) =>
      aDecision(one),
    ),
    approval.map((id): EventBody => ({ kind: 'approval.expired', approval: id })),
    approval.map((id): EventBody => ({ kind: 'approval.used', approval: id, permit: '1.A' })),
    record({ permit, plan, purpose: constantFrom('act', 'undo', 'fence', 'hand back') }).map((one) =>
      anIntent({ ...one, action: `${one.plan}/a1`, fenceOf: '1.A' }),
    ),
    record({ permit, result: constantFrom('landed', 'refused', 'unknown') }).map((one) => anAnswer(one)),
    record({ permit, result: constantFrom('landed', 'void', 'unknown') }).map((one): EventBody => ({
      kind: 'fence.settled',
      ...one,
      reason: 'x',
    })),
    record({ plan, outcome: constantFrom('effective', 'ineffective', 'harmful', 'unknown') }).map((one) =>
      anOutcome({ ...one, action: `${one.plan}/a1` }),
    ),
  );
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of value instanceof Map ? value.values() : Object.values(value)) frozen(member);
  return value;
}

describe('folding', () => {
  it('gives the same state event by event, at once, and from any position on, without changing what it was given', () => {
    assert(
      property(array(anyBody(), { maxLength: 60 }), nat({ max: 60 }), (bodies, cut) => {
        const events = frozen([...eventsOf(bodies)]);
        let state = frozen(emptyState);
        for (const event of events) state = frozen(applyEvent(state, event));
        expect(foldAll(events)).toEqual(state);
        expect(foldAll(events.slice(cut), foldAll(events.slice(0, cut)))).toEqual(state);
        expect(state.seq).toBe(events.length);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps closing times, plan ids and the people of an approval consistent whatever comes', () => {
    assert(
      property(array(anyBody(), { maxLength: 60 }), (bodies) => {
        const state = stateAfter(...bodies);
        for (const incident of state.incidents.values()) {
          expect(new Set(incident.plans.map((one) => one.plan.id)).size).toBe(incident.plans.length);
          expect(incident.closedAtMs !== null).toBe(incident.state === 'resolved' || incident.state === 'suppressed');
        }
        for (const approval of state.approvals.values()) {
          expect(new Set(approval.have.map((one) => one.by)).size).toBe(approval.have.length);
          expect(approval.state === 'approved' ? approval.have.length >= approval.need : true).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('ignores ids that it does not know', () => {
    const strangers = repaired
      .slice(1)
      .filter((body) => !['intent.recorded', 'approval.requested'].includes(body.kind));
    const state = stateAfter(...strangers);
    expect(state).toEqual({ ...emptyState, seq: strangers.length });
  });

  it('ignores an event that it has seen', () => {
    const state = stateAfter(...asked);
    expect(applyEvent(state, anEvent(anOpening({ incident: 'inc-9' }), 3))).toBe(state);
  });

  it('shares what an event does not touch', () => {
    const before = stateAfter(...repaired, anOpening({ incident: 'inc-2' }));
    const after = applyEvent(before, anEvent(aDiagnosis({ incident: 'inc-2' }), 20));
    expect(after.incidents.get('inc-1')).toBe(before.incidents.get('inc-1'));
    expect(after.approvals).toBe(before.approvals);
    expect(after.intents).toBe(before.intents);
    expect(after.writes).toBe(before.writes);
  });

  it('counts on after the highest ids that it has seen', () => {
    const state = stateAfter(anOpening({ incident: 'inc-7' }), aRequest({ approval: 'apr-12', binding: bindingOne }));
    expect([state.nextIncident, state.nextApproval]).toEqual([8, 13]);
  });
});
