// Whether a write on a workload has settled: after a write the old status looks complete for a moment, so it counts only once the controller has seen the change (writes.md B.1-B.3).
import type { Live, Settlement } from '../model/action.ts';
import { valueAt, type Json } from '../model/json.ts';
import { conditionOf, isPodReady, workload, type WorkloadObject } from '../model/kube.ts';
import { fieldManager } from '../model/mode.ts';
import { hopelessAddition, hopelessPod } from './hopeless-pod.ts';
import { objectsAt } from './objects-at.ts';
import { currentRevision, isLeaving, podsOfCurrent, readPod } from './revisions.ts';
import { holdOf, kindOf } from './template.ts';

/** For every change of the pod template. A rollout that is held never settles. */
export function rolloutSettled(live: Live): Settlement {
  const seen = seenBy(live);
  if ('state' in seen) return seen;
  const hold = holdOf(live.object);
  if (hold !== null) return progressing(hold);
  const why = failedCondition(live, seen.target) ?? hopelessPod(podsOfCurrent(live), live);
  if (why !== null) return { state: 'failed', why };
  const counts = rolloutCounts(kindOf(live.object), seen.target);
  if (counts.done) return { state: 'settled', why: counts.sentence };
  return progressing(waitsForBroken(live) ?? counts.sentence);
}

/** For a change of the count: works on a paused Deployment, and waits until the last pod taken away is gone. */
export function countSettled(live: Live): Settlement {
  const seen = seenBy(live);
  if ('state' in seen) return seen;
  const why = failedCondition(live, seen.target) ?? hopelessAddition(podsOfCurrent(live), live);
  if (why !== null) return { state: 'failed', why };
  const { status = {} } = seen.target;
  const wanted = seen.target.spec?.replicas ?? 1;
  const terminating = status.terminatingReplicas ?? 0;
  const counts = [status.replicas ?? 0, status.updatedReplicas ?? 0, status.availableReplicas ?? 0];
  const sentence = `${counts[2]} of ${wanted} pods are available`;
  if (counts.every((one) => one === wanted) && terminating === 0) return { state: 'settled', why: sentence };
  return progressing(
    terminating > 0
      ? `${sentence}, ${terminating} are still ending`
      : counts[0] === wanted && counts[1] !== wanted
        ? `${sentence}, ${counts[1]} of the newest revision`
        : sentence,
  );
}

function seenBy(live: Live): { readonly target: WorkloadObject } | Settlement {
  const parsed = workload.safeParse(live.object);
  if (!parsed.success) return progressing('the target cannot be read as a workload');
  const { generation } = parsed.data.metadata;
  const observed = parsed.data.status?.observedGeneration ?? 0;
  if (generation === undefined || observed < generation)
    return progressing(
      `its controller has not seen the change yet (generation ${generation ?? 'unknown'}, seen ${observed})`,
    );
  return { target: parsed.data };
}

function failedCondition(live: Live, target: WorkloadObject): string | null {
  if (cannotCreate(live, target)) return 'its controller cannot create pods (ReplicaFailure)';
  const progress = conditionOf(target, 'Progressing');
  return progress?.status === 'False' &&
    progress.reason === 'ProgressDeadlineExceeded' &&
    !isOfBefore(live, 'Progressing')
    ? 'the rollout made no progress within its deadline (ProgressDeadlineExceeded)'
    : null;
}

/** The Deployment repeats the failure of an older ReplicaSet too, so the newest one is asked where it is known. */
function cannotCreate(live: Live, target: WorkloadObject): boolean {
  const current = kindOf(live.object) === 'Deployment' ? currentRevision(live) : undefined;
  const parsed = workload.safeParse(current?.object);
  if (!parsed.success)
    return conditionOf(target, 'ReplicaFailure')?.status === 'True' && !isOfBefore(live, 'ReplicaFailure');
  const { metadata, status } = parsed.data;
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isSeen && conditionOf(parsed.data, 'ReplicaFailure')?.status === 'True';
}

/**
 * A passed deadline stays in the status until the next rollout makes its first progress, also when the controller has
 * already seen the new generation: a condition older than our own newest write speaks of the rollout before it.
 */
function isOfBefore(live: Live, condition: string): boolean {
  const conditions = objectsAt(live.object, '/status/conditions');
  const entries = objectsAt(live.object, '/metadata/managedFields');
  const saidMs = timeMs(conditions.find((one) => one['type'] === condition)?.['lastUpdateTime']);
  const writtenMs = entries
    .filter((one) => one['manager'] === fieldManager)
    .map((one) => timeMs(one['time']))
    .filter((one) => !Number.isNaN(one));
  return writtenMs.some((one) => saidMs < one);
}

function rolloutCounts(kind: string, target: WorkloadObject): { readonly done: boolean; readonly sentence: string } {
  const { status = {} } = target;
  if (kind === 'DaemonSet') {
    const wanted = status.desiredNumberScheduled ?? 0;
    const updated = status.updatedNumberScheduled ?? 0;
    const available = status.numberAvailable ?? 0;
    return { done: updated === wanted && available === wanted, sentence: told(updated, available, wanted) };
  }
  const wanted = target.spec?.replicas ?? 1;
  const replicas = status.replicas ?? 0;
  const updated = status.updatedReplicas ?? 0;
  const available = status.availableReplicas ?? 0;
  const isWhole = [replicas, updated, available].every((one) => one === wanted);
  const isOver =
    kind === 'StatefulSet' ? status.currentRevision === status.updateRevision : (status.unavailableReplicas ?? 0) === 0;
  const left = replicas > updated ? `, ${replicas - updated} of the former revision left` : '';
  return { done: isWhole && isOver, sentence: `${told(updated, available, wanted)}${left}` };
}

/** An OrderedReady StatefulSet waits for a broken pod even when its template is healed (writes.md B.2). */
function waitsForBroken(live: Live): string | null {
  if (kindOf(live.object) !== 'StatefulSet') return null;
  if (valueAt(live.object, '/spec/podManagementPolicy') === 'Parallel') return null;
  if (currentRevision(live) === undefined) return null;
  const current = new Set(podsOfCurrent(live).map((one) => one.metadata.name));
  const broken = live.pods
    .flatMap((one) => readPod(one))
    .find((one) => !current.has(one.metadata.name) && !isPodReady(one) && !isLeaving(one));
  return broken === undefined
    ? null
    : `pod ${broken.metadata.name} of the former revision is not ready and holds the others back (OrderedReady); it has to be deleted by hand`;
}

function told(updated: number, available: number, wanted: number): string {
  return updated === wanted && available === wanted
    ? `${wanted} of ${wanted} pods are updated and available`
    : `${updated} of ${wanted} pods are updated, ${available} available`;
}

function progressing(why: string): Settlement {
  return { state: 'progressing', why };
}

function timeMs(value: Json | undefined): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
