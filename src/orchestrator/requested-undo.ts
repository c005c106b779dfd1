// An undo that a person asks for: a plan like any other, judged before it is recorded, so that a refusal leaves nothing behind.
import { applyEvent } from '../folds/fold.ts';
import { findPlan, livePlan } from '../folds/lookup.ts';
import type { Incident, PlanState, State } from '../folds/state.ts';
import type { EventBody } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import type { Verdict } from '../model/ruling.ts';
import { circumstances } from './look.ts';
import { undoPlanOf } from './plan.ts';
import type { Judgement } from './ports.ts';
import { record, type Scene } from './steps/step.ts';

export type UndoOrder = {
  readonly by: string;
  readonly plan: string;
  readonly action?: string;
  readonly reason?: string;
  /** Shows what would be done; nothing is recorded. */
  readonly dryRun: boolean;
};

/** Answers the plan's id and a state that holds it; rejects with a Failure: exit 6 when there is nothing to take back, 7 when it is denied. */
export async function requestUndo(
  scene: Scene,
  order: UndoOrder,
): Promise<{ readonly plan: string; readonly state: State }> {
  const { ports } = scene;
  const before = ports.state();
  const found = findPlan(before, order.plan);
  if (found === undefined) throw nothingToUndo(order.plan, 'there is no such plan');
  const { incident } = found;
  const open = livePlan(incident);
  if (open?.plan.undoOf !== undefined) throw nothingToUndo(order.plan, `${open.plan.id} takes it back already`);
  const undo = undoPlanFor(incident, found.plan, order);
  if (undo === null) throw nothingToUndo(order.plan, 'none of its actions was written, or they were taken back');
  const proposed: EventBody = { kind: 'plan.proposed', plan: undo };
  const imagined = imagine(scene, before, proposed);
  const incidentThen = imagined.incidents.get(incident.id) ?? incident;
  const judgement = await ports.hands.judge({
    ...circumstances(ports, scene.memory, incidentThen),
    state: imagined,
    plan: undo,
  });
  const denied = judgement.verdicts.find((one) => one.word === 'denied' && !one.wouldBe);
  if (denied !== undefined) throw refusedUndo(undo, denied);
  const judged = judgedEvent(undo, judgement);
  if (order.dryRun) return { plan: undo.id, state: imagine(scene, imagined, judged) };
  // Kept for later it would be written once the mode is raised, long after anybody meant it.
  if (judgement.mode === 'observe' || judgement.mode === 'suggest') throw heldUndo(undo, judgement);
  if (open !== undefined && waits(open, incident))
    await record(scene, {
      kind: 'plan.withdrawn',
      plan: open.plan.id,
      reason: `${order.by} asked to take ${found.plan.plan.id} back`,
    });
  await record(scene, proposed);
  await record(scene, judged);
  ports.wake();
  return { plan: undo.id, state: ports.state() };
}

function undoPlanFor(incident: Incident, plan: PlanState, order: UndoOrder): Plan | null {
  const takenBack = new Set(
    incident.plans
      .filter((one) => one.plan.undoOf === plan.plan.id)
      .flatMap((one) => one.actions.filter((action) => action.writtenAtMs !== null))
      .map((action) => action.id),
  );
  if (takenBack.size > 0) return null;
  return undoPlanOf(incident, plan, {
    requestedBy: order.by,
    why: order.reason ?? `asked for by ${order.by}`,
    ...(order.action === undefined ? {} : { actions: [order.action] }),
  });
}

/** Nothing of it is under way: it was to be written, and would be left behind without a step that moves it. */
function waits(open: PlanState, incident: Incident): boolean {
  const isUnderWay = open.actions.some((one) => one.writtenAtMs !== null && one.outcome === null);
  return !isUnderWay && incident.state !== 'acting';
}

function judgedEvent(plan: Plan, judgement: Judgement): EventBody {
  return {
    kind: 'plan.judged',
    plan: plan.id,
    mode: judgement.mode,
    because: judgement.because,
    verdicts: [...judgement.verdicts],
    binding: judgement.binding,
  };
}

/** The state as it would be after the event; the journal does not hold it. */
function imagine(scene: Scene, state: State, body: EventBody): State {
  const atMs = scene.ports.cluster.now();
  return applyEvent(state, { seq: state.seq + 1, v: 1, atMs, actor: 'imagined', body, prevHash: '', hash: '' });
}

function nothingToUndo(plan: string, why: string): Failure {
  return new Failure({
    code: 'nothing-to-undo',
    what: `${plan} cannot be taken back`,
    why,
    next: `advisor show ${plan.split('/', 1)[0] ?? plan}`,
    exitCode: exitCodes.conflict,
    refs: [plan],
  });
}

function heldUndo(plan: Plan, { mode, because, verdicts }: Judgement): Failure {
  const [first] = verdicts;
  return new Failure({
    code: 'undo-held',
    what: `${plan.undoOf ?? plan.id} cannot be taken back from here`,
    why: `the mode is ${mode}: ${because}`.slice(0, 400),
    next: first === undefined || first.undo === '' ? `advisor show ${plan.incident}` : `by hand: ${first.undo}`,
    exitCode: exitCodes.heldBack,
    refs: [plan.undoOf ?? plan.id],
  });
}

function refusedUndo(plan: Plan, verdict: Verdict): Failure {
  const rulings = verdict.rulings.filter((one) => one.word === 'deny' || one.word === 'pending');
  return new Failure({
    code: 'undo-denied',
    what: `the undo of ${plan.undoOf ?? plan.id} is denied`,
    why: rulings
      .map((one) => `${one.rule} ${one.reason}`)
      .join(' · ')
      .slice(0, 400),
    next: verdict.undo === '' ? `advisor show ${plan.incident}` : `by hand: ${verdict.undo}`,
    exitCode: exitCodes.heldBack,
    refs: [plan.undoOf ?? plan.id],
  });
}
