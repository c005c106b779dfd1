// The kubelet kills a container because its liveness or startup probe fails (WL-005 to WL-007, WL-010).
import { eventTimeMs, type KubeEvent } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import { shownSpan } from '../sentence/wording.ts';
import { type FactRule, recentMs } from './fact.ts';
import { earliest, podRef, podRefs, severityBy, timeMs } from './pod-state.ts';

const killed = /failed (liveness|startup) probe/i;

export const probeKilling: FactRule = (workload, pods, { view, nowMs, pace }) => {
  const windowMs = scaled(pace, recentMs);
  const hits = pods.flatMap((pod) => {
    const events = view.eventsOn(podRef(pod)).filter((one) => {
      const atMs = eventTimeMs(one);
      return killed.test(one.message ?? '') && atMs !== null && nowMs - atMs <= windowMs;
    });
    return events.length === 0 ? [] : [{ pod, events }];
  });
  const first = hits[0]?.events[0];
  if (first === undefined) return null;
  const events = hits.flatMap((one) => one.events);
  const count = events.reduce((sum, one) => sum + timesOf(one), 0);
  const probe = killed.exec(first.message ?? '')?.[1]?.toLowerCase() ?? 'liveness';
  const container = containerIn(first);
  return {
    fact: 'probe-killing',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(events.map((one) => timeMs(one.firstTimestamp) ?? eventTimeMs(one))),
    sentence: `killed ${count}× in ${shownSpan(windowMs)} by the ${probe} probe${container === undefined ? '' : ` of ${container}`}`,
    objects: podRefs(hits.map(({ pod }) => pod)),
    ...(container === undefined ? {} : { container }),
    count,
  };
};

/** A lower bound: the recorder merges and drops (faults.md 1.2). */
function timesOf(event: KubeEvent): number {
  return Math.max(1, event.series?.count ?? event.count ?? 1);
}

function containerIn(event: KubeEvent): string | undefined {
  return /\{([^}]+)\}/.exec(event.involvedObject.fieldPath ?? '')?.[1];
}
