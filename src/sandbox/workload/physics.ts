// The simulated workloads as a whole: processes that run, Services that route to them, and the counters that time adds up.
import { type Service, service as serviceSchema } from '../../model/kube.ts';
import { type FlowPod, flowAt, type PodFlow } from './flow.ts';
import { accumulate, type PodMeters } from './meters.ts';
import type { ImageProfile, WorkloadModel } from './model.ts';
import { type ContainerStart, growMemory, type MemoryDemand, type Process, startProcess } from './process.ts';

/** What a probe or a caller meets at a port. */
export type Answer = 'refused' | 'hangs' | number;

type PhysicsListener = {
  outOfMemory(podUid: string, container: string): void;
  line(podUid: string, container: string, text: string): void;
};

/** What faults may change about the workloads; keys are `namespace/name`. */
export interface PhysicsVerbs {
  setLoadFactor(key: string, factor: number | null): void;
  setCpuFactor(key: string, factor: number | null): void;
  setMemoryDemand(key: string, demand: MemoryDemand | null): void;
  /** A pod (`namespace/name`) whose process accepts connections and never answers. */
  setHanging(pod: string, hanging: boolean): void;
}

export interface Physics extends PhysicsVerbs {
  readonly listeners: Set<PhysicsListener>;
  profileOf(image: string): ImageProfile | undefined;
  started(start: ContainerStart, atMs: number): Process;
  stopped(podUid: string, container: string): void;
  /** The pod is gone. */
  forgotten(podUid: string): void;
  resized(podUid: string, container: string, limits: Pick<ContainerStart, 'cpuLimitCores' | 'memoryLimitBytes'>): void;
  setReady(podUid: string, ready: boolean): void;
  setService(service: unknown, present: boolean): void;
  answer(podUid: string, container: string, port: number, atMs: number): Answer;
  /** Adds the time since the last tick to all counters; the first call only sets the time. */
  tick(nowMs: number): void;
  /** Sets the time of the last tick without adding anything. */
  rewind(toMs: number): void;
  processes(): Iterable<Process>;
  podMeters(podUid: string): PodMeters | undefined;
  /** Grows with every process that starts or stops. */
  generation(): number;
}

export type PhysicsOptions = {
  readonly models: readonly WorkloadModel[];
  readonly images: readonly ImageProfile[];
  readonly seed: number;
  readonly timeScale: number;
};

export function createPhysics(options: PhysicsOptions): Physics {
  const models = new Map(options.models.map((model) => [model.key, model]));
  const images = new Map(options.images.map((profile) => [profile.image, profile]));
  const running = new Map<string, Process>();
  const pods = new Map<string, PodMeters>();
  const ready = new Set<string>();
  const services = new Map<string, Service>();
  const loadFactor = new Map<string, number>();
  const cpuFactor = new Map<string, number>();
  const memory = new Map<string, MemoryDemand>();
  const hanging = new Set<string>();
  const listeners = new Set<PhysicsListener>();
  const listensAfter = (process: Process): number => process.startedAtMs + process.profile.startMs / options.timeScale;
  let lastTick: number | null = null;
  let generation = 0;
  let routes: {
    readonly processes: readonly Process[];
    readonly backends: ReadonlyMap<string, readonly number[]>;
  } | null = null;

  const routesNow = (): NonNullable<typeof routes> => {
    if (routes !== null) return routes;
    const processes = [...running.values()];
    const backends = new Map<string, number[]>();
    for (const [key, service] of services)
      backends.set(
        key,
        processes.flatMap((process, position) => (routesTo(service, process) ? [position] : [])),
      );
    routes = { processes, backends };
    return routes;
  };
  const changed = (): void => {
    routes = null;
    generation += 1;
  };

  const flows = (processes: readonly Process[], backends: ReadonlyMap<string, readonly number[]>, atMs: number) =>
    flowAt(
      {
        pods: processes.map((process): FlowPod => ({
          id: `${process.start.namespace}/${process.start.pod}`,
          model: process.model,
          profile: process.profile,
          ready: ready.has(process.start.podUid) && !hanging.has(`${process.start.namespace}/${process.start.pod}`),
          running: true,
          cpuLimitCores: process.start.cpuLimitCores,
          errorRatio: process.errorRatio,
          callees: process.callees,
        })),
        backends,
        models,
        loadFactor,
        cpuFactor,
        noisePeriodMs: 60_000 / options.timeScale,
        seed: options.seed,
      },
      atMs,
    );

  return {
    listeners,
    profileOf: (image) => images.get(image),
    started(start, atMs) {
      const profile = images.get(start.image);
      const model = profile === undefined ? undefined : models.get(profile.app);
      if (profile === undefined || model === undefined) throw new Error(`image ${start.image} is not in the world`);
      const meters = pods.get(start.podUid) ?? { receivedBytes: 0, sentBytes: 0, oomEvents: 0 };
      pods.set(start.podUid, meters);
      const process = startProcess(start, model, profile, meters, atMs);
      running.set(`${start.podUid}/${start.container}`, process);
      changed();
      return process;
    },
    stopped(podUid, container) {
      if (running.delete(`${podUid}/${container}`)) changed();
    },
    forgotten(podUid) {
      pods.delete(podUid);
      ready.delete(podUid);
    },
    resized(podUid, container, limits) {
      const process = running.get(`${podUid}/${container}`);
      if (process !== undefined) process.start = { ...process.start, ...limits };
    },
    setReady(podUid, isReady) {
      if (isReady) ready.add(podUid);
      else ready.delete(podUid);
    },
    setService(object, present) {
      const parsed = serviceSchema.safeParse(object);
      if (!parsed.success) return;
      const key = `${parsed.data.metadata.namespace}/${parsed.data.metadata.name}`;
      if (present) services.set(key, parsed.data);
      else services.delete(key);
      routes = null;
    },
    answer(podUid, container, port, atMs) {
      const process = running.get(`${podUid}/${container}`);
      if (process === undefined || atMs < listensAfter(process) || !process.profile.listens.includes(port))
        return 'refused';
      return hanging.has(`${process.start.namespace}/${process.start.pod}`) ? 'hangs' : 200;
    },
    rewind(toMs) {
      lastTick = toMs;
    },
    tick(nowMs) {
      const elapsedMs = lastTick === null ? 0 : nowMs - lastTick;
      lastTick = nowMs;
      if (elapsedMs <= 0) return;
      const { processes, backends } = routesNow();
      const rates = flows(processes, backends, nowMs - elapsedMs / 2);
      const outOfMemory: Process[] = [];
      for (const [position, process] of processes.entries()) {
        const flow = rates[position];
        if (flow === undefined) continue;
        const { model } = process;
        accumulate(process.meters, process.podMeters, flow, elapsedMs / 1000, {
          received: model.receivedBytesPerRequest,
          sent: model.sentBytesPerRequest,
        });
        const time = { nowMs, elapsedMs, scale: options.timeScale, seed: options.seed };
        if (growMemory(process, flow.rps, memory.get(model.key), time)) outOfMemory.push(process);
        speak(process, flow, nowMs, listeners);
      }
      for (const process of outOfMemory) {
        process.podMeters.oomEvents += 1;
        for (const listener of listeners) listener.outOfMemory(process.start.podUid, process.start.container);
      }
    },
    processes: () => running.values(),
    podMeters: (podUid) => pods.get(podUid),
    generation: () => generation,
    setLoadFactor: (key, factor) => put(loadFactor, key, factor),
    setCpuFactor: (key, factor) => put(cpuFactor, key, factor),
    setMemoryDemand: (key, demand) => put(memory, key, demand),
    setHanging(pod, isHanging) {
      if (isHanging) hanging.add(pod);
      else hanging.delete(pod);
    },
  };
}

/** Whether a Service selects the pod of a process and one of its target ports is one on which the process listens. */
function routesTo(service: Service, process: Process): boolean {
  const { start, profile } = process;
  const selector = service.spec?.selector;
  if (service.metadata.namespace !== start.namespace || selector === null || selector === undefined) return false;
  if (!Object.entries(selector).every(([key, value]) => start.labels[key] === value)) return false;
  return (service.spec?.ports ?? []).some((port) => {
    const target = port.targetPort ?? port.port;
    const number = typeof target === 'number' ? target : start.namedPorts.get(target);
    return number !== undefined && profile.listens.includes(number);
  });
}

/** Lines of this moment: errors of its own with the remarks of the image, and the callee that fails. */
function speak(process: Process, flow: PodFlow, nowMs: number, listeners: ReadonlySet<PhysicsListener>): void {
  const lines: string[] = [];
  const { errorLines, remarks } = process.profile;
  if (flow.rps > 0 && flow.ownErrors / flow.rps > 0.02) {
    lines.push(errorLines[Math.floor(nowMs / 1000) % errorLines.length] ?? 'ERROR request failed');
    lines.push(...(remarks ?? []));
  }
  if (flow.failingCallee !== null) {
    const [namespace, name] = flow.failingCallee.split('/');
    lines.push(`ERROR call to http://${name}.${namespace}:8080 failed: connection refused or 5xx, answering 503`);
  }
  for (const line of lines)
    for (const listener of listeners) listener.line(process.start.podUid, process.start.container, line);
}

function put<T>(map: Map<string, T>, key: string, value: T | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
