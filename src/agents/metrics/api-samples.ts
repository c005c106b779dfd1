// Signals that the API tells without any metrics: restarts of the last ten minutes and ready replicas.
import { isLive, isPodReady } from '../../model/kube.ts';
import type { Sample } from '../../model/signal.ts';
import type { ClusterView } from '../../model/view.ts';
import { type RestartCounter, uidOf } from './restart-counter.ts';

/** Nothing when pods could not be listed: then both are not known. */
export function apiSamples(view: ClusterView, restarts: RestartCounter, atMs: number): Sample[] {
  if (!view.complete.has('Pod')) return [];
  restarts.see(view.pods, atMs);
  const samples: Sample[] = [];
  for (const { ref } of view.workloads) {
    const pods = view.podsOf(ref);
    let total = 0;
    for (const pod of pods) {
      const value = restarts.within(uidOf(pod));
      total += value;
      samples.push({ key: { signal: 'restarts', of: ref, pod: pod.metadata.name }, atMs, value });
    }
    const ready = pods.filter((pod) => isLive(pod) && isPodReady(pod)).length;
    samples.push(
      { key: { signal: 'restarts', of: ref }, atMs, value: total },
      { key: { signal: 'ready', of: ref }, atMs, value: ready },
    );
  }
  return samples;
}
