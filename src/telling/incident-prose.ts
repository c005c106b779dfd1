// An incident in plain words: what happened, why, what was done and how it ended, each sentence with the facts that it rests on. Out of recorded facts alone.
import type { IncidentDetail, PlanView } from '../model/api.ts';
import { shownRef } from '../model/target.ts';

/** `cites` are evidence ids, plan and approval ids; a sentence without any tells the incident's own state. */
export type Sentence = { readonly text: string; readonly cites: readonly string[] };

type Action = PlanView['actions'][number];

const mostFacts = 4;

export function proseOf(incident: IncidentDetail): readonly Sentence[] {
  return [
    opening(incident),
    ...facts(incident),
    ...causes(incident),
    ...incident.plans.flatMap(planSentences),
    ...ending(incident),
  ];
}

function opening(one: IncidentDetail): Sentence {
  const times = one.times > 1 ? `, for the ${ordinal(one.times)} time` : '';
  const until = one.closedAt === null ? '' : ` and closed at ${one.closedAt}`;
  return {
    text: `${one.title}: ${one.severity}, about ${shownRef(one.root)}, opened at ${one.openedAt}${times}${until}.`,
    cites: [],
  };
}

function facts(one: IncidentDetail): readonly Sentence[] {
  const told = one.evidence.slice(0, mostFacts).map(({ id, trust, sentence, ignoredInstruction }): Sentence => {
    const whose =
      trust === 'measured' ? '' : ` (${trust}${trust === 'untrusted' ? ', anybody may have written it' : ''})`;
    const ignored = ignoredInstruction === true ? ' It asked for an action, and nobody followed it.' : '';
    return { text: `${capital(sentence)}${whose}.${ignored}`, cites: [id] };
  });
  const left = one.evidence.slice(mostFacts).map((fact) => fact.id);
  return left.length === 0 ? told : [...told, { text: 'More facts are recorded.', cites: left }];
}

function causes(one: IncidentDetail): readonly Sentence[] {
  const [leading, ...others] = one.hypotheses;
  if (leading === undefined) return [{ text: 'No cause is settled yet.', cites: [] }];
  const word = { strong: 'proven', fair: 'likely', weak: 'suspected', 'ruled out': 'ruled out' }[leading.strength];
  const against =
    leading.against.length === 0 ? 'nothing speaks against it' : `against it speak ${listed(leading.against)}`;
  const settle =
    leading.strength === 'strong' || leading.settle.length === 0
      ? ''
      : `; what would settle it: ${leading.settle.join(', ')}`;
  const first: Sentence = {
    text: `The cause is ${word}: ${leading.title} (${leading.code}); ${against}${settle}.`,
    cites: leading.for,
  };
  const rest = others.map(({ code, title, strength, against: contrary }): Sentence => ({
    text: `Also looked at: ${title} (${code}), ${strength === 'weak' ? 'suspected' : strength}.`,
    cites: contrary,
  }));
  return [first, ...rest];
}

function planSentences(plan: PlanView): readonly Sentence[] {
  const who = plan.rung === null ? plan.leader : `${plan.leader} (${plan.rung})`;
  const undoOf = plan.undoOf === null ? '' : ` to take ${plan.undoOf} back`;
  const sentences = plan.actions.map((action): Sentence => ({
    text: `${capital(who)} planned${undoOf}: ${what(action)}, because ${action.why}. ${verdictOf(action)}`.trim(),
    cites: [plan.id, ...action.cites],
  }));
  const outcomes = plan.actions.flatMap((action): readonly Sentence[] => outcomeOf(plan, action));
  const ended =
    plan.ended === null || outcomes.length > 0
      ? []
      : [{ text: `It ended without a write: ${plan.ended.why}.`, cites: [plan.id] }];
  return [...sentences, ...outcomes, ...ended];
}

function what(action: Action): string {
  const change = action.summary === null ? '' : ` ${action.summary}`;
  return `${action.name}${change} on ${shownRef(action.target)}`;
}

function verdictOf(action: Action): string {
  if (action.verdict === null) return '';
  const denies = action.rulings.filter((one) => one.word === 'deny');
  const asks = action.rulings.filter((one) => one.word === 'ask');
  const head = `The guardian ${action.wouldBe ? 'would have said' : 'said'}: ${action.verdict}`;
  const reasons = (denies.length > 0 ? denies : asks).map((one) => `${one.rule}: ${one.reason}`);
  return reasons.length === 0 ? `${head}.` : `${head} (${reasons.join('; ')}).`;
}

function outcomeOf(plan: PlanView, action: Action): readonly Sentence[] {
  const cites = [plan.id, ...action.permits.slice(-1)];
  if (action.held !== null) return [{ text: `It was held: ${action.held}.`, cites }];
  const { outcome } = action;
  if (outcome === null)
    return action.writtenAt === null
      ? []
      : [{ text: `It was written at ${action.writtenAt} and is being verified.`, cites }];
  const undone = outcome.undone ? ', and it was taken back' : '';
  const written = action.writtenAt === null ? '' : `It was written at ${action.writtenAt}. `;
  return [{ text: `${written}Outcome: ${outcome.word}${undone}: ${outcome.sentence}.`, cites }];
}

function ending(one: IncidentDetail): readonly Sentence[] {
  const reason = one.reason === null ? '' : `: ${one.reason}`;
  const state: Sentence = { text: `It is ${one.state}${reason}.`, cites: [] };
  const advice = one.advice.map((step): Sentence => ({ text: `What a person can do: ${step}`, cites: [] }));
  return [state, ...advice];
}

function listed(ids: readonly string[]): string {
  return ids.join(', ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ordinal(count: number): string {
  const tens = count % 100;
  const ends = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ends}`;
}
