// Whether a new pod is in a state that does not pass by itself, so that the change that made it has failed (writes.md B.3).
import type { Live } from '../model/action.ts';
import { conditionOf, isPodReady, type ContainerStatus, type Pod } from '../model/kube.ts';
import { isLeaving, readPod } from './revisions.ts';

/** Reasons with which the kubelet has given up or repeats in vain. A first ErrImagePull is not yet one of them. */
const hopeless: ReadonlyMap<string, string> = new Map([
  ['ImagePullBackOff', 'its image cannot be pulled'],
  ['InvalidImageName', 'its image has no valid name'],
  ['ErrImageNeverPull', 'its image is not on the node and may not be pulled'],
  ['CreateContainerConfigError', 'something that its configuration names does not exist'],
]);
const crashing = 'CrashLoopBackOff';

/** A sentence about the first hopeless pod of a rollout, or null. */
export function hopelessPod(pods: readonly Pod[], live: Live): string | null {
  return firstSentence(pods, (one) => waitsInVain(one) ?? crashes(one) ?? hasNoNode(one, live));
}

/**
 * The same for a change of the count, which runs no new code: a crash counts only while no pod at all is ready, because
 * crashes under load may be what more replicas are to heal.
 */
export function hopelessAddition(pods: readonly Pod[], live: Live): string | null {
  const served = pods.some((one) => isPodReady(one));
  return firstSentence(pods, (one) => waitsInVain(one) ?? hasNoNode(one, live) ?? (served ? null : crashes(one)));
}

function firstSentence(pods: readonly Pod[], look: (one: Pod) => string | null): string | null {
  for (const one of pods) {
    const why = look(one);
    if (why !== null) return `pod ${one.metadata.name}: ${why}`;
  }
  return null;
}

function waitsInVain(one: Pod): string | null {
  for (const status of statusesOf(one)) {
    const reason = status.state?.waiting?.reason ?? '';
    const why = hopeless.get(reason);
    if (why !== undefined) return `${why} (${reason} of container ${status.name})`;
  }
  return null;
}

function crashes(one: Pod): string | null {
  const status = statusesOf(one).find((each) => each.state?.waiting?.reason === crashing);
  if (status === undefined) return null;
  const end = status.lastState?.terminated;
  const how = end === undefined ? '' : `, last end ${end.reason ?? 'unknown'} exit ${end.exitCode ?? '?'}`;
  return `container ${status.name} ends again and again (${crashing}, ${status.restartCount ?? 0} restarts${how})`;
}

/** While a pod of the target is still going, its room is not free yet: then waiting for a node is no failure. */
function hasNoNode(one: Pod, live: Live): string | null {
  const condition = conditionOf(one, 'PodScheduled');
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return null;
  const leaving = live.pods.flatMap((each) => readPod(each)).some(isLeaving);
  return leaving ? null : 'no node takes it (Unschedulable)';
}

function statusesOf(one: Pod): readonly ContainerStatus[] {
  return [...(one.status?.initContainerStatuses ?? []), ...(one.status?.containerStatuses ?? [])];
}
