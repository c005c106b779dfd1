// May this person decide this now, and what is recorded: the one set of checks behind every door. Pure; a refusal is a Problem.
import type { EventBody } from '../model/event.ts';
import { exitCodes, type Problem } from '../model/failure.ts';
import { isClosed, findPlan, isUndecided } from './lookup.ts';
import type { Approval, State } from './state.ts';

export type DecisionRequest = {
  readonly approval: string;
  readonly decision: 'approved' | 'denied';
  /** The digest that the person saw, or its beginning. */
  readonly digest?: string | undefined;
  readonly by: string;
  readonly door: 'cli' | 'dashboard' | 'link' | 'api';
  readonly reasonCode?: string | undefined;
  readonly reason?: string | undefined;
  readonly idempotencyKey: string;
};

export type Decision =
  | { readonly kind: 'record'; readonly body: Extract<EventBody, { readonly kind: 'approval.decided' }> }
  /** It is recorded already, by this person or by one who was faster: the truth, and no second event. */
  | {
      readonly kind: 'recorded';
      readonly by: string;
      readonly door: string;
      readonly seq: number;
      readonly sentence: string;
    }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** `nowWallMs` is wall time: approvals expire on the wall. */
export function decide(state: State, request: DecisionRequest, nowWallMs: number): Decision {
  const approval = state.approvals.get(request.approval);
  if (approval === undefined) return refused(unknownApproval(request.approval));
  const known = recordedBefore(approval, request);
  if (known !== null) return known;
  if (request.decision === 'denied' && request.reasonCode === undefined) return refused(reasonNeeded(approval));
  const conflict = conflictOf(state, approval, request, nowWallMs);
  if (conflict !== null) return refused(conflict);
  const stale = staleness(approval, request);
  if (stale !== null) return refused(stale);
  const bar = request.decision === 'approved' ? barTo(state, approval, request.by) : null;
  if (bar !== null) return refused(bar);
  return {
    kind: 'record',
    body: {
      kind: 'approval.decided',
      approval: approval.id,
      decision: request.decision,
      by: request.by,
      door: request.door,
      binding: approval.binding,
      idempotencyKey: request.idempotencyKey,
      ...(request.reasonCode === undefined ? {} : { reasonCode: request.reasonCode }),
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    },
  };
}

/** Why this person cannot approve it now, told before they try; null when they can. */
export function whyNotApprove(state: State, approval: Approval, by: string, nowWallMs: number): string | null {
  if (approval.have.some((one) => one.by === by)) return 'you already gave one; it needs another person';
  const ask = { approval: approval.id, decision: 'approved', by, door: 'api', idempotencyKey: '' } as const;
  return (conflictOf(state, approval, ask, nowWallMs) ?? barTo(state, approval, by))?.why ?? null;
}

/** What a denial with this code makes the advisor do, in words for the person. */
export function effectOfDenial(reasonCode: string, incident: string): string {
  switch (reasonCode) {
    case 'wrong-cause':
      return `the cause is marked against in ${incident}; diagnosing anew`;
    case 'wrong-action':
      return `this action is off the menu for ${incident}; planning anew`;
    case 'not-now':
      return 'nothing more is proposed for this target for now';
    case 'not-a-problem':
      return `the signs are noted as usual; ${incident} is closed`;
    case 'owner-elsewhere':
      return 'the owner is noted; later plans here become advice';
    default:
      return `${incident} waits and is watched; the change is yours to make`;
  }
}

function recordedBefore(approval: Approval, request: DecisionRequest): Decision | null {
  const { denial } = approval;
  if (denial?.idempotencyKey === request.idempotencyKey && request.decision === 'approved')
    return refused(keyReused(approval));
  if (request.decision === 'denied') {
    if (approval.have.some((one) => one.idempotencyKey === request.idempotencyKey)) return refused(keyReused(approval));
    if (denial === null) return null;
    const sentence = denial.by === request.by ? 'you denied it already' : `${denial.by} denied it before you`;
    return { kind: 'recorded', by: denial.by, door: denial.door ?? 'api', seq: denial.seq, sentence };
  }
  const own = approval.have.find((one) => one.by === request.by);
  if (own !== undefined && denial === null) {
    const sentence = isUndecided(approval)
      ? 'you gave one already; it needs another person'
      : 'you approved it already';
    return { kind: 'recorded', by: own.by, door: own.door, seq: own.seq, sentence };
  }
  const last = approval.have.at(-1);
  if (last === undefined || (approval.state !== 'approved' && approval.state !== 'used')) return null;
  return {
    kind: 'recorded',
    by: last.by,
    door: last.door,
    seq: last.seq,
    sentence: `${last.by} approved it before you`,
  };
}

/** States in which this decision comes too late. A denial still stops an approved plan, until the permit. */
function conflictOf(state: State, approval: Approval, request: DecisionRequest, nowWallMs: number): Problem | null {
  const what = `approval ${approval.id} was not recorded`;
  const show = `advisor show ${approval.plan.split('/', 1)[0] ?? approval.plan}`;
  const conflict = (code: string, why: string, next = show): Problem => ({
    code,
    what,
    why,
    next,
    exitCode: exitCodes.conflict,
    refs: [approval.id, approval.plan],
  });
  if (approval.state === 'used')
    return conflict('too-late', 'the plan is being carried out', `advisor undo ${approval.plan}`);
  if (approval.state === 'denied')
    return conflict(
      'already-decided',
      `${approval.denial?.by ?? 'somebody'} denied it: ${approval.denial?.reasonCode ?? ''}`,
    );
  if (approval.state === 'expired') return conflict('approval-expired', 'nobody decided in time');
  if (approval.state === 'void') return conflict('approval-void', approval.note ?? 'the plan changed');
  const found = findPlan(state, approval.plan);
  if (found === undefined) return conflict('plan-gone', `plan ${approval.plan} is not known any more`);
  if (isClosed(found.incident)) return conflict('not-needed', `${found.incident.id} is ${found.incident.state}`);
  if (found.plan.ended !== null) return conflict('plan-ended', found.plan.ended.why);
  if (nowWallMs < approval.expiresWallMs || request.decision === 'denied') return null;
  return conflict('approval-expired', `it ended at ${new Date(approval.expiresWallMs).toISOString()}`);
}

function staleness(approval: Approval, request: DecisionRequest): Problem | null {
  if (request.digest === undefined)
    return request.decision === 'denied'
      ? null
      : {
          code: 'digest-needed',
          what: `approval ${approval.id} was not recorded`,
          why: 'the decision does not say which digest was seen',
          next: `advisor show ${approval.id}`,
          exitCode: exitCodes.usage,
          refs: [approval.id],
        };
  if (approval.binding.startsWith(request.digest)) return null;
  return {
    code: 'stale-plan',
    what: `approval ${approval.id} was not recorded`,
    why: `you saw ${request.digest.slice(0, 12)}, what waits is ${approval.binding.slice(0, 12)}`,
    next: `advisor show ${approval.id}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id, approval.plan],
  };
}

/** G14 and G15: who may not give this approval, whatever they saw. */
function barTo(state: State, approval: Approval, by: string): Problem | null {
  const forbidden = (code: string, why: string, next: string): Problem => ({
    code,
    what: `approval ${approval.id} was not recorded`,
    why,
    next,
    exitCode: exitCodes.forbidden,
    refs: [approval.id],
  });
  if ((approval.risk === 'high' || approval.need > 1) && by.startsWith('local:'))
    return forbidden(
      'local-cannot-decide',
      'high risk needs two different signed-in people; a local operator counts as none',
      `advisor show ${approval.plan}      (the by-hand line makes the same change)`,
    );
  const plan = findPlan(state, approval.plan)?.plan.plan;
  if (plan?.requestedBy === by && plan.undoOf === undefined)
    return forbidden('requester-cannot-approve', 'you asked for this plan', 'ask another person to decide');
  return null;
}

function unknownApproval(id: string): Problem {
  return {
    code: 'approval-not-found',
    what: `there is no approval ${id.slice(0, 40)}`,
    why: 'the journal knows no such id',
    next: 'advisor incidents --state waiting',
    exitCode: exitCodes.usage,
  };
}

function reasonNeeded(approval: Approval): Problem {
  return {
    code: 'reason-needed',
    what: `approval ${approval.id} was not recorded`,
    why: 'a denial needs a reason code',
    next: `advisor deny ${approval.id} --because wrong-cause|wrong-action|not-now|by-hand|…`,
    exitCode: exitCodes.usage,
    refs: [approval.id],
  };
}

function keyReused(approval: Approval): Problem {
  return {
    code: 'idempotency-key-reused',
    what: `approval ${approval.id} was not recorded`,
    why: 'the same idempotency key came with the opposite decision',
    next: 'send each decision with a key of its own',
    exitCode: exitCodes.conflict,
    refs: [approval.id],
  };
}

function refused(problem: Problem): Decision {
  return { kind: 'refused', problem };
}
