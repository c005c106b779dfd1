// Gathers the facts that a question may be about: incidents and workloads that it names, what is open, and what was read of them; each fact with what it cites.
import { isClosed } from '../../folds/lookup.ts';
import type { Incident, State } from '../../folds/state.ts';
import type { Finding } from '../../model/finding.ts';
import type { SignalBook, SignalId } from '../../model/signal.ts';
import { sameRef, shownRef, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { metricHistory } from '../investigation/metric-history.ts';
import { neighbours } from '../investigation/neighbours.ts';
import { objectEvents } from '../investigation/object-events.ts';
import { objectState } from '../investigation/object-state.ts';
import { rolloutHistory } from '../investigation/rollout-history.ts';
import type { Sight, Tool } from '../investigation/tool.ts';
import type { QuestionFact } from './wordsmith.ts';

export type QuestionSight = {
  readonly state: State;
  readonly view: ClusterView;
  readonly signals: SignalBook;
  readonly findings: readonly Finding[];
  readonly nowMs: number;
};

const mostWorkloads = 3;
const mostIncidents = 5;
const mostFacts = 80;
const asked: readonly SignalId[] = [
  'sli.latency',
  'sli.err',
  'sli.rps',
  'cpu.usage',
  'cpu.throttling',
  'memory.share',
  'restarts',
  'ready',
];

export async function factsFor(
  question: string,
  incident: string | undefined,
  sight: QuestionSight,
  signal: AbortSignal,
): Promise<readonly QuestionFact[]> {
  const workloads = named(question, sight.view);
  const incidents = chosen(question, incident, workloads, sight.state);
  const told = incidents.flatMap((one) => ofIncident(one, sight.state));
  const read = await Promise.all(workloads.map(async (of) => await ofWorkload(of, sight, signal)));
  const known = new Set<string>();
  return [...told, ...read.flat()]
    .filter(({ text }) => !known.has(text) && known.add(text) !== undefined)
    .slice(0, mostFacts);
}

/** Workloads whose name stands in the question as a word; longer names first. */
function named(question: string, view: ClusterView): readonly ObjectRef[] {
  const words = new Set(question.toLowerCase().match(/[a-z0-9]+(?:[-.][a-z0-9]+)*/g) ?? []);
  return view.workloads
    .map((one) => one.ref)
    .filter((ref) => words.has(ref.name))
    .toSorted((left, right) => right.name.length - left.name.length || (shownRef(left) < shownRef(right) ? -1 : 1))
    .slice(0, mostWorkloads);
}

/** The one that is named, else those about the workloads, else all that are open; newest first. */
function chosen(
  question: string,
  id: string | undefined,
  workloads: readonly ObjectRef[],
  state: State,
): readonly Incident[] {
  const wanted = id ?? /\binc-\d+\b/.exec(question)?.[0];
  const all = [...state.incidents.values()].toReversed();
  const matches = all.filter((one) =>
    wanted !== undefined
      ? one.id === wanted
      : workloads.some(
          (of) => sameRef(one.root, of) || one.evidence.some((fact) => fact.source.includes(`/${of.name}`)),
        ),
  );
  const found = matches.length > 0 || wanted !== undefined ? matches : all.filter((one) => !isClosed(one));
  return found.slice(0, mostIncidents);
}

function ofIncident(one: Incident, state: State): readonly QuestionFact[] {
  const fact = (text: string, cite: string, trust: QuestionFact['trust'] = 'measured'): QuestionFact => ({
    text,
    cite,
    trust,
  });
  const [leading] = one.hypotheses;
  return [
    fact(`${one.title}: ${one.severity}, ${one.state}${one.reason === null ? '' : `, ${one.reason}`}`, one.id),
    ...(leading === undefined
      ? []
      : [fact(`cause ${leading.code} ${leading.title}, ${leading.strength}, for ${leading.for.join(' ')}`, one.id)]),
    ...one.evidence.map((each) => fact(each.sentence, `${one.id}/${each.id}`, each.trust)),
    ...one.plans.flatMap((plan) =>
      plan.plan.actions.map((action) => {
        const held = plan.actions.find((known) => known.id === action.id);
        const approval = plan.approval === null ? undefined : state.approvals.get(plan.approval);
        const waits = approval?.state === 'waiting' ? `, waits for a decision (${approval.id})` : '';
        const outcome =
          held?.outcome === null || held?.outcome === undefined
            ? ''
            : `, ${held.outcome.word}: ${held.outcome.sentence}`;
        return fact(
          `plan: ${action.action} on ${shownRef(action.target)}, because ${action.why}${waits}${outcome}`,
          plan.plan.id,
        );
      }),
    ),
  ];
}

async function ofWorkload(
  of: ObjectRef,
  question: QuestionSight,
  signal: AbortSignal,
): Promise<readonly QuestionFact[]> {
  const own = question.findings
    .filter((one) => sameRef(one.of, of))
    .map((one): QuestionFact => ({ text: one.sentence, cite: one.id, trust: 'measured' }));
  const sight: Sight = { ...question, incident: null, root: of, reader: { tail: () => Promise.resolve(null) } };
  const read = async (tool: Tool, args: unknown): Promise<readonly QuestionFact[]> =>
    (await tool.read(args, of, sight, signal)).map(({ sentence, source, trust }) => ({
      text: sentence,
      cite: source,
      trust,
    }));
  const answers = await Promise.all([
    ...asked.map(async (id) => await read(metricHistory, { signal: id })),
    read(objectState, {}),
    read(rolloutHistory, {}),
    read(neighbours, {}),
    read(objectEvents, {}),
  ]);
  return [...own, ...answers.flat()];
}
