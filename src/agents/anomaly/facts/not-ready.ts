// A pod runs and does not become or stay ready, longer than its own probes and a grace allow, and nothing earlier explains it.
import { isPodReady, type Pod } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import type { FactRule } from './fact.ts';
import {
  earliest,
  isScheduled,
  ofPods,
  podRefs,
  probeBudgetMs,
  severityBy,
  sinceOf,
  statusesOf,
  timeMs,
  waitingReason,
} from './pod-state.ts';

const graceMs = 60_000;
/** Volumes, sandbox and image before the first container runs. */
const creationMs = 120_000;

export const notReady: FactRule = (workload, pods, { nowMs, pace }) => {
  const hits = pods.filter((pod) => {
    if (isPodReady(pod) || !isScheduled(pod) || isExplained(pod)) return false;
    const sinceMs = unreadySince(pod);
    return sinceMs !== null && nowMs - sinceMs >= allowedMs(pod, sinceMs, (ms) => scaled(pace, ms));
  });
  if (hits.length === 0) return null;
  const names = podRefs(hits).map((one) => one.name);
  return {
    fact: 'not-ready',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(hits.map((pod) => unreadySince(pod))),
    sentence: `${ofPods(hits.length, pods)} not ready (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`,
    objects: podRefs(hits),
    count: hits.length,
  };
};

/** An earlier gate is closed: crash, image, configuration. Those are facts of their own. */
function isExplained(pod: Pod): boolean {
  return statusesOf(pod).some((status) => {
    const reason = waitingReason(status);
    return reason !== '' && reason !== 'ContainerCreating' && reason !== 'PodInitializing';
  });
}

function unreadySince(pod: Pod): number | null {
  return sinceOf(pod, 'Ready') ?? timeMs(pod.status?.startTime) ?? timeMs(pod.metadata.creationTimestamp);
}

/**
 * Time that a pod may be unready: once it was ready only the grace; before that what its probes allow for, too. What a
 * manifest says in seconds is real time on every pace.
 */
function allowedMs(pod: Pod, sinceMs: number, paced: (ms: number) => number): number {
  const startMs = timeMs(pod.status?.startTime) ?? timeMs(pod.metadata.creationTimestamp) ?? sinceMs;
  const started = statusesOf(pod).map((status) => timeMs(status.state?.running?.startedAt));
  const newestRun = Math.max(startMs, ...started.map((one) => one ?? 0));
  // Ready turns False in the same second in which the pod or its container starts.
  const wasReady = sinceMs > newestRun + 1_000;
  if (wasReady) return paced(graceMs);
  const isCreated = started.some((one) => one !== null);
  return newestRun - sinceMs + probeBudgetMs(pod) + paced(isCreated ? graceMs : creationMs);
}
