// How the sentence of a finding names a signal, whose it is, and its value: the way an operator would say it aloud.
import type { SignalFinding } from '../../../model/finding.ts';
import { apiServerRef, type SignalId } from '../../../model/signal.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import { sameRef } from '../../../model/target.ts';
import { shownValue } from './wording.ts';

/** Signals that count things are told as so many of them; `one` and `many` are the words after the number. */
const counted: Partial<Record<SignalId, { readonly one: string; readonly many: string; readonly after?: string }>> = {
  oom_kills: { one: 'OOM kill', many: 'OOM kills', after: ' in 10 min' },
  restarts: { one: 'restart', many: 'restarts', after: ' in 10 min' },
  ready: { one: 'ready replica', many: 'ready replicas' },
  pending: { one: 'pod', many: 'pods', after: ' pending for more than 2 min' },
  'autoscaler.at_max': { one: 'autoscaler', many: 'autoscalers', after: ' held at the maximum' },
  'node.pressure': { one: 'condition of pressure', many: 'conditions of pressure' },
};

/** Titles that take "are" although another letter than s ends them. */
const plurals: ReadonlySet<SignalId> = new Set<SignalId>([
  'volume.inodes',
  'connections',
  'node.inodes',
  'node.retransmits',
]);

/** "p99 of shop/checkout is 840 ms", "4 restarts of shop/cart in 10 min", "p99 of the API server is 1.4 s". */
export function subjectOf(finding: SignalFinding, traits: SignalTraits): string {
  const { title, suffix = '', unit, id } = traits;
  const value = shownValue(finding.value, unit);
  const of = ownerOf(finding, title);
  const things = counted[id];
  if (things !== undefined && finding.replicas?.verdict !== 'they differ')
    return `${value} ${value === '1' ? things.one : things.many}${of}${things.after ?? ''}`;
  const verb = plurals.has(id) || title.endsWith('s') ? 'are' : 'is';
  return finding.replicas?.verdict === 'they differ'
    ? `${title} of the two pods${of} differ, one is ${value}${suffix}`
    : `${title}${of} ${verb} ${value}${suffix}`;
}

/** " of shop/cart", "space used by shop/cart", "threads on worker-2"; the API server is named by its signals already. */
function ownerOf({ of }: SignalFinding, title: string): string {
  if (sameRef(of, apiServerRef)) return '';
  if (of.kind === 'Node') return ` on ${of.name}`;
  return ` ${title.endsWith(' used') ? 'by' : 'of'} ${of.namespace}/${of.name}`;
}
