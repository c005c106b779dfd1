// One line for each event that a person at the terminal of `run` wants to see; null for the rest.
import { findPlan } from '../folds/lookup.ts';
import type { State } from '../folds/state.ts';
import type { JournalEvent } from '../model/event.ts';
import { shownRef } from '../model/target.ts';

/** `inc-42  awaiting approval  shop/deploy/checkout  raise memory limit 256Mi → 384Mi · apr-17`, without the time. */
export type TransitionLine = {
  readonly incident: string;
  readonly word: string;
  readonly subject: string;
  readonly text: string;
};

export function transitionLine(event: JournalEvent, state: State): TransitionLine | null {
  const { body } = event;
  switch (body.kind) {
    case 'deviation.dismissed':
      return { incident: '', word: 'left alone', subject: shownRef(body.dismissal.of), text: body.dismissal.sentence };
    case 'incident.opened':
      return { incident: body.incident, word: 'open', subject: shownRef(body.root), text: body.title };
    case 'incident.reopened':
      return about(state, body.incident, 'reopened', body.reason);
    case 'incident.diagnosed': {
      const [first] = body.hypotheses;
      return {
        incident: body.incident,
        word: 'diagnosed',
        subject: shownRef(body.root),
        text:
          first === undefined
            ? 'not settled'
            : `${first.id} ${first.code} ${first.title}, ${first.strength} (${first.for.join(' ')})`,
      };
    }
    case 'leader.consulted':
      return body.accepted
        ? null
        : about(state, body.incident, 'answer refused', body.refused ?? 'it did not validate');
    case 'plan.judged': {
      const incident = body.plan.split('/')[0] ?? '';
      const first = body.verdicts.at(-1);
      if (first === undefined) return null;
      const denies = first.rulings.filter((one) => one.word === 'deny');
      const word = first.wouldBe ? `would be ${first.word}` : first.word;
      if (first.word === 'denied')
        return about(
          state,
          incident,
          word,
          `${first.summary}: ${
            denies
              .map((one) => `${one.rule} ${one.reason}`)
              .slice(0, 2)
              .join(' · ') || 'a ruling is pending'
          }`,
        );
      if (first.word === 'needs approval' && !first.wouldBe) return null;
      return about(
        state,
        incident,
        word,
        `${first.summary}, ${first.risk} risk, ${first.rulings.filter((one) => one.word === 'allow').length} allow`,
      );
    }
    case 'approval.requested': {
      const incident = body.plan.split('/')[0] ?? '';
      return about(state, incident, 'awaiting approval', `${summaryOf(state, body.plan)} · ${body.approval}`);
    }
    case 'approval.decided':
      return ofApproval(
        state,
        body.approval,
        body.decision,
        `${body.approval} by ${body.by}${body.reason === undefined ? '' : ` ("${body.reason}")`}`,
      );
    case 'approval.expired':
      return ofApproval(state, body.approval, 'expired', `${body.approval} was not decided in time`);
    case 'approval.voided':
      return ofApproval(state, body.approval, 'void', `${body.approval}: ${body.reason}`);
    case 'intent.recorded':
      return body.purpose === 'fence' || body.purpose === 'hand back'
        ? null
        : about(state, body.plan.split('/')[0] ?? '', body.purpose === 'undo' ? 'undoing' : 'acting', body.summary);
    case 'write.answered':
      return body.result === 'landed'
        ? null
        : ofPermit(state, body.permit, body.result === 'refused' ? 'write refused' : 'write unknown', body.reason);
    case 'action.held':
      return about(state, body.plan.split('/')[0] ?? '', 'held', `${body.reason}; by hand: ${body.byHand}`);
    case 'outcome.recorded':
      return about(state, body.plan.split('/')[0] ?? '', outcomeWord(state, body), body.sentence);
    case 'incident.escalated':
      return about(state, body.incident, 'escalated', body.reason);
    case 'incident.resolved':
      return about(state, body.incident, 'resolved', body.reason);
    case 'switch.stopped':
      return {
        incident: '',
        word: 'stopped',
        subject: 'cluster',
        text: `by ${body.by}${body.reason === undefined ? '' : ` ("${body.reason}")`} · no write will start`,
      };
    case 'switch.resumed':
      return { incident: '', word: 'resumed', subject: 'cluster', text: `by ${body.by} ("${body.reason}")` };
    case 'source.lost':
      return { incident: '', word: 'source lost', subject: body.source, text: `${body.reason}; ${body.cost}` };
    case 'source.recovered':
      return { incident: '', word: 'source back', subject: body.source, text: 'answers again' };
    default:
      return null;
  }
}

function about(state: State, incident: string, word: string, text: string): TransitionLine {
  const known = state.incidents.get(incident);
  return { incident, word, subject: known === undefined ? '' : shownRef(known.root), text };
}

/** The outcome of an undo is whether it took hold: the word of the repair was said before. */
function outcomeWord(state: State, body: Extract<JournalEvent['body'], { kind: 'outcome.recorded' }>): string {
  if (findPlan(state, body.plan)?.plan.plan.undoOf !== undefined)
    return body.outcome === 'effective' ? 'taken back' : 'undo not seen';
  return body.undone ? `${body.outcome} (undone)` : body.outcome;
}

function ofApproval(state: State, approval: string, word: string, text: string): TransitionLine {
  return about(state, state.approvals.get(approval)?.plan.split('/')[0] ?? '', word, text);
}

function ofPermit(state: State, permit: string, word: string, text: string): TransitionLine {
  return about(state, state.intents.get(permit)?.plan.split('/')[0] ?? '', word, text);
}

function summaryOf(state: State, plan: string): string {
  const found = state.incidents.get(plan.split('/')[0] ?? '')?.plans.find((one) => one.plan.id === plan);
  const verdicts = found?.actions.flatMap((one) => (one.verdict === null ? [] : [one.verdict.summary])) ?? [];
  return verdicts.length === 0
    ? (found?.plan.actions.map((one) => one.action).join(', ') ?? plan)
    : verdicts.join(', ');
}
