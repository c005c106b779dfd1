// Plans and approvals as the API shows them: the exact change, rulings and undo beside the digest that an approval binds.
import { whyNotApprove } from '../folds/approval-decision.ts';
import { incidentOfPlan } from '../folds/lookup.ts';
import type { ActionState, Approval, PlanState, State } from '../folds/state.ts';
import type { ApprovalView, PlanView } from '../model/api.ts';
import type { PlannedAction } from '../model/plan.ts';

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function viewPlan(state: State, plan: PlanState): PlanView {
  const states = new Map(plan.actions.map((one) => [one.id, one]));
  return {
    id: plan.plan.id,
    incident: plan.plan.incident,
    undoOf: plan.plan.undoOf ?? null,
    requestedBy: plan.plan.requestedBy ?? null,
    digest: plan.judged?.binding ?? null,
    mode: plan.judged?.mode ?? null,
    because: plan.judged?.because ?? null,
    actions: plan.plan.actions.map((one) => viewAction(state, one, states.get(one.id))),
    leader: plan.plan.leader,
    rung: plan.plan.rung ?? null,
    reasoning: plan.plan.reasoning ?? null,
    expectedEffect: plan.plan.expectedEffect,
    verify: [...plan.plan.verify],
    approval: plan.approval,
    proposedAt: iso(plan.proposedAtMs),
    ended: plan.ended === null ? null : { why: plan.ended.why, at: iso(plan.ended.atMs) },
  };
}

/** `mayDecide` is about approving; a denial is open to everybody with the right as long as nothing was written. */
export function viewApproval(state: State, approval: Approval, subject: string, nowWallMs: number): ApprovalView {
  const incident = incidentOfPlan(approval.plan);
  const whyNot = whyNotApprove(state, approval, subject, nowWallMs);
  return {
    id: approval.id,
    plan: approval.plan,
    incident,
    title: state.incidents.get(incident)?.title ?? approval.plan,
    digest: approval.binding,
    state: approval.state,
    need: approval.need,
    risk: approval.risk,
    have: approval.have.map((one) => ({ by: one.by, door: one.door, at: iso(one.atMs), event: one.seq })),
    denial:
      approval.denial === null
        ? null
        : {
            by: approval.denial.by,
            reasonCode: approval.denial.reasonCode,
            reason: approval.denial.reason ?? null,
            event: approval.denial.seq,
          },
    expiresAt: iso(approval.expiresWallMs),
    note: approval.note,
    mayDecide: whyNot === null,
    whyNot,
  };
}

function viewAction(state: State, planned: PlannedAction, known: ActionState | undefined): PlanView['actions'][number] {
  const verdict = known?.verdict ?? null;
  const uid = known?.permits
    .map((permit) => state.intents.get(permit)?.target.uid)
    .findLast((one) => one !== undefined);
  const outcome = known?.outcome ?? null;
  return {
    id: planned.id,
    name: planned.action,
    params: planned.params,
    target: { ...planned.target, uid: uid ?? null },
    why: planned.why,
    cites: planned.cites,
    risk: verdict?.risk ?? null,
    summary: verdict?.summary ?? null,
    diff: verdict?.diff ?? [],
    undo: verdict?.undo ?? null,
    byHand: verdict?.byHand ?? null,
    rulings: verdict?.rulings ?? [],
    verdict: verdict?.word ?? null,
    wouldBe: verdict?.wouldBe ?? false,
    permits: [...(known?.permits ?? [])],
    writtenAt: known === undefined || known.writtenAtMs === null ? null : iso(known.writtenAtMs),
    outcome:
      outcome === null
        ? null
        : { word: outcome.word, undone: outcome.undone, sentence: outcome.sentence, at: iso(outcome.atMs) },
    held: known?.held ?? null,
  };
}
