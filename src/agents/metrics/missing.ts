// What a read could not see, in words for people: the capability, why, and what that costs. Never a zero in its place.
import type { Measure } from './catalogue.ts';
import type { Answer, Missing, MetricsSource } from './metrics-source.ts';

const names = { prometheus: 'Prometheus', kubelet: 'the kubelets' } as const;

const costs: Readonly<Record<string, string>> = {
  'CPU usage of containers': 'saturation and surges are not seen',
  'memory of containers': 'only kills show that memory is short',
  'CPU throttling': 'a CPU limit that slows a workload is not seen',
  'network traffic of pods': 'changes of network traffic are not seen',
  'network errors of pods': 'errors of the pod network are not seen',
  'request rate and error ratio': 'failing requests and lost traffic are not seen',
  latency: 'slow answers are not seen',
  'CPU of nodes': 'busy nodes are not seen',
  'memory of nodes': 'nodes that run out of memory are seen by their condition only',
};

export const noSource: Missing = {
  capability: 'metrics',
  reason: 'no Prometheus is configured and no kubelet may be read',
  cost: 'only facts of the API count: crashes, OOM kills, readiness',
};

/** One entry per capability. An empty answer for what applications must serve themselves is an entry too. */
export function missingFrom<Found>(
  source: MetricsSource['name'],
  wanted: readonly Measure[],
  answers: ReadonlyMap<string, Answer<Found>>,
): Missing[] {
  const unreadable = wanted.filter(({ id }) => {
    const answer = answers.get(id);
    return answer === undefined || 'unreadable' in answer;
  });
  if (unreadable.length === wanted.length && wanted.length > 0) {
    const first = answers.get(wanted[0]?.id ?? '');
    const why = first !== undefined && 'unreadable' in first ? first.unreadable : 'it did not answer';
    return [{ ...noSource, reason: `${names[source]}: ${why}` }];
  }
  const entries = new Map<string, Missing>();
  for (const { id, capability, metric, from } of wanted) {
    const answer = answers.get(id);
    const cost = costs[capability] ?? 'it is not watched';
    const tell = (reason: string): void => {
      if (!entries.has(capability))
        entries.set(capability, { capability, reason: `${names[source]}: ${reason}`, cost });
    };
    if (answer === undefined) tell('it was not asked');
    else if ('unreadable' in answer) tell(answer.unreadable);
    else if (answer.note !== undefined) tell(`not whole: ${answer.note}`);
    else if (answer.rows.length === 0 && from === 'pod') tell(`no series is named ${metric}`);
  }
  return [...entries.values()];
}
