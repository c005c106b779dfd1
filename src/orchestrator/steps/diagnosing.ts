// open → diagnosed, and escalated → diagnosed when something new explains the incident.
import type { Incident } from '../../folds/state.ts';
import type { Explanation } from '../diagnose.ts';
import { refusedByPerson } from '../escalation.ts';
import { explainNow, logsOf } from '../look.ts';
import { rootOrders } from '../root-order.ts';
import { record, type Scene, type Step } from './step.ts';

/** Facts arrive one by one: a cause that is not settled is waited for this many cycles. */
const patienceCycles = 3;

export const diagnoseStep: Step = async (scene, incident) => {
  const { ports, memory } = scene;
  const quick = explainNow(ports, memory, incident);
  const age = ports.cluster.now() - incident.openedAtMs;
  if (!isSettled(quick) && incident.times === 1 && age < patienceCycles * ports.pace.cycleMs) return false;
  await diagnose(scene, incident);
  return true;
};

/** An escalated incident is looked at again when another cause than before is proven or likely, and has a remedy. */
export const rediagnoseStep: Step = async (scene, incident) => {
  const explanation = explainNow(scene.ports, scene.memory, incident);
  const [leading] = explanation.ranked;
  if (!isSettled(explanation) || leading.diagnosis.remedies.length === 0) return false;
  const tried = incident.plans.some((plan) => plan.plan.code === leading.hypothesis.code);
  const known = incident.hypotheses[0];
  const same = known?.code === leading.hypothesis.code && known.strength === leading.hypothesis.strength;
  if (tried || same) return false;
  await diagnose(scene, incident);
  return true;
};

/** A person's refusal leaves steps by hand; the fold has the reason, this adds the steps. */
export const adviseStep: Step = async (scene, incident) => {
  if (incident.advice.length > 0 || incident.reason?.startsWith('denied by ') !== true) return false;
  const explanation = explainNow(scene.ports, scene.memory, incident);
  await record(scene, { kind: 'incident.escalated', incident: incident.id, ...refusedByPerson(incident, explanation) });
  return true;
};

async function diagnose(scene: Scene, incident: Incident): Promise<void> {
  const logs = await logsOf(scene.ports, incident);
  const explanation = explainNow(scene.ports, scene.memory, incident, logs);
  await record(scene, {
    kind: 'incident.diagnosed',
    incident: incident.id,
    root: explanation.root,
    hypotheses: explanation.ranked.map((one) => ({ ...one.hypothesis })),
    evidence: [...explanation.added],
    roots: rootOrders(new Set(incident.findings), {
      findings: scene.memory.assessment?.findings ?? [],
      view: scene.ports.view(),
      pace: scene.ports.pace,
    }),
  });
}

function isSettled(explanation: Explanation): boolean {
  const { strength } = explanation.ranked[0].hypothesis;
  return strength === 'strong' || strength === 'fair';
}
