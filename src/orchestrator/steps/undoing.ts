// Harm is taken back: an undo plan, a fresh permit for it, and what is said when it cannot be written.
import type { ActionState, Incident, PlanState } from '../../folds/state.ts';
import { livePlan } from '../../folds/lookup.ts';
import { deadline } from '../../clock.ts';
import { jsonEquals } from '../../model/json.ts';
import { sameRef } from '../../model/target.ts';
import * as escalation from '../escalation.ts';
import { explainNow } from '../look.ts';
import { undoPlanOf } from '../plan.ts';
import { write } from './acting.ts';
import { again, escalate, record, type Scene, type Step } from './step.ts';

const readMs = 5_000;

/** Proposes the undo and writes it at once; the outcome says whether it was undone. */
export async function undoHarm(
  scene: Scene,
  incident: Incident,
  plan: PlanState,
  action: ActionState,
  sentence: string,
): Promise<boolean> {
  // Earlier actions of the plan were verified and found effective: they stay.
  const undo = undoPlanOf(incident, plan, { actions: [action.id], why: sentence });
  if (undo !== null) await record(scene, { kind: 'plan.proposed', plan: undo });
  const undone = undo !== null && (await writeUndo(scene, again(scene, incident)));
  await conclude(scene, incident, plan, action, sentence, undone);
  return true;
}

/** A live undo that is not written yet is tried again; once it landed that is told of what it took back, and it is seen to settle. */
export const undoStep: Step = async (scene, incident) => {
  const undo = livePlan(incident);
  if (undo?.plan.undoOf === undefined) return false;
  const isLanded = undo.actions.every((one) => one.writtenAtMs !== null);
  if (undo.plan.requestedBy === undefined) {
    if (!isLanded && !(await writeUndo(scene, incident))) return false;
    if (await tellHarm(scene, incident, undo)) return true;
  } else if (isLanded && (await tellTakenBack(scene, incident, undo, undo.plan.requestedBy))) return true;
  return await settleUndo(scene, undo);
};

/** However the undo was seen to land: by its answer, by the read that settles a lost one, or by the process before this one. */
async function tellHarm(scene: Scene, incident: Incident, undo: PlanState): Promise<boolean> {
  const of = incident.plans.find((one) => one.plan.id === undo.plan.undoOf);
  const untold = (of?.actions ?? []).filter(
    ({ writtenAtMs, outcome }) =>
      writtenAtMs !== null && (outcome === null || (outcome.word === 'harmful' && !outcome.undone)),
  );
  if (of === undefined) return false;
  for (const one of untold) await conclude(scene, incident, of, one, one.outcome?.sentence ?? 'it did harm', true);
  return untold.length > 0;
}

/** A plan that is still being verified ends with what was taken back of it: nobody will look at it any more. */
async function tellTakenBack(scene: Scene, incident: Incident, undo: PlanState, by: string): Promise<boolean> {
  const of = incident.plans.find((one) => one.plan.id === undo.plan.undoOf);
  const untold = (of?.actions ?? []).filter(
    (one) => one.writtenAtMs !== null && one.outcome === null && takesBack(undo, of, one.id),
  );
  if (of === undefined) return false;
  for (const { id } of untold)
    await record(scene, {
      kind: 'outcome.recorded',
      plan: of.plan.id,
      action: id,
      outcome: 'unknown',
      undone: true,
      sentence: `taken back as ${by} asked, before its outcome was known`,
    });
  return untold.length > 0;
}

/** The actions of an undo are those that it takes back, under ids of their own. */
function takesBack(undo: PlanState, of: PlanState | undefined, action: string): boolean {
  const taken = of?.plan.actions.find((one) => one.id === action);
  return undo.plan.actions.some(
    (one) =>
      taken !== undefined &&
      one.action === taken.action &&
      sameRef(one.target, taken.target) &&
      jsonEquals(one.params, taken.params),
  );
}

/** True when every action of the live undo plan landed. */
async function writeUndo(scene: Scene, incident: Incident): Promise<boolean> {
  let now = incident;
  for (let at = 0; at < 5; at += 1) {
    const undo = livePlan(now);
    const next = undo?.actions.find((one) => one.writtenAtMs === null && one.outcome === null);
    if (undo?.plan.undoOf === undefined) return false;
    if (next === undefined) return true;
    await write(scene, now, undo, next, null);
    now = again(scene, now);
    const after = now.plans.find((one) => one.plan.id === undo.plan.id)?.actions.find((one) => one.id === next.id);
    if (after?.writtenAtMs == null) return false;
  }
  return true;
}

async function conclude(
  scene: Scene,
  incident: Incident,
  plan: PlanState,
  action: ActionState,
  sentence: string,
  undone: boolean,
): Promise<void> {
  await record(scene, {
    kind: 'outcome.recorded',
    plan: plan.plan.id,
    action: action.id,
    outcome: 'harmful',
    undone,
    sentence: undone ? `${sentence}; taken back` : sentence,
  });
  const explanation = explainNow(scene.ports, scene.memory, incident);
  await escalate(scene, incident, escalation.harmful(plan, sentence, undone, explanation));
}

async function settleUndo(scene: Scene, undo: PlanState): Promise<boolean> {
  const { ports } = scene;
  const action = undo.actions.find((one) => one.writtenAtMs !== null && one.outcome === null);
  const planned = undo.plan.actions.find((one) => one.id === action?.id);
  if (action === undefined || planned === undefined) return false;
  const limit = deadline(ports.wall, readMs);
  const live = await ports.reader.live(planned.target, limit.signal).catch(() => null);
  limit.done();
  const settlement = live === null ? undefined : ports.actions.get(planned.action)?.settled(live);
  const late = ports.cluster.now() - (action.writtenAtMs ?? 0) > ports.pace.undecidedMs;
  if (settlement?.state !== 'settled' && !late) return false;
  await record(scene, {
    kind: 'outcome.recorded',
    plan: undo.plan.id,
    action: action.id,
    outcome: settlement?.state === 'settled' ? 'effective' : 'unknown',
    undone: false,
    sentence: settlement?.why ?? 'the undo was not seen to settle',
  });
  return true;
}
