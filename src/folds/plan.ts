// Plans out of events: proposed, judged, withdrawn, held, and what each of their actions turned out to do.
import type { Plan } from '../model/plan.ts';
import type { Verdict } from '../model/ruling.ts';
import { changeAction, changeIncident, changePlan, endedPlan, pushed, type Body, type Moment } from './edit.ts';
import { voidApprovals } from './incident.ts';
import { findAction } from './lookup.ts';
import { addOutcome } from './history.ts';
import type { Incident, IncidentState, PlanState, State } from './state.ts';

const plansKept = 50;

export function proposePlan(state: State, body: Body<'plan.proposed'>, at: Moment): State {
  const known = state.incidents.get(body.plan.incident)?.plans.some((one) => one.plan.id === body.plan.id) ?? false;
  if (known) return state;
  return changeIncident(state, body.plan.incident, at, (incident) => ({
    plans: pushed(incident.plans, newPlan(body.plan, at.atMs), plansKept),
    leader: body.plan.leader,
    rung: body.plan.rung ?? null,
  }));
}

/** A real denial ends the plan; a would-be verdict only informs. Judged again and not denied, the plan lives again. */
export function judgePlan(state: State, body: Body<'plan.judged'>, at: Moment): State {
  const verdicts = new Map(body.verdicts.map((one) => [one.action, one]));
  const denial = body.verdicts.find((one) => one.word === 'denied' && !one.wouldBe);
  return changePlan(
    state,
    body.plan,
    at,
    (plan) => ({
      judged: { mode: body.mode, because: body.because, binding: body.binding, atMs: at.atMs },
      actions: plan.actions.map((one) => ({ ...one, verdict: verdicts.get(one.id) ?? one.verdict, held: null })),
      ...(denial === undefined ? revived(plan) : endedPlan(plan, `${deniedWord}${denialOf(denial)}`, at.atMs)),
    }),
    // Denied at the last look, it is not planned any more: it is judged again, or goes to a person.
    (incident, plan) =>
      denial === undefined
        ? moved(incident, plannable(plan), 'planned')
        : leftBy(incident, plan, ['planned', 'awaiting approval']),
  );
}

export function withdrawPlan(state: State, body: Body<'plan.withdrawn'>, at: Moment): State {
  const ended = changePlan(
    state,
    body.plan,
    at,
    (plan) => endedPlan(plan, `withdrawn: ${body.reason}`, at.atMs),
    (incident, plan) => leftBy(incident, plan, ['planned', 'awaiting approval', 'acting']),
  );
  return voidApprovals(ended, new Set([body.plan]), `the plan was withdrawn: ${body.reason}`);
}

export function holdAction(state: State, body: Body<'action.held'>, at: Moment): State {
  return changePlan(state, body.plan, at, (plan) => ({
    actions: changeAction(plan, body.action, () => ({ held: body.reason })),
  }));
}

/** An effective action leaves the incident verifying until its signs are gone, or planned when more of the plan is to come. */
export function recordOutcome(state: State, body: Body<'outcome.recorded'>, at: Moment): State {
  const planned = findAction(state, body.action)?.planned;
  const changed = changePlan(
    state,
    body.plan,
    at,
    (plan) => {
      const actions = changeAction(plan, body.action, () => ({
        outcome: { word: body.outcome, undone: body.undone, sentence: body.sentence, atMs: at.atMs },
      }));
      const done = actions.every((one) => one.outcome !== null) || body.outcome !== 'effective';
      return { actions, ...(done ? endedPlan(plan, body.outcome, at.atMs) : {}) };
    },
    (incident, plan) =>
      moved(incident, ['planned', 'acting', 'verifying', 'escalated'], stateAfter(body.outcome, plan)),
  );
  if (planned === undefined || changed === state) return changed;
  return addOutcome(changed, { ...body, actionName: planned.action, target: planned.target, atMs: at.atMs });
}

/** Moves an incident on only from the states in which the event makes sense. */
export function moved(
  incident: Incident,
  from: readonly IncidentState[],
  to: IncidentState,
): Partial<Pick<Incident, 'state' | 'closedAtMs'>> {
  return from.includes(incident.state) ? { state: to, closedAtMs: null } : {};
}

/** Where a plan that ended unwritten leaves its incident: it is planned anew, but what an undo could not take back is for a person. */
export function leftBy(
  incident: Incident,
  plan: PlanState,
  from: readonly IncidentState[],
): Partial<Pick<Incident, 'state' | 'closedAtMs' | 'reason'>> {
  if (plan.plan.undoOf === undefined || !from.includes(incident.state)) return moved(incident, from, 'diagnosed');
  return { ...moved(incident, from, 'escalated'), reason: plan.ended?.why ?? incident.reason };
}

/** Undo is asked for on resolved incidents too: these are watched again then. */
export function plannable(plan: PlanState): readonly IncidentState[] {
  const open: readonly IncidentState[] = ['open', 'diagnosed', 'planned', 'escalated'];
  return plan.plan.undoOf === undefined ? open : [...open, 'resolved', 'suppressed'];
}

const deniedWord = 'denied: ';

function revived(plan: PlanState): Pick<PlanState, 'ended'> {
  return { ended: plan.ended?.why.startsWith(deniedWord) === true ? null : plan.ended };
}

function stateAfter(outcome: Body<'outcome.recorded'>['outcome'], plan: PlanState): IncidentState {
  if (outcome === 'harmful' || outcome === 'unknown' || plan.plan.undoOf !== undefined) return 'escalated';
  if (outcome === 'ineffective') return 'diagnosed';
  return plan.ended === null ? 'planned' : 'verifying';
}

function denialOf(verdict: Verdict): string {
  const ruling = verdict.rulings.find((one) => one.word === 'deny');
  return ruling === undefined ? verdict.summary : `${ruling.rule} ${ruling.reason}`;
}

function newPlan(plan: Plan, atMs: number): PlanState {
  return {
    plan,
    proposedAtMs: atMs,
    judged: null,
    approval: null,
    actions: plan.actions.map((one) => ({
      id: one.id,
      verdict: null,
      permits: [],
      writtenAtMs: null,
      outcome: null,
      held: null,
    })),
    ended: null,
  };
}
