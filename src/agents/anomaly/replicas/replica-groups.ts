// The replicas that can be compared in a cycle: those of one workload and one signal that are past their start-up and have a value.
import { isLive, type Pod } from '../../../model/kube.ts';
import type { Sample } from '../../../model/signal.ts';
import type { SignalFamily } from '../../../model/signal-traits.ts';
import { keyOf, type ObjectRef } from '../../../model/target.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { SeriesState } from '../series-state.ts';
import type { SeriesTable } from '../series-table.ts';
import type { Windows } from '../settings.ts';
import { isGrown } from '../changes/start-up.ts';
import type { PodTraits } from './shared-trait.ts';

export type ReplicaGroup = {
  /** The workload's series of the same signal. */
  readonly state: SeriesState;
  readonly samples: ReadonlyMap<string, Sample>;
  readonly traits: ReadonlyMap<string, PodTraits>;
  /** CPU request of one replica in cores. */
  readonly cpuRequest: number;
};

/** What the API tells of each pod by itself needs no peers, and nodes have none. */
const unwatched: ReadonlySet<SignalFamily> = new Set([
  'restarts',
  'ready',
  'pending',
  'autoscaler',
  'pressure',
  'control plane',
  'node',
]);
const cyclesOfWindow = 5;

/** By id of the workload's series; groups of one pod are left out. */
export function replicaGroups(table: SeriesTable, view: ClusterView, windows: Windows): readonly ReplicaGroup[] {
  const nodes = new Map(view.nodes.map((node) => [node.metadata.name, node.metadata.labels]));
  const zoneOf = (node: string): string | null => nodes.get(node)?.['topology.kubernetes.io/zone'] ?? null;
  const grown = new Map<string, ReadonlyMap<string, PodTraits>>();
  const podsOf = (of: ObjectRef): ReadonlyMap<string, PodTraits> => {
    const known = grown.get(keyOf(of));
    if (known !== undefined) return known;
    const pods = view.podsOf(of).filter((pod) => isLive(pod) && isGrown(pod, table.nowMs, windows));
    const found = new Map(pods.map((pod) => [pod.metadata.name, traitsOf(pod, zoneOf)]));
    grown.set(keyOf(of), found);
    return found;
  };
  return table.all().flatMap((state) => {
    const samples = table.pods(state.id);
    if (samples.size < 2 || unwatched.has(state.traits.family)) return [];
    const workload = view.workload(state.key.of);
    if (workload === undefined) return [];
    const traits = podsOf(state.key.of);
    const compared = new Map([...samples].filter(([pod, sample]) => traits.has(pod) && tells(state, sample, windows)));
    if (compared.size < 2) return [];
    return [{ state, samples: compared, traits, cpuRequest: state.cpuRequest / Math.max(1, workload.replicas) }];
  });
}

/** A p99 of few requests is one of them. */
function tells(state: SeriesState, sample: Sample, windows: Windows): boolean {
  const { leastRequests } = state.traits;
  if (leastRequests === undefined) return true;
  const share = Math.min(1, windows.cycleMs / windows.rateMs);
  return (sample.weight ?? 0) * share * cyclesOfWindow >= leastRequests;
}

function traitsOf(pod: Pod, zoneOf: (node: string) => string | null): PodTraits {
  const node = pod.spec?.nodeName ?? null;
  const { labels } = pod.metadata;
  return {
    node,
    zone: node === null ? null : zoneOf(node),
    version: labels?.['pod-template-hash'] ?? labels?.['controller-revision-hash'] ?? null,
  };
}
