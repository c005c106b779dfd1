// Until when pods of a workload are starting: what they use and how long they take says nothing of how they will be (detection.md 8).
import { isLive, isPodReady, type Pod } from '../../../model/kube.ts';
import { probeBudgetMs, sinceOf, timeMs } from '../facts/pod-state.ts';
import type { Windows } from '../settings.ts';

export type StartUpTimes = Pick<Windows, 'graceMs' | 'creationMs' | 'afterReadyMs'>;

/**
 * The grace after a change, or two minutes after the probes of the last pod that it started let it pass, where those allow for
 * longer. A pod counts when it was born while others were starting still: a rolling update is one start, a replica that an
 * autoscaler adds later is none.
 */
export function startingUntilMs(changedMs: number, pods: readonly Pod[], nowMs: number, times: StartUpTimes): number {
  const born = pods
    .filter(isLive)
    .map((pod) => ({ bornMs: bornOf(pod), pod }))
    .filter(({ bornMs }) => bornMs >= changedMs)
    .toSorted((left, right) => left.bornMs - right.bornMs);
  return born.reduce(
    (untilMs, { bornMs, pod }) => (bornMs > untilMs ? untilMs : Math.max(untilMs, passedMs(pod, nowMs, times))),
    changedMs + times.graceMs,
  );
}

/** Whether a pod is past its start at a time: until then it differs from its siblings by itself (detection.md 12). */
export function isGrown(pod: Pod, atMs: number, times: StartUpTimes): boolean {
  const bornMs = bornOf(pod);
  return !Number.isNaN(bornMs) && atMs >= Math.max(bornMs + times.graceMs, passedMs(pod, atMs, times));
}

function bornOf(pod: Pod): number {
  return timeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? Number.NaN;
}

/** Two minutes after it became ready, and no later than its probes allow for: one that never does is broken, not starting. */
function passedMs(pod: Pod, nowMs: number, { creationMs, afterReadyMs }: StartUpTimes): number {
  const allowedMs = bornOf(pod) + creationMs + probeBudgetMs(pod);
  const readyMs = isPodReady(pod) ? (sinceOf(pod, 'Ready') ?? nowMs) : nowMs;
  return Math.min(readyMs, allowedMs) + afterReadyMs;
}
