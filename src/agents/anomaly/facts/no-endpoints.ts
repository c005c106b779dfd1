// A Service that should reach a running workload has no ready endpoint: whoever calls it is refused.
import { isPodReady, type Service } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { FactRule } from './fact.ts';
import { latest, sinceOf, timeMs } from './pod-state.ts';

const graceMs = 60_000;

export const noEndpoints: FactRule = (workload, pods, { view, nowMs, pace }) => {
  if (workload.replicas === 0 || !view.complete.has('EndpointSlice') || !view.complete.has('Service')) return null;
  const empty = view.servicesOf(workload.ref).filter((service) => isEmpty(service, view));
  if (empty.length === 0 || isStarting(workload.createdAtMs, nowMs, scaled(pace, 2 * graceMs))) return null;
  // The last endpoint went when the last pod turned unready; with ready pods the Service itself is at fault.
  const sinceMs = pods.some((pod) => isPodReady(pod))
    ? latest(pods.map((pod) => sinceOf(pod, 'Ready')))
    : latest(pods.map((pod) => sinceOf(pod, 'Ready') ?? timeMs(pod.metadata.creationTimestamp)));
  if (sinceMs !== null && nowMs - sinceMs < scaled(pace, graceMs)) return null;
  const names = empty.map((one) => one.metadata.name).toSorted();
  return {
    fact: 'no-endpoints',
    of: workload.ref,
    severity: 'critical',
    onsetMs: sinceMs,
    sentence: `Service ${names.slice(0, 3).join(', ')} has no ready endpoint, ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} behind it`,
    objects: empty.slice(0, 10).map(({ metadata }) => ({
      kind: 'Service',
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    })),
    count: empty.length,
  };
};

/** Headless, external, selector-less Services and those that publish unready addresses are empty by design. */
function isEmpty({ metadata, spec }: Service, view: ClusterView): boolean {
  if (spec?.type === 'ExternalName' || spec?.clusterIP === 'None' || spec?.publishNotReadyAddresses === true)
    return false;
  if (Object.keys(spec?.selector ?? {}).length === 0) return false;
  const slices = view.slicesOf(metadata.namespace ?? '', metadata.name);
  // An absent condition means ready (the field is true unless the kubelet says otherwise).
  return !slices.some((slice) => (slice.endpoints ?? []).some((one) => one.conditions?.ready ?? true));
}

function isStarting(createdAtMs: number | null, nowMs: number, forMs: number): boolean {
  return createdAtMs !== null && nowMs - createdAtMs < forMs;
}
