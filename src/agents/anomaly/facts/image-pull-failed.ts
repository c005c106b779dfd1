// An image cannot be had (IMG): the kubelet says so in the waiting reason of the container.
import { quoted } from '../sentence/wording.ts';
import type { FactRule } from './fact.ts';
import {
  containerOf,
  earliest,
  ofPods,
  podRefs,
  severityBy,
  sinceOf,
  statusesOf,
  timeMs,
  waitingReason,
} from './pod-state.ts';

const reasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
]);

export const imagePullFailed: FactRule = (workload, pods) => {
  const hits = pods.flatMap((pod) => {
    const status = statusesOf(pod).find((one) => reasons.has(waitingReason(one)));
    return status === undefined ? [] : [{ pod, status }];
  });
  const first = hits[0];
  if (first === undefined) return null;
  const image = containerOf(first.pod, first.status.name)?.image ?? first.status.image ?? 'its image';
  return {
    fact: 'image-pull-failed',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(hits.map(({ pod }) => sinceOf(pod, 'PodScheduled') ?? timeMs(pod.metadata.creationTimestamp))),
    sentence: `image ${quoted(image)} cannot be pulled (${waitingReason(first.status)}) in ${ofPods(hits.length, pods)}`,
    objects: podRefs(hits.map(({ pod }) => pod)),
    container: first.status.name,
    count: hits.length,
  };
};
