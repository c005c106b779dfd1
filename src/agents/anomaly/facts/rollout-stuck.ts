// A rollout has made no progress within its own deadline (WL-018); a paused one is not stuck.
import { conditionOf } from '../../../model/kube.ts';
import { quoted } from '../sentence/wording.ts';
import type { FactRule } from './fact.ts';
import { podRefs, severityBy, timeMs } from './pod-state.ts';
import { isPodReady } from '../../../model/kube.ts';

export const rolloutStuck: FactRule = (workload, pods) => {
  const { object } = workload;
  if (object === undefined || object.spec?.paused === true || workload.replicas === 0) return null;
  const generation = object.metadata.generation;
  if (generation !== undefined && (object.status?.observedGeneration ?? generation) < generation) return null;
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.status !== 'False' || progressing.reason !== 'ProgressDeadlineExceeded') return null;
  const updated = object.status?.updatedReplicas ?? 0;
  const unready = pods.filter((pod) => !isPodReady(pod));
  return {
    fact: 'rollout-stuck',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: timeMs(progressing.lastTransitionTime),
    sentence: `rollout made no progress, ${updated} of ${workload.replicas} replicas updated: ${quoted(progressing.message ?? progressing.reason)}`,
    objects: podRefs(unready),
    count: Math.max(1, unready.length),
  };
};
