// Why an incident goes to a person, and the steps by hand that are left. Pure.
import type { Incident, PlanState } from '../folds/state.ts';
import type { Ruling, Verdict } from '../model/ruling.ts';
import type { Explanation } from './diagnose.ts';

export type Escalation = { readonly reason: string; readonly advice: string[] };

const mostSteps = 6;

export function nothingToDo(explanation: Explanation, tried: readonly string[]): Escalation {
  const [leading] = explanation.ranked;
  const { strength, title, code } = leading.hypothesis;
  const reason =
    code === 'NONE'
      ? 'the cause is not settled'
      : tried.length > 0
        ? `${title}: nothing is left on the menu`
        : strength === 'strong' || strength === 'fair'
          ? `${title}: no change may be made from here`
          : `${title} is only suspected`;
  return { reason, advice: steps([...leading.diagnosis.advice, ...tried.map((one) => `tried: ${one}`)]) };
}

export function leaderChoseNothing(explanation: Explanation, leader: string): Escalation {
  const { title, strength } = explanation.ranked[0].hypothesis;
  return {
    reason: `${title} (${strength}): ${leader} chose no action`,
    advice: steps(explanation.ranked[0].diagnosis.advice),
  };
}

/** "rolling restart: G08 one of three is out", with what a person can do. */
export function denied(verdicts: readonly Verdict[], explanation: Explanation): Escalation {
  const verdict = verdicts.find((one) => one.word === 'denied');
  const denials = (verdict?.rulings ?? []).filter((one) => one.word === 'deny' || one.word === 'pending');
  return {
    reason: `${verdict?.summary ?? 'the plan'} was denied: ${denials.map(shown).join(' · ') || 'a ruling is missing'}`,
    advice: steps([
      ...explanation.ranked[0].diagnosis.advice,
      ...(verdict === undefined ? [] : [`what was denied, by hand and at your own judgement: ${verdict.byHand}`]),
    ]),
  };
}

export function harmful(plan: PlanState, sentence: string, undone: boolean, explanation: Explanation): Escalation {
  const summary = plan.actions[0]?.verdict?.summary ?? plan.plan.actions[0]?.action ?? 'the change';
  const held = undone
    ? []
    : plan.actions.flatMap((one) => (one.verdict === null ? [] : [`take it back by hand: ${one.verdict.undo}`]));
  return {
    reason: `${summary} made it worse and ${undone ? 'was taken back' : 'could not be taken back'}: ${sentence}`,
    advice: steps([...held, ...explanation.ranked[0].diagnosis.advice, `do not repeat: ${summary}`]),
  };
}

export function unknown(sentence: string, explanation: Explanation): Escalation {
  return { reason: `the outcome is not known: ${sentence}`, advice: steps(explanation.ranked[0].diagnosis.advice) };
}

export function expiredTooOften(explanation: Explanation, times: number): Escalation {
  return {
    reason: `nobody decided ${times} times in a row`,
    advice: steps(explanation.ranked[0].diagnosis.advice),
  };
}

export function refusedByPerson(incident: Incident, explanation: Explanation): Escalation {
  return {
    reason: incident.reason ?? 'a person refused the plan',
    advice: steps(explanation.ranked[0].diagnosis.advice),
  };
}

function shown(ruling: Ruling): string {
  return `${ruling.rule} ${ruling.reason}`;
}

function steps(lines: readonly string[]): string[] {
  return [...new Set(lines)].slice(0, mostSteps);
}
