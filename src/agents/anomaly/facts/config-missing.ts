// A ConfigMap, a Secret or a key of one does not exist and a container cannot be made (CFG-002 to CFG-004).
import { eventTimeMs, type Pod } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import type { ClusterView } from '../../../model/view.ts';
import { quoted } from '../sentence/wording.ts';
import { type FactRule, recentMs } from './fact.ts';
import {
  earliest,
  ofPods,
  podRef,
  podRefs,
  severityBy,
  sinceOf,
  statusesOf,
  timeMs,
  waitingReason,
} from './pod-state.ts';

const absent =
  /(?:configmaps?|secrets?) "[^"]+" not found|couldn't find key .+ in (?:ConfigMap|Secret) \S+|references non-existent (?:config|secret) key: ?\S*/i;

export const configMissing: FactRule = (workload, pods, { view, nowMs, pace }) => {
  const hits = pods.flatMap((pod) => {
    const found = complaintOf(pod, view, nowMs - scaled(pace, recentMs));
    return found === null ? [] : [{ pod, ...found }];
  });
  const first = hits[0];
  if (first === undefined) return null;
  return {
    fact: 'config-missing',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(hits.map(({ pod }) => sinceOf(pod, 'PodScheduled') ?? timeMs(pod.metadata.creationTimestamp))),
    sentence: `${quoted(first.complaint)}, ${ofPods(hits.length, pods)} cannot start`,
    objects: podRefs(hits.map(({ pod }) => pod)),
    ...(first.container === undefined ? {} : { container: first.container }),
    count: hits.length,
  };
};

function complaintOf(
  pod: Pod,
  view: ClusterView,
  sinceMs: number,
): { readonly complaint: string; readonly container?: string } | null {
  for (const status of statusesOf(pod)) {
    if (waitingReason(status) !== 'CreateContainerConfigError') continue;
    const match = absent.exec(status.state?.waiting?.message ?? '');
    if (match !== null) return { complaint: match[0], container: status.name };
  }
  // A volume is mounted before any container is made, so only a pod that has started nothing can lack one.
  if (statusesOf(pod).some((one) => one.state?.running !== undefined || (one.restartCount ?? 0) > 0)) return null;
  for (const event of view.eventsOn(podRef(pod)).toReversed()) {
    const match = event.reason === 'FailedMount' ? absent.exec(event.message ?? '') : null;
    if (match !== null && (eventTimeMs(event) ?? 0) >= sinceMs) return { complaint: match[0] };
  }
  return null;
}
