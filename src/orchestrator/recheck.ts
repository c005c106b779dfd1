// Before an approval is recorded the plan is judged afresh: a person approves what is true now, or is told what changed.
import { findPlan } from '../folds/lookup.ts';
import type { Approval } from '../folds/state.ts';
import { exitCodes, type Problem } from '../model/failure.ts';
import { shownRef } from '../model/target.ts';
import { circumstances } from './look.ts';
import type { Scene } from './steps/step.ts';

/** Null when what was shown still holds. */
export async function recheck(scene: Scene, approval: Approval): Promise<Problem | null> {
  const { ports } = scene;
  const found = findPlan(ports.state(), approval.plan);
  if (found === undefined) return null;
  const { incident, plan } = found;
  const judgement = await ports.hands.judge({ ...circumstances(ports, scene.memory, incident), plan: plan.plan });
  if (judgement.binding === approval.binding) return null;
  const [target] = plan.plan.actions.map((one) => shownRef(one.target));
  const denied = judgement.verdicts.flatMap((one) => one.rulings.filter((ruling) => ruling.word === 'deny'))[0];
  return {
    code: 'stale-plan',
    what: `approval ${approval.id} was not recorded`,
    why:
      denied === undefined
        ? `${target ?? 'the target'} or the verdict on it changed after it was shown`
        : `it would be denied now: ${denied.rule} ${denied.reason}`,
    next: `advisor show ${incident.id}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id, plan.plan.id],
  };
}
