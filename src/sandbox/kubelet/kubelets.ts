// The kubelets of all nodes in one process: they watch pods, run the lives of those bound to their nodes, and answer for logs and series.
import type { Clock } from '../../clock.ts';
import { pod as podSchema } from '../../model/kube.ts';
import type { ClusterPort, WatchNotice } from '../cluster-port.ts';
import { nodeSeries, type Series, seriesOf } from '../workload/exposition.ts';
import type { Physics } from '../workload/physics.ts';
import type { LogAnswer, LogRequest } from './container-log.ts';
import { type ConfigMapData, configMapSchema } from './environment.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { type NodeAgent, type NodeSpec, startNodeAgent } from './node-agent.ts';
import { PodLife } from './pod-life.ts';
import { resources } from './resources.ts';
import { createWriteQueue } from './write-queue.ts';

export type KubeletsOptions = {
  readonly port: ClusterPort;
  readonly clock: Clock;
  /** All periods are divided by it. */
  readonly timeScale: number;
  readonly nodes: readonly NodeSpec[];
  readonly physics: Physics;
  /** Port of each node's endpoint, announced in `status.daemonEndpoints`. */
  readonly kubeletPort: (node: string) => number;
  readonly onError?: (error: unknown) => void;
};

export interface Kubelets {
  readonly nodes: readonly NodeSpec[];
  /** Adds the time that passed to the workloads: memory, counters, kills. */
  tick(): void;
  busy(): boolean;
  /** Resolves when all writes have been answered. */
  idle(): Promise<void>;
  readLog(request: LogRequest): LogAnswer;
  /** All series of all nodes; the same array until a container starts or stops. */
  series(): readonly Series[];
  /** Renews all leases and node statuses, for a clock that jumped. */
  renew(): void;
  close(): void;
}

export async function startKubelets(options: KubeletsOptions): Promise<Kubelets> {
  const { port, clock, physics, timeScale } = options;
  const writes = createWriteQueue(clock, options.onError ?? (() => undefined));
  const time = { clock, scale: timeScale };
  const nodes = new Map(options.nodes.map((node) => [node.name, node]));
  const lives = new Map<string, PodLife>();
  const byName = new Map<string, PodLife>();
  const configMaps = new Map<string, ConfigMapData>();
  const recorders = new Map<string, EventRecorder>();
  const pulled = new Map<string, Set<string>>();
  const bootedAtMs = clock.now();
  let addresses = 0;
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return (ids * 0x9e3779b1).toString(16).padStart(16, '0').repeat(4).slice(0, 64);
  };
  const newIp = (): string => {
    addresses += 1;
    return `10.244.${Math.floor(addresses / 250) % 250}.${(addresses % 250) + 2}`;
  };

  const agents: NodeAgent[] = [];
  for (const node of options.nodes) {
    recorders.set(node.name, createEventRecorder(port, writes, { component: 'kubelet', host: node.name }, time));
    pulled.set(node.name, new Set());
    agents.push(await startNodeAgent(port, writes, node, options.kubeletPort(node.name), time));
  }

  const onConfigMap = ({ type, object }: WatchNotice): void => {
    const parsed = configMapSchema.safeParse(object);
    if (!parsed.success) return;
    const key = `${parsed.data.metadata.namespace}/${parsed.data.metadata.name}`;
    if (type === 'DELETED') configMaps.delete(key);
    else configMaps.set(key, parsed.data.data ?? {});
  };
  const onPod = ({ type, object }: WatchNotice): void => {
    const parsed = podSchema.safeParse(object);
    const uid = parsed.data?.metadata.uid;
    const node = nodes.get(parsed.data?.spec?.nodeName ?? '');
    if (!parsed.success || uid === undefined || node === undefined) return;
    const life = lives.get(uid);
    if (type === 'DELETED') {
      life?.gone();
      lives.delete(uid);
      if (life !== undefined && byName.get(`${life.namespace}/${life.name}`) === life)
        byName.delete(`${life.namespace}/${life.name}`);
      return;
    }
    if (life !== undefined) {
      life.seen(parsed.data);
      return;
    }
    const phase = parsed.data.status?.phase;
    const events = recorders.get(node.name);
    if (phase === 'Succeeded' || phase === 'Failed' || events === undefined) return;
    const born = new PodLife(
      {
        port,
        writes,
        clock,
        timeScale,
        physics,
        events,
        configMap: (namespace) => (name) => configMaps.get(`${namespace}/${name}`),
        pulled: pulled.get(node.name) ?? new Set(),
        hostIp: node.ip,
        newIp,
        newId,
      },
      parsed.data,
    );
    lives.set(uid, born);
    byName.set(`${born.namespace}/${born.name}`, born);
    if ((parsed.data.metadata.deletionTimestamp ?? null) === null) born.begin();
    else born.seen(parsed.data);
  };

  physics.listeners.add({
    outOfMemory(podUid, container) {
      lives
        .get(podUid)
        ?.containers.find((one) => one.spec.name === container)
        ?.exit(137, 'OOMKilled');
    },
    line(podUid, container, text) {
      lives
        .get(podUid)
        ?.containers.find((one) => one.spec.name === container)
        ?.log.write(clock.now(), text);
    },
  });
  const ends = [
    await port.watch(resources.configMaps, onConfigMap),
    await port.watch(resources.services, ({ type, object }) => physics.setService(object, type !== 'DELETED')),
    await port.watch(resources.pods, onPod),
  ];

  const perNode = options.nodes.flatMap((node) => nodeSeries(node.name, physics, bootedAtMs, () => clock.now()));
  let listed: { generation: number; series: readonly Series[] } = { generation: -1, series: [] };
  return {
    nodes: options.nodes,
    tick: () => physics.tick(clock.now()),
    busy: () => writes.busy(),
    idle: () => writes.idle(),
    readLog: (request) => readLog(byName.get(`${request.namespace}/${request.pod}`), request),
    series() {
      const generation = physics.generation();
      if (listed.generation !== generation)
        listed = { generation, series: [...perNode, ...[...physics.processes()].flatMap(seriesOf)] };
      return listed.series;
    },
    renew() {
      for (const agent of agents) agent.renew();
    },
    close() {
      for (const end of ends) end();
      for (const agent of agents) agent.close();
      writes.close();
      for (const life of lives.values()) life.gone();
      lives.clear();
    },
  };
}

function readLog(life: PodLife | undefined, request: LogRequest): LogAnswer {
  if (life === undefined) return { status: 404, text: `pod "${request.pod}" not found` };
  const container =
    request.container === undefined
      ? life.containers[0]
      : life.containers.find((one) => one.spec.name === request.container);
  if (container === undefined)
    return { status: 400, text: `container ${request.container} is not valid for pod ${request.pod}` };
  const { state } = container;
  if (request.previous !== true && container.containerId === '')
    return {
      status: 400,
      text: `container "${container.spec.name}" in pod "${request.pod}" is waiting to start: ${state.kind === 'waiting' ? (state.message ?? state.reason) : state.kind}`,
    };
  const text = container.log.read(request);
  return text === null
    ? { status: 400, text: `previous terminated container "${container.spec.name}" in pod "${request.pod}" not found` }
    : { status: 200, text };
}
