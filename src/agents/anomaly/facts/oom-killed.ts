// A container was killed for its own memory limit (WL-001, WL-002): the kubelet says OOMKilled.
import { scaled } from '../../../model/pace.ts';
import type { ContainerStatus } from '../../../model/kube.ts';
import { type FactRule, recentMs } from './fact.ts';
import { containerOf, earliest, endOf, podRefs, severityBy, statusesOf, timeMs, waitingReason } from './pod-state.ts';

/** Back-off reaches five minutes, so a kill counts for twice the usual window. */
const lastsMs = 2 * recentMs;

export const oomKilled: FactRule = (workload, pods, { nowMs, pace, restarts }) => {
  const isKilled = (status: ContainerStatus): boolean => {
    const end = endOf(status);
    if (end?.reason !== 'OOMKilled') return false;
    const atMs = timeMs(end.finishedAt);
    return waitingReason(status) === 'CrashLoopBackOff' || (atMs !== null && nowMs - atMs <= scaled(pace, lastsMs));
  };
  const killed = pods.flatMap((pod) =>
    statusesOf(pod).flatMap((status) => (isKilled(status) ? [{ pod, status }] : [])),
  );
  const first = killed[0];
  if (first === undefined) return null;
  const hit = pods.filter((pod) => killed.some((one) => one.pod === pod));
  const count = hit.reduce((sum, pod) => sum + Math.max(1, restarts(workload.ref, pod.metadata.name) ?? 1), 0);
  const limit = containerOf(first.pod, first.status.name)?.resources?.limits?.['memory'];
  return {
    fact: 'oom-killed',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(killed.map(({ status }) => timeMs(endOf(status)?.finishedAt))),
    sentence: `OOMKilled ×${count} in ${hit.length} of ${pods.length} pods${limit === undefined ? ', no memory limit' : `, memory limit ${limit}`}`,
    objects: podRefs(hit),
    container: first.status.name,
    count,
  };
};
