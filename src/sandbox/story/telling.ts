// Chooses what a newcomer is told while the acts play: a few lines for each incident, in fewer words than `run` uses.
import { findAction, findPlan } from '../../folds/lookup.ts';
import type { State } from '../../folds/state.ts';
import type { JournalEvent } from '../../model/event.ts';
import type { Verdict } from '../../model/ruling.ts';
import { sameRef } from '../../model/target.ts';
import { transitionLine, type TransitionLine } from '../../telling/transition-line.ts';
import type { Part } from './player.ts';

export type Told = TransitionLine & {
  /** The approval that this line asks for. */
  readonly asks?: string;
};

/** Others say the same: permitted that it acts, effective that it is resolved, harmful that it is undone. */
const unsaid: ReadonlySet<string> = new Set(['acting', 'resolved', 'undoing']);

const unsettledCode = 'NONE';

/** `command` is how this program is called, as in "npx advisor". Every incident is told, a sign left alone only when an act is about it. */
export function createTeller(
  parts: readonly Part[],
  command: string,
): (event: JournalEvent, state: State) => Told | null {
  const leftAlone = new Set<string>();
  return (event, state) => {
    const line = transitionLine(event, state);
    if (line === null || unsaid.has(line.word)) return null;
    const { body } = event;
    switch (body.kind) {
      case 'deviation.dismissed': {
        const { of } = body.dismissal;
        if (leftAlone.has(line.subject) || !parts.some(({ act }) => sameRef(act.subject, of))) return null;
        leftAlone.add(line.subject);
        return line;
      }
      case 'incident.opened': {
        const [first] = body.evidence;
        return first === undefined ? line : { ...line, text: `${body.title}: ${first.sentence}` };
      }
      case 'incident.diagnosed': {
        const [first] = body.hypotheses;
        const isSettled = first !== undefined && first.code !== unsettledCode;
        return isSettled ? line : { ...line, text: `not settled (${first?.for.join(' ') ?? 'no evidence'})` };
      }
      case 'plan.judged': {
        const verdict = body.verdicts.at(-1);
        return verdict === undefined ? line : { ...line, text: judged(verdict, state) };
      }
      case 'approval.requested':
        return { ...line, text: `${changesOf(body.plan, state)} · ${body.approval}`, asks: body.approval };
      case 'incident.escalated': {
        const { length } = body.advice;
        const steps = length === 0 ? firstClause(body.reason) : `${length} ${length === 1 ? 'step' : 'steps'} by hand`;
        return { ...line, text: `${steps}: ${command} show ${body.incident}` };
      }
      default:
        return line;
    }
  };
}

/** "scale 0 → 2", for each action of the plan. */
function changesOf(plan: string, state: State): string {
  const found = findPlan(state, plan);
  const changes = found?.plan.plan.actions.map((planned) => {
    const verdict = found.plan.actions.find((one) => one.id === planned.id)?.verdict;
    return `${planned.action} ${verdict?.summary ?? ''}`.trimEnd();
  });
  return changes?.join(', ') ?? plan;
}

function judged(verdict: Verdict, state: State): string {
  const name = findAction(state, verdict.action)?.planned.action ?? 'change';
  const denial = verdict.rulings.find((one) => one.word === 'deny');
  if (denial !== undefined) return `${name}: ${denial.rule} ${firstClause(denial.reason)}`;
  const count = verdict.rulings.filter((one) => one.word === 'allow').length;
  // Only what was allowed beforehand lets a medium risk pass without a person.
  const policy = verdict.risk === 'medium' ? ', allowed by policy' : '';
  return `${name} ${verdict.summary}, ${verdict.risk} risk${policy}, ${count} ${count === 1 ? 'rule allows' : 'rules allow'}`;
}

/** A ruling gives all its figures; the first clause says what it comes to. */
function firstClause(reason: string): string {
  return reason.split(/[:;] /, 1)[0] ?? reason;
}
