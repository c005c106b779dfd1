// Questions that other rooms ask of the state: the plan behind an id, what is open, what waits, what is in flight.
import type { PlannedAction } from '../model/plan.ts';
import type { ActionState, Approval, Incident, Intent, PlanState, State } from './state.ts';

/** `inc-1/p1/a1` and `inc-1/p1` → `inc-1`. */
export function incidentOfPlan(planId: string): string {
  return planId.split('/', 1)[0] ?? planId;
}

/** `inc-1/p1/a1` → `inc-1/p1`. */
export function planOfAction(actionId: string): string {
  return actionId.split('/').slice(0, 2).join('/');
}

export function findPlan(
  state: State,
  planId: string,
): { readonly incident: Incident; readonly plan: PlanState } | undefined {
  const incident = state.incidents.get(incidentOfPlan(planId));
  const plan = incident?.plans.find((one) => one.plan.id === planId);
  return incident === undefined || plan === undefined ? undefined : { incident, plan };
}

export function findAction(
  state: State,
  actionId: string,
):
  | {
      readonly incident: Incident;
      readonly plan: PlanState;
      readonly action: ActionState;
      readonly planned: PlannedAction;
    }
  | undefined {
  const found = findPlan(state, planOfAction(actionId));
  const action = found?.plan.actions.find((one) => one.id === actionId);
  const planned = found?.plan.plan.actions.find((one) => one.id === actionId);
  if (found === undefined || action === undefined || planned === undefined) return undefined;
  return { ...found, action, planned };
}

/** Resolved and suppressed incidents are closed; escalated ones are still watched. */
export function isClosed(incident: Incident): boolean {
  return incident.state === 'resolved' || incident.state === 'suppressed';
}

/** Oldest first. */
export function openIncidents(state: State): readonly Incident[] {
  return [...state.incidents.values()].filter((incident) => !isClosed(incident));
}

/** The newest plan that has not ended. */
export function livePlan(incident: Incident): PlanState | undefined {
  return incident.plans.findLast((plan) => plan.ended === null);
}

/** An intent without a known end: never answered, or answered by silence and not settled by a fence. */
export function isOpenIntent(intent: Intent): boolean {
  if (intent.answer === null) return intent.fence === null || intent.fence.result === 'unknown';
  return intent.answer.result === 'unknown' && (intent.fence === null || intent.fence.result === 'unknown');
}

/** Oldest first. Fences are not fenced themselves. */
export function openIntents(state: State): readonly Intent[] {
  return [...state.intents.values()].filter((intent) => intent.purpose !== 'fence' && isOpenIntent(intent));
}

/** Whether a decision may still be made on it. */
export function isUndecided(approval: Approval): boolean {
  return approval.state === 'waiting' || approval.state === 'half approved';
}

/** Oldest first. */
export function waitingApprovals(state: State): readonly Approval[] {
  return [...state.approvals.values()].filter(isUndecided);
}
