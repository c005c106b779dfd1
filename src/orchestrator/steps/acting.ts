// planned → awaiting approval → acting: a question to a person, or the write itself, after the guardian has looked once more.
import type { ActionState, Approval, Incident, PlanState } from '../../folds/state.ts';
import { livePlan, openIntents } from '../../folds/lookup.ts';
import type { Risk } from '../../model/action.ts';
import type { Verdict } from '../../model/ruling.ts';
import * as escalation from '../escalation.ts';
import { circumstances, explainNow } from '../look.ts';
import { isBlind } from '../watch.ts';
import { judge } from './planning.ts';
import { again, escalate, record, type Scene, type Step } from './step.ts';

const mostPermits = 3;

export const actStep: Step = async (scene, incident) => {
  const { ports, memory } = scene;
  const plan = livePlan(incident);
  if (plan === undefined) return false;
  if (plan.judged === null) return await judge(scene, incident, plan.plan.id);
  const next = plan.actions.find((one) => one.outcome === null && one.writtenAtMs === null);
  const verdict = next?.verdict ?? null;
  if (next === undefined) return false;
  if (verdict === null || verdict.wouldBe || verdict.word === 'denied') {
    const last = memory.retriedAtMs.get(incident.id) ?? plan.judged.atMs;
    // Who takes the lease may do more than whoever judged it before: what was only a would-be does not wait.
    const isNewReign = memory.judgedInEpoch.get(incident.id) !== ports.state().epoch;
    if (isNewReign) return await judge(scene, incident, plan.plan.id);
    if (ports.cluster.now() - last < ports.pace.cooldownMs) return false;
    return await judge(scene, incident, plan.plan.id);
  }
  const approval = plan.approval === null ? null : (ports.state().approvals.get(plan.approval) ?? null);
  if (needsPeople(plan) && approval === null) return await ask(scene, incident, plan);
  if (approval !== null && approval.state !== 'approved' && approval.state !== 'used')
    return await awaitPeople(scene, approval);
  return await write(scene, incident, plan, next, approval);
};

/** acting: a write without a known end is fenced and settled, never sent again. */
export const settleStep: Step = async (scene, incident) => {
  const { ports } = scene;
  const open = openIntents(ports.state()).filter((one) => one.plan.startsWith(`${incident.id}/`));
  const [oldest] = open;
  if (oldest === undefined || isBlind(ports)) return false;
  if (ports.cluster.now() - oldest.atMs > ports.pace.undecidedMs) {
    const sentence = 'the answer of the write was lost and could not be settled';
    await record(scene, {
      kind: 'outcome.recorded',
      plan: oldest.plan,
      action: oldest.action,
      outcome: 'unknown',
      undone: false,
      sentence,
    });
    return await escalate(scene, incident, escalation.unknown(sentence, explainNow(ports, scene.memory, incident)));
  }
  await ports.hands.settleOpenIntents(ports.state());
  return again(scene, incident).state !== incident.state;
};

/** Draws the permit and sends the write. What holds it is said once. Shared with undo. */
export async function write(
  scene: Scene,
  incident: Incident,
  plan: PlanState,
  action: ActionState,
  approval: Approval | null,
): Promise<boolean> {
  const { ports } = scene;
  const planned = plan.plan.actions.find((one) => one.id === action.id);
  if (planned === undefined) return false;
  const { switch: stop } = ports.state();
  if (stop.stopped) return await hold(scene, plan, action, `actions are stopped by ${stop.by ?? 'a person'}`);
  if (isBlind(ports)) return await hold(scene, plan, action, 'the cluster cannot be seen');
  if (writesOf(scene, action) >= mostPermits) {
    await record(scene, { kind: 'plan.withdrawn', plan: plan.plan.id, reason: `${mostPermits} writes were refused` });
    return true;
  }
  const answer = await ports.hands.act({
    ...circumstances(ports, scene.memory, incident),
    plan: plan.plan,
    action: planned,
    approval,
  });
  if ('held' in answer) return await hold(scene, plan, action, answer.held);
  if ('refused' in answer) return await refused(scene, plan, answer.refused, approval);
  if (answer.result === 'landed') ports.anomaly.markWrite(planned.target, ports.cluster.now());
  return true;
}

/** Fences and hand backs draw permits for the action as well, and are no tries of it. */
function writesOf({ ports }: Scene, action: ActionState): number {
  const { intents } = ports.state();
  return action.permits.filter((permit) => {
    const purpose = intents.get(permit)?.purpose;
    return purpose !== 'fence' && purpose !== 'hand back';
  }).length;
}

/** The second look said no: a denial is recorded as the plan's new verdict, anything else voids what was shown. What was spent stays spent, and its plan is made anew. */
async function refused(scene: Scene, plan: PlanState, verdict: Verdict, approval: Approval | null): Promise<boolean> {
  if (verdict.word === 'denied') {
    const verdicts = plan.actions.flatMap((one) => (one.id === verdict.action ? verdict : (one.verdict ?? [])));
    await record(scene, {
      kind: 'plan.judged',
      plan: plan.plan.id,
      mode: plan.judged?.mode ?? 'suggest',
      because: plan.judged?.because ?? '',
      verdicts: [...verdicts],
      binding: plan.judged?.binding ?? verdict.binding,
    });
    return true;
  }
  const reason = `what was judged has changed: ${verdict.summary}`;
  await record(
    scene,
    approval === null || approval.state === 'used'
      ? { kind: 'plan.withdrawn', plan: plan.plan.id, reason }
      : { kind: 'approval.voided', approval: approval.id, reason },
  );
  return true;
}

async function hold(scene: Scene, plan: PlanState, action: ActionState, reason: string): Promise<boolean> {
  if (action.held !== null && withoutFigures(action.held) === withoutFigures(reason)) return false;
  const { verdict } = action;
  await record(scene, {
    kind: 'action.held',
    plan: plan.plan.id,
    action: action.id,
    reason,
    byHand: (plan.plan.undoOf === undefined ? verdict?.byHand : verdict?.undo) ?? 'advisor show',
  });
  return false;
}

/** The same thing holds it although an age or a count in the sentence moved on. */
function withoutFigures(reason: string): string {
  return reason.replaceAll(/\d+(\.\d+)?/g, '#');
}

async function ask(scene: Scene, incident: Incident, plan: PlanState): Promise<boolean> {
  const { ports } = scene;
  if (ports.state().switch.stopped) return false;
  const verdicts = plan.actions.flatMap((one) => one.verdict ?? []);
  await record(scene, {
    kind: 'approval.requested',
    approval: `apr-${ports.state().nextApproval}`,
    plan: plan.plan.id,
    binding: plan.judged?.binding ?? '',
    need: Math.max(1, ...verdicts.map((one) => one.need)),
    risk: highest(verdicts),
    expiresWallMs: ports.wall.now() + ports.approvalMs,
  });
  return again(scene, incident).state !== incident.state;
}

/** Held, not expired, while actions are stopped: people decide anew once they resume. */
async function awaitPeople(scene: Scene, approval: Approval): Promise<boolean> {
  if (scene.ports.wall.now() < approval.expiresWallMs) return false;
  await record(scene, { kind: 'approval.expired', approval: approval.id });
  return true;
}

function needsPeople(plan: PlanState): boolean {
  return plan.actions.some((one) => one.outcome === null && one.verdict?.word === 'needs approval');
}

function highest(verdicts: readonly Verdict[]): Risk {
  const order: readonly Risk[] = ['irreversible', 'high', 'medium', 'low'];
  return order.find((risk) => verdicts.some((one) => one.risk === risk)) ?? 'medium';
}
