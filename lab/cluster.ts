// The lab as one thing: a real control plane whose nodes are simulated, a real Prometheus, the fixed world with eight days behind it.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClusterPort, ClusterPortError } from '../src/sandbox/cluster-port.ts';
import type { FaultContext } from '../src/sandbox/faults/fault.ts';
import { faultByName } from '../src/sandbox/faults/faults.ts';
import { type KubeletServer, startKubeletServer } from '../src/sandbox/kubelet/kubelet-server.ts';
import { type Kubelets, startKubelets } from '../src/sandbox/kubelet/kubelets.ts';
import { createPhysics, type Physics } from '../src/sandbox/workload/physics.ts';
import { images } from '../src/sandbox/world/images.ts';
import { loadWorld, rollOutRevision, unsettled } from '../src/sandbox/world/load.ts';
import { nodes } from '../src/sandbox/world/nodes.ts';
import { models } from '../src/sandbox/world/workloads.ts';
import { type AgedClock, agedClock } from './aged-clock.ts';
import { backdate } from './backdate.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { openMetricsHistory } from './history.ts';
import { createHttpPort, type HttpPort } from './http-port.ts';
import { startPodOwners } from './pod-owners.ts';
import { type LabPrometheus, type ScrapeJob, startPrometheus } from './prometheus.ts';
import { ownersJob, podTargets, scrapeJobs } from './scrape-jobs.ts';
import { openSession, type Session } from './session.ts';

/** Cluster time on the lab: all periods of kubelets, faults and the product are divided by it. */
const labTimeScale = 20;

export type LabOptions = {
  readonly binaries?: Binaries;
  readonly seed?: number;
  /** One line of progress, without a line end. */
  readonly report?: (line: string) => void;
  /** What the simulated kubelets could not do. Default: standard error. */
  readonly onError?: (error: unknown) => void;
  readonly signal?: AbortSignal;
  /** What a comparison adds to Prometheus: targets of its own and alerting rules as YAML text. */
  readonly monitoring?: { readonly jobs: readonly ScrapeJob[]; readonly rules: string };
};

export interface Lab {
  /** Paths of kubectl and the other programs. */
  readonly binaries: Binaries;
  readonly plane: ControlPlane;
  readonly prometheus: LabPrometheus;
  /** As admin, with the field manager of kubectl: for what a person would do. */
  readonly port: ClusterPort;
  readonly kubelets: Kubelets;
  readonly physics: Physics;
  /** Port of each node's kubelet on 127.0.0.1, HTTP and HTTPS (signed by the cluster's CA). */
  readonly kubeletPorts: ReadonlyMap<string, number>;
  readonly faults: FaultContext;
  /** Brings a fault about by its name or code. */
  inject(name: string): Promise<void>;
  /** Takes back what a fault changed. */
  heal(name: string): Promise<void>;
  /** Workloads that are not fully rolled out and ready, as `namespace/name`. */
  unsettled(): Promise<string[]>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const historyDays = 8;
const historyStepMs = 150_000;
const tickMs = 250;
const settleTimeoutMs = 120_000;
/** What the product reads and would judge by its age. */
const backdated = [
  'namespaces',
  'minions',
  'configmaps',
  'services/specs',
  'services/endpoints',
  'endpointslices',
  'deployments',
  'replicasets',
  'statefulsets',
  'controllerrevisions',
  'pods',
  'poddisruptionbudgets',
];

/** Resolves when the world runs, is nine days old to the API, and Prometheus serves eight of them. About half a minute on two cores. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const binaries = options.binaries ?? (await ensureBinaries());
  const session = openSession();
  const open: Closable[] = [session];
  const close = async (): Promise<void> => {
    for (const one of open.toReversed()) await one.close();
  };
  try {
    return await compose(session, binaries, options, open, close);
  } catch (error) {
    await close();
    throw error;
  }
}

type Closable = { close(): Promise<void> };

async function compose(
  session: Session,
  binaries: Binaries,
  options: LabOptions,
  open: Closable[],
  close: () => Promise<void>,
): Promise<Lab> {
  const report = options.report ?? (() => undefined);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const add = <T extends Closable>(one: T): T => {
    open.push(one);
    return one;
  };
  const startedMs = Date.now();
  report('starting the control plane');
  const plane = add(await startControlPlane({ session, binaries, ...signal }));
  const portOf = (identity: 'admin' | 'kubelet', manager: string): HttpPort =>
    createHttpPort({ url: plane.url, caFile: plane.caFile, token: plane.tokenOf(identity), manager });
  const port = add(portOf('admin', 'kubectl-client-side-apply'));
  const kubeletPort = add(portOf('kubelet', 'kubelet'));

  report('starting three simulated nodes and the world');
  const clock = agedClock((historyDays + 1) * dayMs);
  const physics = createPhysics({ models, images, seed: options.seed ?? 1, timeScale: labTimeScale });
  const servers = await startServers(plane, add);
  const kubelets = await startKubelets({
    port: kubeletPort,
    clock,
    timeScale: labTimeScale,
    nodes,
    physics,
    kubeletPort: (node) => servers.get(node)?.port ?? 0,
    onError: options.onError ?? complain,
  });
  add({ close: async () => await Promise.resolve(kubelets.close()) });
  for (const server of servers.values())
    server.show({
      series: () => kubelets.series(),
      readLog: (request) => kubelets.readLog(request),
      now: () => clock.now(),
    });
  await loadAndSettle(port, kubelets, options.signal);

  report(`simulating ${historyDays} days`);
  const owners = add(await startPodOwners(port));
  await growOld(plane, kubelets, clock, startedMs);
  const nowMs = Date.now();
  const fromMs = nowMs - historyDays * dayMs;
  const prometheus = await startPrometheus({
    session,
    binaries,
    jobs: [...scrapeJobs(servers, kubelets.series(), owners.address), ...(options.monitoring?.jobs ?? [])],
    ...(options.monitoring === undefined ? {} : { rules: options.monitoring.rules }),
    history: openMetricsHistory({
      physics,
      series: kubelets.series(),
      constant: owners.lines({ job: ownersJob, instance: ownersJob }),
      fromMs,
      toMs: nowMs,
      stepMs: historyStepMs,
    }),
    ...signal,
  });
  add(prometheus);
  add(keepTicking(kubelets, prometheus, servers));
  report('the lab is ready');

  const faults: FaultContext = { port, physics, clock, timeScale: labTimeScale };
  return {
    binaries,
    plane,
    prometheus,
    port,
    kubelets,
    physics,
    kubeletPorts: new Map([...servers].map(([node, server]) => [node, server.port])),
    faults,
    inject: async (name) => await faultByName(name).inject(faults),
    heal: async (name) => await faultByName(name).heal(faults),
    unsettled: async () => await unsettled(port),
    close,
  };
}

/** An API server that is away is the test's own doing, and the kubelets retry. */
function complain(error: unknown): void {
  const isOutage = !(error instanceof ClusterPortError) || error.code >= 500;
  if (!isOutage) process.stderr.write(`lab: simulated kubelet: ${error.message}\n`);
}

async function startServers(
  plane: ControlPlane,
  add: (one: Closable) => unknown,
): Promise<ReadonlyMap<string, KubeletServer>> {
  const { certFile, keyFile } = plane.servingCertificate;
  const certificate = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  const servers = new Map<string, KubeletServer>();
  for (const { name } of nodes) {
    const server = await startKubeletServer(name, certificate);
    add(server);
    servers.set(name, server);
  }
  return servers;
}

async function loadAndSettle(port: ClusterPort, kubelets: Kubelets, signal?: AbortSignal): Promise<void> {
  const settle = async (): Promise<void> => {
    const end = performance.now() + settleTimeoutMs;
    for (;;) {
      signal?.throwIfAborted();
      kubelets.tick();
      const waiting = await unsettled(port);
      if (waiting.length === 0) return;
      if (performance.now() > end) throw new Error(`the world does not become ready: ${waiting.join(', ')}`);
      await pause(tickMs);
    }
  };
  await loadWorld(port);
  await settle();
  for (let rank = 1; await rollOutRevision(port, rank); rank += 1) await settle();
}

/** From here on the API shows a world that was made nine days ago; events of that time would have expired. */
async function growOld(plane: ControlPlane, kubelets: Kubelets, clock: AgedClock, startedMs: number): Promise<void> {
  await kubelets.idle();
  await backdate({
    etcdUrl: plane.etcdUrl,
    kinds: backdated,
    // Whole seconds are stored.
    fromMs: startedMs - 1_000,
    byMs: (historyDays + 1) * dayMs,
  });
  for (const namespace of ['default', 'shop', 'pay', 'web', 'batch'])
    await plane.request('admin', { method: 'DELETE', path: `/api/v1/namespaces/${namespace}/events` });
  clock.catchUp();
  kubelets.renew();
  await kubelets.idle();
}

/** Adds the passing time to the workloads and keeps the pods among the scrape targets. */
function keepTicking(
  kubelets: Kubelets,
  prometheus: LabPrometheus,
  servers: ReadonlyMap<string, KubeletServer>,
): Closable {
  let known = kubelets.series();
  const timer = setInterval(() => {
    kubelets.tick();
    const series = kubelets.series();
    if (series === known) return;
    known = series;
    prometheus.setTargets('pods', podTargets(servers, series));
  }, tickMs);
  return {
    async close() {
      clearInterval(timer);
      await Promise.resolve();
    },
  };
}
