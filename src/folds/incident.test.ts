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
  asked,
  aVerdict,
  checkout,
  eventsOf,
  repaired,
  stateAfter,
} from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { applyEvent } from './fold.ts';
import { findAction, findPlan, livePlan, openIncidents } from './lookup.ts';
import { emptyState, type State } from './state.ts';

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
const acted: readonly EventBody[] = [...asked, aDecision(), anIntent()];
const undoPlan = aPlan({ id: 'inc-1/p2', undoOf: 'inc-1/p1', requestedBy: 'local:sre' });

describe('the life of an incident', () => {
  it('goes through its states in the order of a repair that helped', () => {
    const states: string[] = [];
    let state = emptyState;
    for (const event of eventsOf(repaired)) {
      state = applyEvent(state, event);
      states.push(incidentOf(state).state);
    }
    expect(states).toEqual([
      'open',
      'diagnosed',
      'diagnosed',
      'planned',
      'awaiting approval',
      'awaiting approval',
      'awaiting approval',
      'acting',
      'verifying',
      'verifying',
      'resolved',
    ]);
    expect(incidentOf(state)).toMatchObject({ closedAtMs: 11_000, times: 1, leader: 'playbook', reason: 'signs gone' });
    expect(incidentOf(state).events).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(planOf(state).ended).toEqual({ why: 'effective', atMs: 10_000 });
    expect(state.approvals.get('apr-1')?.state).toBe('used');
    expect(state.writes).toMatchObject([{ permit: '1.A', actionName: 'set-resources', atMs: 9_000, purpose: 'act' }]);
    expect(state.outcomes).toMatchObject([{ word: 'effective', actionName: 'set-resources', target: checkout }]);
    expect(state.intents.get('1.A')).toMatchObject({ answer: { result: 'landed' }, after: 'd'.repeat(64) });
    expect(openIncidents(state)).toEqual([]);
  });

  it('is diagnosed again after an ineffective action, and escalated after a harmful or unknown one', () => {
    const after = (outcome: 'ineffective' | 'harmful' | 'unknown') =>
      stateAfter(...acted, anAnswer(), anOutcome({ outcome, undone: outcome === 'harmful' }));
    expect(incidentOf(after('ineffective')).state).toBe('diagnosed');
    expect(incidentOf(after('harmful')).state).toBe('escalated');
    expect(incidentOf(after('unknown')).state).toBe('escalated');
    expect(planOf(after('harmful')).ended?.why).toBe('harmful');
    expect(findAction(after('harmful'), 'inc-1/p1/a1')?.action.outcome).toMatchObject({
      word: 'harmful',
      undone: true,
    });
  });

  it('acts again for the undo of harm and ends escalated', () => {
    const bodies = [...acted, anAnswer(), anOutcome({ outcome: 'harmful', undone: false })];
    const undoing = stateAfter(...bodies, anIntent({ permit: '1.B', purpose: 'undo' }));
    expect(incidentOf(undoing).state).toBe('acting');
    const undone = stateAfter(...bodies, anIntent({ permit: '1.B', purpose: 'undo' }), anAnswer({ permit: '1.B' }));
    expect(incidentOf(undone).state).toBe('escalated');
    expect(undone.writes.map((one) => one.purpose)).toEqual(['act', 'undo']);
  });

  it('is watched again when a person asks to undo the repair of a resolved incident', () => {
    const judged = aJudgement({ plan: 'inc-1/p2', verdicts: [aVerdict({ action: 'inc-1/p2/a1', word: 'permitted' })] });
    const bodies = [...repaired, { kind: 'plan.proposed' as const, plan: undoPlan }, judged];
    const planned = stateAfter(...bodies);
    expect(incidentOf(planned)).toMatchObject({ state: 'planned', closedAtMs: null });
    expect(livePlan(incidentOf(planned))?.plan.id).toBe('inc-1/p2');
    const own = { plan: 'inc-1/p2', action: 'inc-1/p2/a1' };
    const written = [...bodies, anIntent({ ...own, permit: '1.C', purpose: 'undo' }), anAnswer({ permit: '1.C' })];
    expect(incidentOf(stateAfter(...written)).state).toBe('verifying');
    expect(planOf(stateAfter(...written), 'inc-1/p2').actions[0]?.writtenAtMs).toBe(15_000);
    expect(incidentOf(stateAfter(...written, anOutcome(own))).state).toBe('escalated');
  });

  it('plans on with the next action of a plan while actions are left', () => {
    const two = aPlan({ actions: [...aPlan().actions, { ...aPlan().actions[0]!, id: 'inc-1/p1/a2' }] });
    const state = stateAfter(
      anOpening(),
      aDiagnosis(),
      { kind: 'plan.proposed', plan: two },
      aJudgement(),
      anIntent(),
      anAnswer(),
      anOutcome(),
    );
    expect(incidentOf(state).state).toBe('planned');
    expect(planOf(state).ended).toBeNull();
  });

  it('reopens with its history and counts how often it came', () => {
    const state = stateAfter(...repaired, {
      kind: 'incident.reopened',
      incident: 'inc-1',
      reason: 'killed again',
      findings: ['f2'],
    });
    expect(incidentOf(state)).toMatchObject({ state: 'open', times: 2, closedAtMs: null, findings: ['f2'] });
    expect(incidentOf(state).plans).toHaveLength(1);
  });

  it('joins the findings of a merged incident into the older one', () => {
    const state = stateAfter(anOpening({ findings: ['a'] }), anOpening({ incident: 'inc-2', findings: ['a', 'b'] }), {
      kind: 'incident.merged',
      incident: 'inc-2',
      into: 'inc-1',
      reason: 'same root',
    });
    expect(incidentOf(state).findings).toEqual(['a', 'b']);
    expect(incidentOf(state, 'inc-2')).toMatchObject({ state: 'resolved', mergedInto: 'inc-1', reason: 'same root' });
    expect(state.nextIncident).toBe(3);
  });

  it('replaces evidence of a known number, adds new, and replaces the findings that hold', () => {
    const state = stateAfter(anOpening(), {
      kind: 'incident.updated',
      incident: 'inc-1',
      findings: ['x'],
      severity: 'warning',
      evidence: [anEvidence('E1', { sentence: 'OOMKilled 4 times' }), anEvidence('E2')],
    });
    expect(incidentOf(state)).toMatchObject({ findings: ['x'], severity: 'warning', title: anOpening().title });
    expect(incidentOf(state).evidence.map((one) => [one.id, one.sentence])).toEqual([
      ['E1', 'OOMKilled 4 times'],
      ['E2', anEvidence().sentence],
    ]);
  });

  it('does not move while a write is verified when it is diagnosed anew', () => {
    expect(incidentOf(stateAfter(...acted, anAnswer(), aDiagnosis({ hypotheses: [] })))).toMatchObject({
      state: 'verifying',
      hypotheses: [],
    });
    const escalated: EventBody = {
      kind: 'incident.escalated',
      incident: 'inc-1',
      reason: 'no remedy',
      advice: ['by hand'],
    };
    expect(incidentOf(stateAfter(anOpening(), escalated))).toMatchObject({ state: 'escalated', advice: ['by hand'] });
    expect(incidentOf(stateAfter(anOpening(), escalated, aDiagnosis())).state).toBe('diagnosed');
  });

  it('remembers who led and which answers were not used', () => {
    const state = stateAfter(anOpening(), {
      kind: 'leader.consulted',
      incident: 'inc-1',
      leader: 'nemotron',
      rung: '1',
      briefDigest: 'x',
      accepted: false,
      refused: 'the choice is not in the menu',
    });
    expect(incidentOf(state)).toMatchObject({
      leader: 'nemotron',
      rung: '1',
      refusedAnswers: ['the choice is not in the menu'],
    });
  });

  it('counts the calls of a model among the events of their incident, and changes nothing else', () => {
    const call: EventBody = {
      kind: 'leader.called',
      purpose: 'plan',
      requestedModel: 'm',
      profile: 'other',
      rung: 'prompted JSON',
      briefDigest: 'b',
      promptDigest: 'p',
      promptTokens: 1,
      completionTokens: 1,
      tokensEstimated: false,
      latencyMs: 1,
      result: 'answered',
    };
    const changed: EventBody = { kind: 'rung.changed', model: 'm', from: 'tool calls', to: 'choice', reason: 'r' };
    const state = stateAfter(anOpening(), { ...call, incident: 'inc-1' }, call, changed);
    expect(incidentOf(state)).toEqual({ ...incidentOf(stateAfter(anOpening())), events: [1, 2], updatedAtMs: 2_000 });
  });

  it('keeps the newest 500 positions of an incident that goes on and on', () => {
    const update: EventBody = { kind: 'incident.updated', incident: 'inc-1', severity: 'info' };
    const state = stateAfter(anOpening(), ...Array.from({ length: 600 }, () => update));
    expect(incidentOf(state).events).toHaveLength(500);
    expect(incidentOf(state).events.at(-1)).toBe(601);
  });
});

describe('plans and verdicts', () => {
  const planned: readonly EventBody[] = [anOpening(), aDiagnosis(), { kind: 'plan.proposed', plan: aPlan() }];

  it('ends with a denial that counts, and lives again when judged anew without one', () => {
    const denial = aVerdict({
      word: 'denied',
      rulings: [{ rule: 'G08', word: 'deny', reason: 'last ready replica' }],
      need: 0,
    });
    const denied = stateAfter(...planned, aJudgement({ verdicts: [denial] }));
    expect(planOf(denied).ended?.why).toBe('denied: G08 last ready replica');
    expect(incidentOf(denied).state).toBe('diagnosed');
    const again = stateAfter(...planned, aJudgement({ verdicts: [denial] }), aJudgement());
    expect(planOf(again).ended).toBeNull();
    expect(incidentOf(again).state).toBe('planned');
  });

  it('is not planned any more when it was permitted and then denied, and its approval ends when a person takes over', () => {
    const denial = aVerdict({ word: 'denied', rulings: [{ rule: 'G08', word: 'deny', reason: 'last ready replica' }] });
    const events: readonly EventBody[] = [
      ...planned,
      aJudgement(),
      aRequest(),
      aDecision(),
      aJudgement({ verdicts: [denial] }),
    ];
    const denied = stateAfter(...events);
    expect([incidentOf(denied).state, denied.approvals.get('apr-1')?.state]).toEqual(['diagnosed', 'approved']);
    const gone = stateAfter(...events, { kind: 'incident.escalated', incident: 'inc-1', reason: 'denied', advice: [] });
    expect(gone.approvals.get('apr-1')).toMatchObject({ state: 'void', note: 'it went to a person: denied' });
  });

  it('is only informed by a verdict that would be', () => {
    const state = stateAfter(
      ...planned,
      aJudgement({ mode: 'suggest', verdicts: [aVerdict({ word: 'denied', wouldBe: true })] }),
    );
    expect(incidentOf(state).state).toBe('planned');
    expect(planOf(state)).toMatchObject({ ended: null, judged: { mode: 'suggest' } });
  });

  it('notes what is held until the next judgement or intent', () => {
    const held: EventBody = {
      kind: 'action.held',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      reason: 'stopped',
      byHand: 'kubectl',
    };
    expect(planOf(stateAfter(...planned, held)).actions[0]?.held).toBe('stopped');
    expect(planOf(stateAfter(...planned, held, aJudgement())).actions[0]?.held).toBeNull();
    expect(planOf(stateAfter(...planned, held, anIntent())).actions[0]).toMatchObject({ held: null, permits: ['1.A'] });
  });

  it('withdraws a plan with the question about it', () => {
    const state = stateAfter(...asked, { kind: 'plan.withdrawn', plan: 'inc-1/p1', reason: 'signs changed' });
    expect(incidentOf(state).state).toBe('diagnosed');
    expect(state.approvals.get('apr-1')).toMatchObject({
      state: 'void',
      note: 'the plan was withdrawn: signs changed',
    });
  });
});
