// Approvals out of events: asked, decided by people, re-anchored, and always brought to an end.
import { bounded, changeApproval, changePlan, endedPlan, type Body, type Moment } from './edit.ts';
import { isUndecided } from './lookup.ts';
import { leftBy, moved, plannable } from './plan.ts';
import type { Approval, IncidentState, State } from './state.ts';

const approvalsKept = 2_000;

export function requestApproval(state: State, body: Body<'approval.requested'>, at: Moment): State {
  if (state.approvals.has(body.approval)) return state;
  const approval: Approval = {
    id: body.approval,
    plan: body.plan,
    binding: body.binding,
    need: body.need,
    risk: body.risk,
    expiresWallMs: body.expiresWallMs,
    state: 'waiting',
    have: [],
    denial: null,
    note: null,
  };
  const asked = changePlan(
    state,
    body.plan,
    at,
    () => ({ approval: body.approval }),
    (incident, plan) => moved(incident, plannable(plan), 'awaiting approval'),
  );
  const number = Number(/^apr-(\d+)$/.exec(body.approval)?.[1] ?? 0);
  return {
    ...asked,
    approvals: bounded(new Map(state.approvals).set(body.approval, approval), approvalsKept, isTerminal),
    nextApproval: Math.max(state.nextApproval, number + 1),
  };
}

/** Counts different people; the same person twice is one. A denial before the permit ends the plan, even after an approval. */
export function decideApproval(state: State, body: Body<'approval.decided'>, at: Moment): State {
  const approval = state.approvals.get(body.approval);
  if (approval === undefined || approval.binding !== body.binding) return state;
  return body.decision === 'approved' ? approved(state, approval, body, at) : denied(state, approval, body, at);
}

export function reanchorApproval(state: State, body: Body<'approval.reanchored'>, at: Moment): State {
  return touched(
    changeApproval(state, body.approval, () => ({ note: body.note })),
    body.approval,
    at,
  );
}

/** Ends the plan as well: it is made anew, or judged anew. */
export function voidApproval(state: State, body: Body<'approval.voided'>, at: Moment): State {
  return endApproval(state, body.approval, 'void', body.reason, at);
}

export function expireApproval(state: State, body: Body<'approval.expired'>, at: Moment): State {
  return endApproval(state, body.approval, 'expired', 'nobody decided in time', at);
}

export function useApproval(state: State, body: Body<'approval.used'>, at: Moment): State {
  const used = changeApproval(state, body.approval, (one) => (one.state === 'approved' ? { state: 'used' } : {}));
  return touched(used, body.approval, at);
}

function approved(state: State, approval: Approval, body: Body<'approval.decided'>, at: Moment): State {
  if (!isUndecided(approval) || approval.have.some((one) => one.by === body.by)) return state;
  const have = [
    ...approval.have,
    {
      by: body.by,
      door: body.door,
      atMs: at.atMs,
      seq: at.seq,
      ...(body.idempotencyKey === undefined ? {} : { idempotencyKey: body.idempotencyKey }),
    },
  ];
  const decided = changeApproval(state, approval.id, () => ({
    have,
    state: have.length >= approval.need ? 'approved' : 'half approved',
  }));
  return touched(decided, approval.id, at);
}

function denied(state: State, approval: Approval, body: Body<'approval.decided'>, at: Moment): State {
  if (!isUndecided(approval) && approval.state !== 'approved') return state;
  const reasonCode = body.reasonCode ?? 'by-hand';
  const decided = changeApproval(state, approval.id, () => ({
    state: 'denied',
    denial: {
      by: body.by,
      reasonCode,
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      door: body.door,
      seq: at.seq,
      ...(body.idempotencyKey === undefined ? {} : { idempotencyKey: body.idempotencyKey }),
    },
  }));
  const why = `denied by ${body.by}: ${reasonCode}`;
  return changePlan(
    decided,
    approval.plan,
    at,
    (plan) => endedPlan(plan, why, at.atMs),
    (incident, plan) => {
      const wanted = stateAfterDenial(reasonCode);
      const next = wanted === 'diagnosed' && plan.plan.undoOf !== undefined ? 'escalated' : wanted;
      return {
        ...moved(incident, ['planned', 'awaiting approval'], next),
        reason: why,
        ...(next === 'suppressed' ? { closedAtMs: at.atMs } : {}),
      };
    },
  );
}

/** What a refusal asks for: another plan, nothing at all, or a person who takes it from here. */
function stateAfterDenial(reasonCode: string): IncidentState {
  if (reasonCode === 'wrong-cause' || reasonCode === 'wrong-action') return 'diagnosed';
  return reasonCode === 'not-a-problem' ? 'suppressed' : 'escalated';
}

function endApproval(state: State, id: string, how: 'void' | 'expired', note: string, at: Moment): State {
  const approval = state.approvals.get(id);
  if (approval === undefined || isTerminal(approval)) return state;
  const ended = changeApproval(state, id, () => ({ state: how, note }));
  return changePlan(
    ended,
    approval.plan,
    at,
    (plan) => endedPlan(plan, `approval ${how}: ${note}`, at.atMs),
    (incident, plan) => leftBy(incident, plan, ['planned', 'awaiting approval']),
  );
}

function touched(state: State, approvalId: string, at: Moment): State {
  const plan = state.approvals.get(approvalId)?.plan;
  return plan === undefined ? state : changePlan(state, plan, at, () => ({}));
}

function isTerminal(approval: Approval): boolean {
  return !isUndecided(approval) && approval.state !== 'approved';
}
