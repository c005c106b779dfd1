// Signals that the API tells without any metrics: restarts, OOM kills, ready and pending pods, autoscalers at their bound, pressure of nodes.
import {
  conditionOf,
  type HorizontalPodAutoscaler,
  isLive,
  isPodReady,
  type KubeNode,
  type Pod,
} from '../../model/kube.ts';
import type { Sample, SeriesKey, SignalId } from '../../model/signal.ts';
import type { ClusterView } from '../../model/view.ts';
import { createSeriesKeys, type SeriesKeys } from './series-keys.ts';
import { type RestartCounter, uidOf } from './restart-counter.ts';

/** What could not be listed is not known. `pendingMs` is the age from which a pod that does not start counts. */
export function apiSamples(
  view: ClusterView,
  restarts: RestartCounter,
  atMs: number,
  pendingMs: number,
  keys: SeriesKeys = createSeriesKeys(),
): Sample[] {
  const samples: Sample[] = [];
  const add = (signal: SignalId, value: number | null, { of, pod }: Omit<SeriesKey, 'signal'>): void => {
    if (value !== null) samples.push({ key: keys.of(of, pod)(signal), atMs, value });
  };
  for (const node of view.nodes)
    add('node.pressure', pressureOf(node), { of: { kind: 'Node', namespace: '', name: node.metadata.name } });
  for (const { ref: of } of view.workloads) {
    const autoscaler = view.autoscalerOf(of);
    if (autoscaler !== undefined) add('autoscaler.at_max', atMax(autoscaler), { of });
  }
  if (!view.complete.has('Pod')) return samples;
  restarts.see(view.pods, atMs);
  for (const { ref: of } of view.workloads) {
    const pods = view.podsOf(of);
    let ended = 0;
    let killed = 0;
    for (const pod of pods) {
      const value = restarts.within(uidOf(pod));
      const kills = restarts.killsWithin(uidOf(pod));
      ended += value;
      killed += kills;
      add('restarts', value, { of, pod: pod.metadata.name });
      if (kills > 0) add('oom_kills', kills, { of, pod: pod.metadata.name });
    }
    add('restarts', ended, { of });
    add('oom_kills', killed, { of });
    add('ready', pods.filter((pod) => isLive(pod) && isPodReady(pod)).length, { of });
    add('pending', pods.filter((pod) => isPendingSince(pod, atMs - pendingMs)).length, { of });
  }
  return samples;
}

function isPendingSince(pod: Pod, beforeMs: number): boolean {
  const createdMs = Date.parse(pod.metadata.creationTimestamp ?? '');
  return isLive(pod) && pod.status?.phase === 'Pending' && createdMs <= beforeMs;
}

/** 1 while the autoscaler wants more than it may have; null when its status is not known. */
function atMax({ spec, status }: HorizontalPodAutoscaler): number | null {
  const most = spec?.maxReplicas;
  const current = status?.currentReplicas;
  if (most === undefined || current === undefined) return null;
  const limited = conditionOf({ status }, 'ScalingLimited');
  const wantsMore = limited === undefined || (limited.status === 'True' && limited.reason === 'TooManyReplicas');
  return current >= most && wantsMore ? 1 : 0;
}

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'] as const;

/** How many conditions of pressure hold; null when the node tells none. */
function pressureOf(node: KubeNode): number | null {
  const told = pressures.flatMap((type) => conditionOf(node, type) ?? []);
  return told.length === 0 ? null : told.filter((one) => one.status === 'True').length;
}
