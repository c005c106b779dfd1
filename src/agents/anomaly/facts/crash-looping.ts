// A container ends again and again: it waits in crash back-off, or restarted at least twice within ten minutes.
import type { ContainerStatus, Pod } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import type { Workload } from '../../../model/view.ts';
import { shownSpan } from '../sentence/wording.ts';
import { type FactRule, recentMs } from './fact.ts';
import { earliest, endOf, podRefs, severityBy, statusesOf, timeMs, waitingReason } from './pod-state.ts';

const leastRestarts = 2;

export const crashLooping: FactRule = (workload, pods, { view, nowMs, pace, restarts }) => {
  const windowMs = scaled(pace, recentMs);
  const looping = pods.flatMap((pod) => {
    const backingOff = statusesOf(pod).find((status) => waitingReason(status) === 'CrashLoopBackOff');
    const count = restarts(workload.ref, pod.metadata.name) ?? 0;
    const status = backingOff ?? (count >= leastRestarts ? lastEnded(pod) : undefined);
    return status === undefined || endsByDesign(status, view.servicesOf(workload.ref).length > 0, pod)
      ? []
      : [{ pod, status, count: Math.max(1, count) }];
  });
  const first = looping[0];
  if (first === undefined) return null;
  const count = looping.reduce((sum, one) => sum + one.count, 0);
  const exit = endOf(first.status);
  const how =
    exit?.reason === undefined ? '' : `, ${exit.reason}${exit.exitCode === undefined ? '' : ` exit ${exit.exitCode}`}`;
  return {
    fact: 'crash-looping',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(looping.map(({ status }) => timeMs(endOf(status)?.finishedAt))),
    sentence: `restarts ${count} in ${shownSpan(windowMs)}${usualRestarts(workload, pods, count, nowMs, windowMs)}${how}`,
    objects: podRefs(looping.map(({ pod }) => pod)),
    container: first.status.name,
    count,
  };
};

function lastEnded(pod: Pod): ContainerStatus | undefined {
  return statusesOf(pod)
    .filter((status) => endOf(status) !== undefined)
    .toSorted((left, right) => (timeMs(endOf(right)?.finishedAt) ?? 0) - (timeMs(endOf(left)?.finishedAt) ?? 0))[0];
}

/** Exit 0 of a process that nobody calls and that listens nowhere: a batch image under restartPolicy Always. */
function endsByDesign(status: ContainerStatus, isCalled: boolean, pod: Pod): boolean {
  const listens = (pod.spec?.containers ?? []).some((one) => (one.ports ?? []).length > 0);
  return endOf(status)?.exitCode === 0 && !isCalled && !listens;
}

/** What the pods' whole life says about restarts per window, when they are old enough to say it. */
function usualRestarts(
  workload: Workload,
  pods: readonly Pod[],
  recent: number,
  nowMs: number,
  windowMs: number,
): string {
  let windows = 0;
  let total = 0;
  for (const pod of pods) {
    const startedMs = timeMs(pod.status?.startTime);
    if (startedMs !== null) windows = Math.max(windows, (nowMs - startedMs) / windowMs - 1);
    for (const status of statusesOf(pod)) total += status.restartCount ?? 0;
  }
  if (windows < 6) return workload.replicas > 0 ? ', new pods' : '';
  const rate = Math.max(0, total - recent) / windows;
  return rate < 0.05 ? ', usual 0' : `, usual ${Math.floor(rate)}–${Math.floor(rate) + 1}`;
}
