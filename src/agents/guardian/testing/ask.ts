// Asks a guardian of the rig for a permit, as the orchestrator does.
import type { Granted } from '../../../model/permit.ts';
import type { Plan } from '../../../model/plan.ts';
import type { PermitAnswer } from '../../../orchestrator/ports.ts';
import { anAction } from './facts.ts';
import type { Rig } from './rig.ts';

export async function permitFor(rig: Rig, plan: Plan, approval: string | null = null): Promise<PermitAnswer<Granted>> {
  const action = plan.actions[0] ?? anAction();
  const given = approval === null ? null : rig.approval(approval);
  return await rig.guardian.permit({ ...rig.circumstances(plan), plan, action, approval: given });
}

/** What was granted; throws what was said instead. */
export function grantedOf(answer: { readonly granted: Granted } | object): Granted {
  if ('granted' in answer) return answer.granted;
  throw new Error(JSON.stringify(answer));
}
