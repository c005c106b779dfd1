// Incidents out of events: opened, updated, merged, diagnosed, escalated and closed; a closed incident leaves no plan and no question open.
import type { Evidence } from '../model/evidence.ts';
import { bounded, changeIncident, endedPlan, pushed, type Body, type Moment } from './edit.ts';
import { isClosed } from './lookup.ts';
import type { Approval, Incident, State } from './state.ts';

const incidentsKept = 2_000;
const evidenceKept = 400;
const refusalsKept = 20;

export function openIncident(state: State, body: Body<'incident.opened'>, at: Moment): State {
  if (state.incidents.has(body.incident)) return state;
  const incident: Incident = {
    id: body.incident,
    root: body.root,
    openedRoot: body.root,
    title: body.title,
    severity: body.severity,
    state: 'open',
    openedAtMs: at.atMs,
    updatedAtMs: at.atMs,
    closedAtMs: null,
    times: 1,
    findings: body.findings,
    evidence: body.evidence,
    hypotheses: [],
    plans: [],
    leader: null,
    rung: null,
    refusedAnswers: [],
    advice: [],
    reason: null,
    mergedInto: null,
    events: [at.seq],
  };
  const incidents = new Map(state.incidents).set(body.incident, incident);
  const number = Number(body.incident.slice('inc-'.length));
  return {
    ...state,
    incidents: bounded(incidents, incidentsKept, isClosed),
    nextIncident: Math.max(state.nextIncident, number + 1),
  };
}

/** `findings` is the whole set that holds now; evidence is added to, an id that is known is replaced. */
export function updateIncident(state: State, body: Body<'incident.updated'>, at: Moment): State {
  return changeIncident(state, body.incident, at, (incident) => ({
    ...(body.root === undefined ? {} : { root: body.root }),
    ...(body.severity === undefined ? {} : { severity: body.severity }),
    ...(body.title === undefined ? {} : { title: body.title }),
    ...(body.findings === undefined ? {} : { findings: body.findings }),
    ...(body.roots === undefined ? {} : { roots: body.roots }),
    ...(body.evidence === undefined ? {} : { evidence: withEvidence(incident.evidence, body.evidence) }),
  }));
}

export function mergeIncident(state: State, body: Body<'incident.merged'>, at: Moment): State {
  const merged = state.incidents.get(body.incident);
  if (merged === undefined || !state.incidents.has(body.into) || body.into === body.incident) return state;
  const closed = closeIncident(state, body.incident, 'resolved', body.reason, at, { mergedInto: body.into });
  return changeIncident(closed, body.into, at, (incident) => ({
    findings: [...new Set([...incident.findings, ...merged.findings])],
  }));
}

export function reopenIncident(state: State, body: Body<'incident.reopened'>, at: Moment): State {
  return changeIncident(state, body.incident, at, (incident) => ({
    state: 'open',
    times: incident.times + 1,
    closedAtMs: null,
    findings: body.findings,
    reason: body.reason,
    advice: [],
  }));
}

/** A diagnosis made anew while a write is under way does not move the incident. */
export function diagnoseIncident(state: State, body: Body<'incident.diagnosed'>, at: Moment): State {
  return changeIncident(state, body.incident, at, (incident) => ({
    root: body.root,
    hypotheses: body.hypotheses,
    ...(body.roots === undefined ? {} : { roots: body.roots }),
    evidence: withEvidence(incident.evidence, body.evidence),
    ...(incident.state === 'open' || incident.state === 'escalated' ? { state: 'diagnosed', reason: null } : {}),
  }));
}

/** A person takes over: an approval of a plan that has ended can be used by nobody any more. */
export function escalateIncident(state: State, body: Body<'incident.escalated'>, at: Moment): State {
  const escalated = changeIncident(state, body.incident, at, () => ({
    state: 'escalated',
    reason: body.reason,
    advice: body.advice,
    closedAtMs: null,
  }));
  const plans = state.incidents.get(body.incident)?.plans ?? [];
  const ended = new Set(plans.filter((plan) => plan.ended !== null).map((plan) => plan.plan.id));
  return voidApprovals(escalated, ended, `it went to a person: ${body.reason}`);
}

/** Ends what was still open on it: its plans, and the questions about them. */
export function closeIncident(
  state: State,
  id: string,
  how: 'resolved' | 'suppressed',
  reason: string,
  at: Moment,
  more: Partial<Incident> = {},
): State {
  const incident = state.incidents.get(id);
  if (incident === undefined) return state;
  const open = new Set(incident.plans.filter((plan) => plan.ended === null).map((plan) => plan.plan.id));
  const closed = changeIncident(state, id, at, (before) => ({
    state: how,
    reason,
    closedAtMs: at.atMs,
    plans: before.plans.map((plan) =>
      plan.ended === null ? { ...plan, ...endedPlan(plan, `incident ${how}: ${reason}`, at.atMs) } : plan,
    ),
    ...more,
  }));
  return voidApprovals(closed, open, `not needed any more: ${reason}`);
}

/** Voids what was asked about these plans and not yet spent. */
export function voidApprovals(state: State, plans: ReadonlySet<string>, note: string): State {
  const voided = [...state.approvals.values()].filter(
    (one) =>
      plans.has(one.plan) && (one.state === 'waiting' || one.state === 'half approved' || one.state === 'approved'),
  );
  if (voided.length === 0) return state;
  const approvals = new Map(state.approvals);
  for (const one of voided) approvals.set(one.id, { ...one, state: 'void', note } satisfies Approval);
  return { ...state, approvals };
}

/** It belongs to the history of the incident and changes nothing else. */
export function noteAside(state: State, body: Body<'suspicion.raised' | 'leader.called'>, at: Moment): State {
  return body.incident === undefined ? state : changeIncident(state, body.incident, at, () => ({}));
}

export function noteLeader(state: State, body: Body<'leader.consulted'>, at: Moment): State {
  return changeIncident(state, body.incident, at, (incident) => ({
    leader: body.leader,
    rung: body.rung,
    ...(body.refused === undefined
      ? {}
      : { refusedAnswers: pushed(incident.refusedAnswers, body.refused, refusalsKept) }),
  }));
}

function withEvidence(known: readonly Evidence[], more: readonly Evidence[]): readonly Evidence[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  for (const one of more) byId.set(one.id, one);
  return [...byId.values()].slice(-evidenceKept);
}
