// Where requests go at one moment and what they cost: a pure function of the pods, the Services and the time.
import { isInHour, loadAt } from './load-curve.ts';
import { overloadShare, tailFactor, throttledShare } from './latency.ts';
import type { ImageProfile, WorkloadModel } from './model.ts';
import { noise, noiseKey } from './noise.ts';

export type FlowPod = {
  readonly id: string;
  readonly model: WorkloadModel;
  readonly profile: ImageProfile;
  readonly ready: boolean;
  /** Whether its process runs at all; only then it uses CPU. */
  readonly running: boolean;
  readonly cpuLimitCores: number | null;
  /** Own error ratio with the configuration it read at start. */
  readonly errorRatio: number;
  /** Services behind its environment variables, `namespace/name`. */
  readonly callees: readonly { readonly service: string; readonly perRequest: number }[];
};

export type FlowState = {
  readonly pods: readonly FlowPod[];
  /** Positions of all pods behind each Service that route to a port on which their process listens, ready or not. */
  readonly backends: ReadonlyMap<string, readonly number[]>;
  readonly models: ReadonlyMap<string, WorkloadModel>;
  /** Factors that faults put on a model. */
  readonly loadFactor: ReadonlyMap<string, number>;
  readonly cpuFactor: ReadonlyMap<string, number>;
  readonly noisePeriodMs: number;
  readonly seed: number;
};

/** What one pod does per second. */
export type PodFlow = {
  readonly rps: number;
  readonly ownErrors: number;
  /** Refused by saturation or failed because a called Service failed. */
  readonly unavailable: number;
  readonly p99Seconds: number;
  readonly cores: number;
  readonly throttledShare: number;
  /** Callee whose failures dominate, for its log. */
  readonly failingCallee: string | null;
};

type ServiceFlow = { readonly errorRatio: number; readonly p99Seconds: number };

const idle: PodFlow = {
  rps: 0,
  ownErrors: 0,
  unavailable: 0,
  p99Seconds: 0,
  cores: 0,
  throttledShare: 0,
  failingCallee: null,
};

/** One entry per pod of the state, in its order. */
export function flowAt(state: FlowState, timeMs: number): PodFlow[] {
  const wave = (label: string, id: string): number =>
    noise(noiseKey(state.seed, label, id), timeMs, state.noisePeriodMs);
  const readyOf = new Map<string, number[]>();
  const servicesOf = new Map<number, string[]>();
  for (const [service, positions] of state.backends) {
    const ready = positions.filter((position) => state.pods[position]?.ready === true);
    readyOf.set(service, ready);
    for (const position of ready) servicesOf.set(position, [...(servicesOf.get(position) ?? []), service]);
  }
  const callersOf = new Map<string, { readonly position: number; readonly perRequest: number }[]>();
  for (const [position, pod] of state.pods.entries()) {
    if (!pod.ready) continue;
    for (const { service, perRequest } of pod.callees)
      callersOf.set(service, [...(callersOf.get(service) ?? []), { position, perRequest }]);
  }

  const offered = new Map<string, number>();
  const offeredTo = (service: string): number => {
    const known = offered.get(service);
    if (known !== undefined) return known;
    offered.set(service, 0);
    const model = state.models.get(service);
    const visitors =
      model?.visitors === null || model === undefined
        ? 0
        : loadAt(model.visitors, timeMs) * (state.loadFactor.get(service) ?? 1) * (1 + 0.02 * wave('load', service));
    let called = 0;
    for (const { position, perRequest } of callersOf.get(service) ?? []) {
      const rps = rpsOf(position);
      called += rps * (1 - overloadShare(utilisationOf(position))) * perRequest;
    }
    offered.set(service, visitors + called);
    return visitors + called;
  };
  const rates = new Map<number, number>();
  const rpsOf = (position: number): number => {
    const known = rates.get(position);
    if (known !== undefined) return known;
    let rps = 0;
    for (const service of servicesOf.get(position) ?? [])
      rps += offeredTo(service) / Math.max(1, readyOf.get(service)?.length ?? 0);
    rps *= 1 + 0.01 * wave('share', state.pods[position]?.id ?? '');
    rates.set(position, rps);
    return rps;
  };
  const demandOf = (position: number): number => {
    const pod = state.pods[position];
    if (pod === undefined) return 0;
    const { model } = pod;
    const factor = state.cpuFactor.get(model.key) ?? 1;
    const nightly = model.nightly !== undefined && isInHour(timeMs, model.nightly.hourUtc) ? model.nightly.factor : 1;
    return (model.idleCores * nightly + rpsOf(position) * model.cpuSecondsPerRequest) * factor;
  };
  const utilisationOf = (position: number): number =>
    demandOf(position) / (state.pods[position]?.cpuLimitCores ?? unlimitedCores);

  const flows = new Map<number, PodFlow>();
  const flowOf = (position: number): PodFlow => {
    const known = flows.get(position);
    if (known !== undefined) return known;
    flows.set(position, idle);
    const pod = state.pods[position];
    if (pod === undefined || !pod.running) return idle;
    const demand = demandOf(position) * (1 + 0.02 * wave('cpu', pod.id));
    const utilisation = demand / (pod.cpuLimitCores ?? unlimitedCores);
    const rps = rpsOf(position);
    const refused = overloadShare(utilisation);
    let succeeds = 1 - refused;
    let waited = 0;
    let worst = { share: 0, service: '' };
    for (const { service, perRequest } of pod.callees) {
      const callee = serviceFlow(service);
      const touched = Math.min(1, perRequest);
      succeeds *= 1 - touched * callee.errorRatio;
      waited += touched * callee.p99Seconds;
      if (callee.errorRatio * touched > worst.share) worst = { share: callee.errorRatio * touched, service };
    }
    const own = pod.errorRatio * (1 + 0.1 * wave('error', pod.id));
    const answered = rps * succeeds;
    const flow: PodFlow = {
      rps,
      ownErrors: answered * own,
      unavailable: rps - answered,
      p99Seconds:
        pod.model.p99Seconds *
          pod.profile.latencyFactor *
          tailFactor(utilisation) *
          (1 + 0.03 * wave('latency', pod.id)) +
        waited,
      cores: Math.min(demand, pod.cpuLimitCores ?? unlimitedCores),
      throttledShare: pod.cpuLimitCores === null ? 0 : throttledShare(utilisation),
      failingCallee: worst.share > 0.02 ? worst.service : null,
    };
    flows.set(position, flow);
    return flow;
  };
  const services = new Map<string, ServiceFlow>();
  const serviceFlow = (service: string): ServiceFlow => {
    const known = services.get(service);
    if (known !== undefined) return known;
    const ready = readyOf.get(service) ?? [];
    let answer: ServiceFlow = { errorRatio: 1, p99Seconds: 0.005 };
    if (ready.length > 0) {
      let errors = 0;
      let total = 0;
      let p99 = 0;
      for (const position of ready) {
        const flow = flowOf(position);
        errors += flow.ownErrors + flow.unavailable;
        total += flow.rps;
        p99 += flow.p99Seconds / ready.length;
      }
      answer = { errorRatio: total > 0 ? errors / total : 0, p99Seconds: p99 };
    }
    services.set(service, answer);
    return answer;
  };
  return state.pods.map((_, position) => flowOf(position));
}

/** What a container without a CPU limit can take on its node. */
const unlimitedCores = 4;
