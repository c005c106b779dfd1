// One run of a container as its process lives it: when it listens, how its memory grows, which Services it calls.
import type { FlowPod } from './flow.ts';
import { type ContainerMeters, newContainerMeters, type PodMeters } from './meters.ts';
import type { ImageProfile, WorkloadModel } from './model.ts';
import { fraction, noise, noiseKey } from './noise.ts';

/** What the kubelet hands over when it starts a container. */
export type ContainerStart = {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly container: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: ReadonlyMap<string, string>;
  readonly namedPorts: ReadonlyMap<string, number>;
  readonly cpuLimitCores: number | null;
  readonly memoryLimitBytes: number | null;
};

export type Process = {
  start: ContainerStart;
  readonly model: WorkloadModel;
  readonly profile: ImageProfile;
  readonly startedAtMs: number;
  readonly meters: ContainerMeters;
  readonly podMeters: PodMeters;
  readonly callees: FlowPod['callees'];
  readonly errorRatio: number;
};

/** A demand for memory that a fault puts on all pods of a workload. */
export type MemoryDemand = { readonly bytes: number; readonly settleMs: number };

const usualSettleMs = 45_000;

export function startProcess(
  start: ContainerStart,
  model: WorkloadModel,
  profile: ImageProfile,
  podMeters: PodMeters,
  atMs: number,
): Process {
  const { unreadable } = profile;
  const misread = unreadable !== undefined && start.env.get(unreadable.env) === unreadable.value;
  return {
    start,
    model,
    profile,
    startedAtMs: atMs,
    meters: newContainerMeters(model.memoryBytes * 0.6),
    podMeters,
    callees: calleesOf(model, start.env),
    errorRatio: misread ? unreadable.errorRatio : profile.errorRatio,
  };
}

/** Moves the working set towards what the process demands; true when it passes the container's limit. */
export function growMemory(
  process: Process,
  rps: number,
  demand: MemoryDemand | undefined,
  time: { readonly nowMs: number; readonly elapsedMs: number; readonly scale: number; readonly seed: number },
): boolean {
  const { model, profile, meters, start } = process;
  const key = noiseKey(time.seed, 'memory', start.podUid);
  const wanted =
    (demand?.bytes ?? model.memoryBytes + rps * model.memoryBytesPerRps + profile.extraMemoryBytes) *
    (1 + 0.01 * noise(key, time.nowMs, 60_000 / time.scale));
  const settleMs = ((demand?.settleMs ?? usualSettleMs) * (0.8 + 0.5 * fraction(key))) / time.scale;
  meters.workingSetBytes += (wanted - meters.workingSetBytes) * (1 - Math.exp(-time.elapsedMs / settleMs));
  const limit = start.memoryLimitBytes;
  if (limit === null || meters.workingSetBytes < limit) return false;
  meters.workingSetBytes = limit;
  return true;
}

/** Services named by the environment variables through which a model calls; a wrong address names a Service that is not there. */
function calleesOf(model: WorkloadModel, env: ReadonlyMap<string, string>): FlowPod['callees'] {
  return model.calls.map(({ env: name, perRequest }) => ({
    service: serviceOfAddress(env.get(name) ?? '') ?? `unset/${name}`,
    perRequest,
  }));
}

/** `http://catalog.shop:8080` → `shop/catalog`; null for what is no address inside the cluster. */
function serviceOfAddress(address: string): string | null {
  const match = /^(?:\w+:\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?(?::\d+)?(?:\/|$)/.exec(
    address,
  );
  return match === null ? null : `${match[2]}/${match[1]}`;
}
