// Counters and gauges of one pod and its containers, fed from one flow so that CPU, memory, requests and buckets agree.
import { bucketShares, meanSeconds } from './latency.ts';
import type { PodFlow } from './flow.ts';

/** Lives as long as the pod; `oomEvents` is counted by the kubelet and survives restarts of the container. */
export type PodMeters = { receivedBytes: number; sentBytes: number; oomEvents: number };

/** Lives as long as one run of a container: all counters start from zero with the process. */
export type ContainerMeters = {
  cpuSeconds: number;
  cfsPeriods: number;
  cfsThrottledPeriods: number;
  workingSetBytes: number;
  readonly requests: { ok: number; failed: number; unavailable: number };
  readonly buckets: Float64Array;
  requestSeconds: number;
};

export function newContainerMeters(workingSetBytes: number): ContainerMeters {
  return {
    cpuSeconds: 0,
    cfsPeriods: 0,
    cfsThrottledPeriods: 0,
    workingSetBytes,
    requests: { ok: 0, failed: 0, unavailable: 0 },
    buckets: new Float64Array(12),
    requestSeconds: 0,
  };
}

/** Adds `seconds` of a flow to the counters of a container and its pod. */
export function accumulate(
  meters: ContainerMeters,
  pod: PodMeters,
  flow: PodFlow,
  seconds: number,
  bytes: { readonly received: number; readonly sent: number },
): void {
  meters.cpuSeconds += flow.cores * seconds;
  const periods = flow.cores > 0 ? 10 * seconds : 0;
  meters.cfsPeriods += periods;
  meters.cfsThrottledPeriods += periods * flow.throttledShare;
  const requests = flow.rps * seconds;
  pod.receivedBytes += requests * bytes.received;
  pod.sentBytes += requests * bytes.sent;
  if (requests === 0) return;
  meters.requests.failed += flow.ownErrors * seconds;
  meters.requests.unavailable += flow.unavailable * seconds;
  meters.requests.ok += Math.max(0, flow.rps - flow.ownErrors - flow.unavailable) * seconds;
  meters.requestSeconds += requests * meanSeconds(flow.p99Seconds);
  for (const [index, share] of bucketShares(flow.p99Seconds).entries())
    meters.buckets[index] = (meters.buckets[index] ?? 0) + requests * share;
}
