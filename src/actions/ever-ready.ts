// Whether any pod of the revision that a rollback leaves was ever ready: while none was, going back takes nothing from users (design.md, risk).
import type { Live } from '../model/action.ts';
import { isJsonObject, valueAt, type JsonObject } from '../model/json.ts';
import { conditionOf, type Pod } from '../model/kube.ts';
import { objectsAt } from './objects-at.ts';
import { currentRevision, isLeaving, podsOf } from './revisions.ts';
import { kindOf } from './template.ts';

/** Ready turns False in the very second in which the pod starts; a later change means that it was True in between. */
const sameMomentMs = 1_000;
/** The first pod follows its ReplicaSet at once. If the oldest pod is younger, an earlier one may be gone. */
const firstPodMs = 60_000;

/**
 * True only where the objects at hand prove it: a Deployment whose newest ReplicaSet was never finished nor used before,
 * whose first pod is still there, and none of whose pods was ready since it started. Whatever is not known is false.
 */
export function wasNeverReady(live: Live): boolean {
  if (kindOf(live.object) !== 'Deployment') return false;
  const current = currentRevision(live);
  if (current === undefined || wasFinished(live.object)) return false;
  const pods = podsOf(current, live);
  if (pods.length === 0 || pods.some(isLeaving)) return false;
  const set = current.object;
  const annotations = valueAt(set, '/metadata/annotations');
  if (isJsonObject(annotations) && annotations['deployment.kubernetes.io/revision-history'] !== undefined) return false;
  const counted = [valueAt(set, '/status/readyReplicas'), valueAt(set, '/status/availableReplicas')];
  if (counted.some((one) => one !== undefined && one !== 0)) return false;
  if (valueAt(set, '/status/replicas') !== pods.length) return false;
  const firstMs = Math.min(...pods.map((one) => timeMs(one.metadata.creationTimestamp)));
  const isFirst = firstMs - timeMs(valueAt(set, '/metadata/creationTimestamp')) <= firstPodMs;
  return isFirst && pods.every(hasNeverBeenReady);
}

/** The controller says so when all pods of the newest ReplicaSet have been available once. */
function wasFinished(deployment: JsonObject): boolean {
  const progress = objectsAt(deployment, '/status/conditions').find((one) => one['type'] === 'Progressing');
  return progress === undefined || progress['reason'] === 'NewReplicaSetAvailable';
}

function hasNeverBeenReady(one: Pod): boolean {
  const ready = conditionOf(one, 'Ready');
  const scheduled = conditionOf(one, 'PodScheduled')?.status === 'True' || (one.spec?.nodeName ?? '') !== '';
  if (!scheduled) return ready?.status !== 'True';
  if (ready?.status !== 'False') return false;
  const startedMs = timeMs(one.status?.startTime);
  return timeMs(ready.lastTransitionTime) - startedMs <= sameMomentMs;
}

/** NaN where there is no time: every comparison with it is false. */
function timeMs(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
