// A workload stands at zero replicas while something still calls it (WL-016), and nothing says that zero is meant.
import { conditionOf, eventTimeMs } from '../../../model/kube.ts';
import { shownRef } from '../../../model/target.ts';
import type { ClusterView, Workload } from '../../../model/view.ts';
import { shownValue } from '../sentence/wording.ts';
import type { FactRule } from './fact.ts';
import { latest } from './pod-state.ts';

/** Keys by which scalers and people mark a wanted zero. */
const wanted = /^autoscaling\.keda\.sh\/|^scaledobject\.keda\.sh\/|downscaler|maintenance|snorlax|scale-to-zero/i;

export const zeroReplicasCalled: FactRule = (workload, _pods, { view, usualRequests }) => {
  if (workload.object === undefined || workload.replicas !== 0 || isMeant(workload, view)) return null;
  if (workload.ref.kind !== 'Deployment' && workload.ref.kind !== 'StatefulSet') return null;
  const services = view.servicesOf(workload.ref);
  if (services.length === 0) return null;
  const callers = view
    .callersOf(workload.ref)
    .filter((edge) => (view.workload(edge.caller)?.replicas ?? 0) > 0)
    .map((edge) => edge.caller);
  const requests = usualRequests(workload.ref) ?? 0;
  if (callers.length === 0 && requests <= 0) return null;
  const names = [...new Set(callers.map((one) => shownRef(one)))].toSorted();
  const by =
    names.length > 0 ? `called by ${names.slice(0, 3).join(', ')}` : `usual ${shownValue(requests, 'per_second')}`;
  return {
    fact: 'zero-replicas-called',
    of: workload.ref,
    severity: 'critical',
    onsetMs: scaledDownAt(workload, view),
    sentence: `0 replicas while ${by}`,
    objects: services.slice(0, 10).map(({ metadata }) => ({
      kind: 'Service',
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    })),
    count: Math.max(1, names.length),
  };
};

function isMeant(workload: Workload, view: ClusterView): boolean {
  const { object, ref } = workload;
  const scaler = view.autoscalerOf(ref);
  if (scaler !== undefined && conditionOf(scaler, 'ScaledToZero')?.status === 'True') return true;
  const namespace = view.namespaces.get(ref.namespace);
  const marks = [
    ...Object.keys(object?.metadata.annotations ?? {}),
    ...Object.keys(object?.metadata.labels ?? {}),
    ...Object.keys(scaler?.metadata.labels ?? {}),
    ...Object.keys(namespace?.annotations ?? {}),
    ...Object.keys(namespace?.labels ?? {}),
  ];
  const preview = Object.entries(namespace?.labels ?? {}).some(([key, value]) => /preview/i.test(`${key}=${value}`));
  return preview || object?.spec?.paused === true || marks.some((key) => wanted.test(key));
}

/** The event of the scaling; the Deployment itself carries no time for it. */
function scaledDownAt(workload: Workload, view: ClusterView): number | null {
  return latest(
    view
      .eventsOn(workload.ref)
      .filter((one) => one.reason === 'ScalingReplicaSet' && /to 0\b/.test(one.message ?? ''))
      .map((one) => eventTimeMs(one)),
  );
}
