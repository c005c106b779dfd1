// diagnosed → planned: the leader picks from the menu, the plan is proposed and judged; without a plan the incident goes to a person.
import type { Incident, PlanState } from '../../folds/state.ts';
import type { Verdict } from '../../model/ruling.ts';
import { livePlan } from '../../folds/lookup.ts';
import { consult } from '../consult.ts';
import * as escalation from '../escalation.ts';
import { briefOf, circumstances, explainNow } from '../look.ts';
import { planOf } from '../plan.ts';
import { isBlind } from '../watch.ts';
import { again, escalate, record, type Scene, type Step } from './step.ts';

/** Denials that pass by themselves: the plan is judged again instead of given up. */
const passing: ReadonlySet<string> = new Set(['G03', 'G07', 'G09', 'G11', 'G12', 'G19', 'G22']);
const mostExpired = 3;
const mostPlans = 6;

export const planStep: Step = async (scene, incident) => {
  const { ports, memory } = scene;
  if (isBlind(ports)) return false;
  const unjudged = livePlan(incident);
  // A process that died between the proposal and the judgement left it: it is judged, not proposed anew beside itself.
  if (unjudged?.judged === null) return await judge(scene, incident, unjudged.plan.id);
  const last = incident.plans.findLast((one) => one.plan.undoOf === undefined);
  const explanation = explainNow(ports, memory, incident);
  if (last?.ended?.why.startsWith('denied: ') === true && isSinceDiagnosis(incident, last))
    return await afterDenial(scene, incident, last);
  const expired = expiredInARow(incident);
  if (expired >= mostExpired) return await escalate(scene, incident, escalation.expiredTooOften(explanation, expired));
  const brief = briefOf(ports, memory, incident, explanation);
  if (brief.menu.length === 0 || plansSinceOpening(incident) >= mostPlans)
    return await escalate(scene, incident, escalation.nothingToDo(explanation, brief.history));
  const led = await consult(ports, memory, incident, brief);
  if (led.waits) return false;
  const [first, ...rest] = led.accepted;
  if (first === undefined)
    return await escalate(
      scene,
      incident,
      led.leader.name === 'playbook'
        ? escalation.nothingToDo(explanation, brief.history)
        : escalation.leaderChoseNothing(explanation, led.leader.name),
    );
  const plan = planOf(again(scene, incident), [first, ...rest], led, brief.hypotheses, brief.evidence);
  await record(scene, { kind: 'plan.proposed', plan });
  await judge(scene, again(scene, incident), plan.id);
  return true;
};

/** Has a plan judged and records it when the word is new. Answers whether it was recorded. */
export async function judge(scene: Scene, incident: Incident, planId: string): Promise<boolean> {
  const plan = incident.plans.find((one) => one.plan.id === planId);
  if (plan === undefined) return false;
  scene.memory.retriedAtMs.set(incident.id, scene.ports.cluster.now());
  scene.memory.judgedInEpoch.set(incident.id, scene.ports.state().epoch);
  const judgement = await scene.ports.hands.judge({
    ...circumstances(scene.ports, scene.memory, incident),
    plan: plan.plan,
  });
  if (isSame(plan, judgement)) return false;
  await record(scene, {
    kind: 'plan.judged',
    plan: planId,
    mode: judgement.mode,
    because: judgement.because,
    verdicts: [...judgement.verdicts],
    binding: judgement.binding,
  });
  return true;
}

/** A passing denial is judged again each cycle for as long as an outcome may stay undecided; any other goes to a person. */
async function afterDenial(scene: Scene, incident: Incident, plan: PlanState): Promise<boolean> {
  const { ports, memory } = scene;
  const verdicts = plan.actions.flatMap((one) => one.verdict ?? []);
  const now = ports.cluster.now();
  if (verdicts.every(mayPass) && now - plan.proposedAtMs < ports.pace.undecidedMs) {
    const last = memory.retriedAtMs.get(incident.id) ?? plan.judged?.atMs ?? now;
    if (now - last < ports.pace.cycleMs) return false;
    return await judge(scene, incident, plan.plan.id);
  }
  return await escalate(scene, incident, escalation.denied(verdicts, explainNow(ports, memory, incident)));
}

function mayPass(verdict: Verdict): boolean {
  const rules = deniedBy(verdict);
  return verdict.word !== 'denied' || (rules.length > 0 && rules.every((rule) => passing.has(rule)));
}

function isSame(
  plan: PlanState,
  judgement: { readonly mode: string; readonly binding: string; readonly verdicts: readonly Verdict[] },
): boolean {
  if (plan.judged === null || plan.judged.mode !== judgement.mode || plan.judged.binding !== judgement.binding)
    return false;
  return judgement.verdicts.every((verdict) => {
    const known = plan.actions.find((one) => one.id === verdict.action)?.verdict;
    return (
      known?.word === verdict.word &&
      known.wouldBe === verdict.wouldBe &&
      deniedBy(known).join(' ') === deniedBy(verdict).join(' ')
    );
  });
}

function deniedBy(verdict: Verdict): readonly string[] {
  return verdict.rulings.flatMap((one) => (one.word === 'deny' ? one.rule : []));
}

/** Only the newest plan counts: once another was made, an old denial is history. */
function isSinceDiagnosis(incident: Incident, plan: PlanState): boolean {
  return incident.plans.at(-1)?.plan.id === plan.plan.id;
}

function expiredInARow(incident: Incident): number {
  const ended = incident.plans.map((one) => one.ended?.why ?? '');
  const last = ended.findLastIndex((why) => !why.startsWith('approval expired'));
  return ended.length - 1 - last;
}

function plansSinceOpening(incident: Incident): number {
  return incident.plans.filter((one) => one.plan.undoOf === undefined).length - (incident.times - 1) * mostPlans;
}
