// Turns what a leader chose into a plan, and a plan that was written into the plan that takes it back. Pure.
import type { Incident, PlanState } from '../folds/state.ts';
import { jsonObject, type Plan, type PlannedAction, type Reasoning, type VerifyWindow } from '../model/plan.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import { sameRef } from '../model/target.ts';
import { playbookName } from './playbook/playbook.ts';
import { reasoningOf } from './reconcile.ts';
import type { Accepted } from './validation.ts';

export function planOf(
  incident: Incident,
  accepted: readonly [Accepted, ...Accepted[]],
  led: {
    readonly leader: { readonly name: string; readonly rung?: string };
    readonly order: readonly string[];
    readonly isDoubted?: true;
  },
  hypotheses: readonly Hypothesis[],
  evidence: readonly Evidence[],
): Plan {
  const id = nextPlanId(incident);
  const [first] = accepted;
  const { leader, order } = led;
  const chosen = {
    order,
    behind: accepted.map((one) => one.entry.hypothesis),
    cites: accepted.flatMap((one) => one.cites),
  };
  const isDoubted = led.isDoubted === true || wasDoubted(incident, first.entry);
  const reasoning = reasoningOf(leader.name === playbookName ? 'rules' : 'model', chosen, hypotheses, evidence);
  const causes = hypotheses.filter((one) => accepted.some(({ entry }) => entry.hypothesis === one.id));
  return {
    id,
    incident: incident.id,
    code: first.entry.code,
    leader: leader.name,
    ...(leader.rung === undefined ? {} : { rung: leader.rung }),
    actions: accepted.map((one, at) => ({
      id: `${id}/a${at + 1}`,
      action: one.entry.action,
      target: one.entry.target,
      params: jsonObject.parse(one.params),
      cites: [...one.cites],
      restsOn: findingsBehind(
        causes.find((cause) => cause.id === one.entry.hypothesis),
        evidence,
      ),
      why: one.why,
    })),
    expectedEffect: first.entry.expectedEffect,
    verify: windowsOf(accepted),
    untrustedOnly: causes.some((one) => restsOnUntrusted(one, evidence)),
    ...(reasoning === null ? {} : { reasoning: isDoubted ? doubted(reasoning) : reasoning }),
  };
}

/** A doubt about an action stays with it until a person has decided, though its question expired and no model answers now. */
function wasDoubted(incident: Incident, entry: Accepted['entry']): boolean {
  return incident.plans.some(
    ({ plan }) =>
      plan.reasoning?.agreement === 'differ' &&
      plan.actions.some((one) => one.action === entry.action && sameRef(one.target, entry.target)),
  );
}

/** A model that was asked and chose nothing differs from rules that have a repair. */
function doubted(reasoning: Reasoning): Reasoning {
  if (reasoning.agreement === 'differ') return reasoning;
  const { rules, confidence } = reasoning;
  return { agreement: 'differ', rules, confidence: Math.round(confidence * 50) / 100 };
}

/** The actions of the plan that were written, last first; the guardian builds each inverse from what was read before. */
export function undoPlanOf(
  incident: Incident,
  of: PlanState,
  options: { readonly actions?: readonly string[]; readonly requestedBy?: string; readonly why: string },
): Plan | null {
  const id = nextPlanId(incident);
  const written = of.plan.actions.filter((action) => {
    const known = of.actions.find((one) => one.id === action.id);
    return known?.writtenAtMs != null && options.actions?.includes(action.id) !== false;
  });
  const actions = written.toReversed().map((action, at): PlannedAction => ({
    ...action,
    id: `${id}/a${at + 1}`,
    why: `undo of ${action.id}: ${options.why}`,
  }));
  const [first] = actions;
  if (first === undefined) return null;
  return {
    id,
    incident: incident.id,
    undoOf: of.plan.id,
    ...(options.requestedBy === undefined ? {} : { requestedBy: options.requestedBy }),
    code: of.plan.code,
    leader: of.plan.leader,
    ...(of.plan.rung === undefined ? {} : { rung: of.plan.rung }),
    actions,
    expectedEffect: `the target is as it was before ${of.plan.id}`,
    verify: ['V-roll'],
    untrustedOnly: false,
  };
}

function nextPlanId(incident: Incident): string {
  const last = Math.max(0, ...incident.plans.map((one) => Number(one.plan.id.split('/p').at(-1))));
  return `${incident.id}/p${last + 1}`;
}

function windowsOf(accepted: readonly Accepted[]): VerifyWindow[] {
  return [...new Set(accepted.flatMap((one) => one.entry.verify))];
}

/** By the cause itself, never by what a leader chose to cite. */
function findingsBehind(hypothesis: Hypothesis | undefined, evidence: readonly Evidence[]): string[] {
  const facts = evidence.filter((one) => hypothesis?.for.includes(one.id) === true);
  return [...new Set(facts.flatMap((one) => one.finding ?? []))];
}

/** True when every supporting fact is untrusted: such a plan can at most ask (G13). */
function restsOnUntrusted(hypothesis: Hypothesis, evidence: readonly Evidence[]): boolean {
  const facts = evidence.filter((one) => hypothesis.for.includes(one.id));
  return facts.length > 0 && facts.every((one) => one.trust === 'untrusted');
}
