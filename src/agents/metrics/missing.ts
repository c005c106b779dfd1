// What a read could not see, in words for people: the capability, why, and what that costs. Never a zero in its place.
import type { Measure } from './measure.ts';
import type { Answer, Missing, MetricsSource } from './metrics-source.ts';

const names = { prometheus: 'Prometheus', kubelet: 'the kubelets' } as const;

export const noSource: Missing = {
  capability: 'metrics',
  reason: 'no Prometheus is configured and no kubelet may be read',
  cost: 'only facts of the API count: crashes, OOM kills, readiness',
};

/** One entry per capability. An empty answer for what applications must serve themselves is an entry too. */
export function missingFrom<Found>(
  source: MetricsSource['name'],
  asked: readonly Measure[],
  answers: ReadonlyMap<string, Answer<Found>>,
): Missing[] {
  const unreadable = asked.filter(({ id }) => {
    const answer = answers.get(id);
    return answer === undefined || 'unreadable' in answer;
  });
  if (unreadable.length === asked.length && asked.length > 0) {
    const first = answers.get(asked[0]?.id ?? '');
    const why = first !== undefined && 'unreadable' in first ? first.unreadable : 'it did not answer';
    return [{ ...noSource, reason: `${names[source]}: ${why}` }];
  }
  const entries = new Map<string, Missing>();
  const served = new Set(asked.filter(({ id }) => hasRows(answers.get(id))).map((one) => one.gives));
  for (const { id, gives, capability, cost, metric, from, optional } of asked) {
    const answer = answers.get(id);
    const tell = (reason: string): void => {
      if (!entries.has(capability))
        entries.set(capability, { capability, reason: `${names[source]}: ${reason}`, cost });
    };
    if (answer === undefined) tell('it was not asked');
    else if ('unreadable' in answer) tell(answer.unreadable);
    else if (answer.note !== undefined) tell(`not whole: ${answer.note}`);
    else if (answer.rows.length === 0 && from === 'pod' && optional !== true && !served.has(gives))
      tell(`no series is named ${metric} or by another name that is known`);
  }
  return [...entries.values()];
}

/** One entry per capability of these measures, none of which has a series, where no other measure gives the same. */
export function absentFrom(
  empty: readonly Measure[],
  present: ReadonlySet<string>,
): { readonly capability: string; readonly cost: string }[] {
  const costs = new Map(empty.filter((one) => !present.has(one.gives)).map((one) => [one.capability, one.cost]));
  return [...costs].map(([capability, cost]) => ({ capability, cost }));
}

function hasRows(answer: Answer<unknown> | undefined): boolean {
  return answer !== undefined && 'rows' in answer && answer.rows.length > 0;
}
