// Harm is taken back: an undo plan, a fresh permit for it, and what is said when it cannot be written.
import type { ActionState, Incident, PlanState } from '../../folds/state.ts';
import { livePlan } from '../../folds/lookup.ts';
import { deadline } from '../../clock.ts';
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
  const undo = undoPlanOf(incident, plan, { why: sentence });
  if (undo !== null) await record(scene, { kind: 'plan.proposed', plan: undo });
  const undone = undo !== null && (await writeUndo(scene, again(scene, incident)));
  await conclude(scene, incident, plan, action, sentence, undone);
  return true;
}

/** A live undo of harm that is not written yet is tried again, and the one that was written is seen to settle. */
export const undoStep: Step = async (scene, incident) => {
  const undo = livePlan(incident);
  if (undo?.plan.undoOf === undefined) return false;
  if (undo.plan.requestedBy !== undefined) return await settleUndo(scene, undo);
  const of = incident.plans.find((one) => one.plan.id === undo.plan.undoOf);
  if (undo.actions.some((one) => one.writtenAtMs === null && one.outcome === null)) {
    const undone = await writeUndo(scene, incident);
    if (!undone) return false;
    for (const one of of?.actions ?? [])
      if (of !== undefined && one.writtenAtMs !== null && one.outcome?.undone !== true)
        await conclude(scene, incident, of, one, one.outcome?.sentence ?? 'it did harm', true);
    return true;
  }
  return await settleUndo(scene, undo);
};

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
