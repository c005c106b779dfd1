// Changes to the state that copy only what they touch; an id that is not known changes nothing.
import type { EventBody, EventKind } from '../model/event.ts';
import type { ActionState, Approval, Incident, PlanState, State } from './state.ts';
import { incidentOfPlan } from './lookup.ts';

/** Where and when in the journal an event stands; `atMs` is cluster time. */
export type Moment = { readonly seq: number; readonly atMs: number };

/** The body of one kind of event. */
export type Body<Kind extends EventKind> = Extract<EventBody, { readonly kind: Kind }>;

const eventsKept = 500;

/** The newest `limit` of a list with one more at its end. */
export function pushed<T>(list: readonly T[], item: T, limit: number): readonly T[] {
  return [...list.slice(Math.max(0, list.length - limit + 1)), item];
}

export function changeIncident(
  state: State,
  id: string,
  at: Moment,
  change: (incident: Incident) => Partial<Incident>,
): State {
  const incident = state.incidents.get(id);
  if (incident === undefined) return state;
  const changed: Incident = {
    ...incident,
    updatedAtMs: at.atMs,
    events: pushed(incident.events, at.seq, eventsKept),
    ...change(incident),
  };
  return { ...state, incidents: new Map(state.incidents).set(id, changed) };
}

/** Changes a plan and, when asked, its incident; the event counts as one of the incident. */
export function changePlan(
  state: State,
  planId: string,
  at: Moment,
  change: (plan: PlanState, incident: Incident) => Partial<PlanState>,
  also: (incident: Incident, plan: PlanState) => Partial<Incident> = () => ({}),
): State {
  const incidentId = incidentOfPlan(planId);
  const known = state.incidents.get(incidentId)?.plans.some((one) => one.plan.id === planId) ?? false;
  if (!known) return state;
  return changeIncident(state, incidentId, at, (incident) => {
    const plans = incident.plans.map((one) => (one.plan.id === planId ? { ...one, ...change(one, incident) } : one));
    const plan = plans.find((one) => one.plan.id === planId);
    const changed = { ...incident, plans };
    return { plans, ...(plan === undefined ? {} : also(changed, plan)) };
  });
}

export function changeAction(
  plan: PlanState,
  actionId: string,
  change: (action: ActionState) => Partial<ActionState>,
): readonly ActionState[] {
  return plan.actions.map((one) => (one.id === actionId ? { ...one, ...change(one) } : one));
}

export function changeApproval(state: State, id: string, change: (approval: Approval) => Partial<Approval>): State {
  const approval = state.approvals.get(id);
  if (approval === undefined) return state;
  return { ...state, approvals: new Map(state.approvals).set(id, { ...approval, ...change(approval) }) };
}

/** Ends the plan with its first reason; a plan that ended stays as it ended. */
export function endedPlan(plan: PlanState, why: string, atMs: number): Pick<PlanState, 'ended'> {
  return { ended: plan.ended ?? { why, atMs } };
}

/** Drops the oldest entries that may go once a map holds more than `limit`. */
export function bounded<Value>(
  map: ReadonlyMap<string, Value>,
  limit: number,
  mayGo: (value: Value) => boolean,
): ReadonlyMap<string, Value> {
  if (map.size <= limit) return map;
  let excess = map.size - limit;
  const kept = new Map<string, Value>();
  for (const [key, value] of map) {
    if (excess > 0 && mayGo(value)) excess -= 1;
    else kept.set(key, value);
  }
  return kept;
}
