// The sandbox as one thing: API server, kubelets, workloads and Prometheus on one stepped clock, with eight days behind it.
import { wallClock } from '../../clock.ts';
import type { ClusterPort } from '../cluster-port.ts';
import { faultByName } from '../faults/faults.ts';
import type { LogAnswer, LogRequest } from '../kubelet/container-log.ts';
import { startKubeletServer } from '../kubelet/kubelet-server.ts';
import { startKubelets } from '../kubelet/kubelets.ts';
import { selfSignedCertificate } from '../kubelet/self-signed.ts';
import { startPrometheusServer } from '../prometheus/prometheus-server.ts';
import { createScraper } from '../prometheus/scraper.ts';
import { createSeriesStore, type SeriesStore } from '../prometheus/series-store.ts';
import { createPhysics, type Physics } from '../workload/physics.ts';
import { images } from './images.ts';
import { loadWorld, rollOutRevision, unsettled } from './load.ts';
import { nodes } from './nodes.ts';
import { models } from './workloads.ts';
import { type WorldClock, worldClock } from './world-clock.ts';

const dayMs = 86_400_000;
const historyDays = 8;
const historyStepMs = 150_000;
const denseMs = 15 * 60_000;
const scrapeMs = 15_000;
const subStepMs = 5_000;

/** Tuesday, 21:58 UTC: two minutes before the nightly job. */
export const demoStartMs = Date.UTC(2026, 5, 9, 21, 58);
/** Tuesday, 14:00 UTC: an hour in which nothing special happens. */
const quietStartMs = Date.UTC(2026, 5, 9, 14, 0);

/** What the world needs of the API server; `SandboxApi` has it. */
export type WorldApi = {
  readonly port: ClusterPort;
  /** Resolves when controllers and the scheduler have nothing left to do now. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export type WorldOptions<Api extends WorldApi> = {
  readonly startMs?: number;
  readonly seed?: number;
  /** Starts the API server on the world's clock; pod logs are answered by `readLog`. */
  readonly startApi: (clock: WorldClock, readLog: (request: LogRequest) => LogAnswer) => Promise<Api>;
  readonly onError?: (error: unknown) => void;
};

export interface World<Api extends WorldApi = WorldApi> {
  readonly clock: WorldClock;
  readonly api: Api;
  readonly physics: Physics;
  readonly prometheusUrl: string;
  readonly store: SeriesStore;
  /** URL of each node's kubelet port. */
  readonly kubeletUrls: ReadonlyMap<string, string>;
  /** Moves the cluster's time in steps of at most 15 s; after each, everything that moves has come to rest and `onStep` was awaited. */
  advance(ms: number, onStep?: () => Promise<void>): Promise<void>;
  /** Brings a fault about by its name or code. */
  inject(name: string): Promise<void>;
  /** Takes back what a fault changed besides the objects that the product repairs. */
  heal(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The newest minutes are as dense as the present, so that no rate has to wait for its window to fill. */
function pastStep(beforeStartMs: number): number {
  return beforeStartMs > denseMs ? historyStepMs : scrapeMs;
}

export async function buildWorld<Api extends WorldApi>(options: WorldOptions<Api>): Promise<World<Api>> {
  const startMs = options.startMs ?? quietStartMs;
  const clock = worldClock(startMs - (historyDays + 1) * dayMs);
  const physics = createPhysics({ models, images, seed: options.seed ?? 1, timeScale: 1 });
  let readLog: (request: LogRequest) => LogAnswer = () => ({ status: 503, text: 'the kubelets are starting' });
  const api = await options.startApi(clock, (request) => readLog(request));
  const certificate = selfSignedCertificate('simulated kubelet', wallClock().now());
  const servers = new Map(
    await Promise.all(nodes.map(async ({ name }) => [name, await startKubeletServer(name, certificate)] as const)),
  );
  const starting = startKubelets({
    port: api.port,
    clock,
    timeScale: 1,
    nodes,
    physics,
    kubeletPort: (node) => servers.get(node)?.port ?? 0,
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  const kubelets = await starting;
  readLog = (request) => kubelets.readLog(request);
  for (const server of servers.values())
    server.show({ series: () => kubelets.series(), readLog, now: () => clock.now() });

  const store = createSeriesStore({ fullMs: 3 * 3_600_000, coarseStepMs: historyStepMs, keepMs: 9 * dayMs });
  const scraper = createScraper(store);
  let nextScrapeMs = startMs;
  let scraping = false;

  const rest = async (): Promise<void> => {
    for (let round = 0; round < 50; round += 1) {
      await kubelets.idle();
      await api.settle();
      if (!kubelets.busy()) return;
    }
    throw new Error('the simulated cluster does not come to rest');
  };
  const step = async (ms: number): Promise<void> => {
    clock.advance(ms);
    kubelets.tick();
    if (scraping && clock.now() >= nextScrapeMs) {
      scraper.scrape(clock.now(), kubelets.series());
      nextScrapeMs = clock.now() - (clock.now() % scrapeMs) + scrapeMs;
    }
    await rest();
  };
  const settleDown = async (): Promise<void> => {
    for (let seconds = 0; seconds < 600; seconds += 2) {
      if ((await unsettled(api.port)).length === 0) return;
      await step(2_000);
    }
    throw new Error(`workloads do not become ready: ${(await unsettled(api.port)).join(', ')}`);
  };

  await loadWorld(api.port);
  await rest();
  await settleDown();
  for (let rank = 1; await rollOutRevision(api.port, rank); rank += 1) {
    await rest();
    await settleDown();
  }
  // Two quiet minutes let working sets settle before they become the past.
  for (let count = 0; count < 24; count += 1) await step(subStepMs);

  clock.jump(startMs - clock.now());
  kubelets.renew();
  await rest();
  physics.rewind(startMs - historyDays * dayMs);
  for (let atMs = startMs - historyDays * dayMs + historyStepMs; atMs < startMs; atMs += pastStep(startMs - atMs)) {
    physics.tick(atMs);
    scraper.scrape(atMs, kubelets.series());
  }
  kubelets.tick();
  scraping = true;
  const prometheus = await startPrometheusServer(store, clock);
  const context = { port: api.port, physics, clock, timeScale: 1 };

  return {
    clock,
    api,
    physics,
    prometheusUrl: prometheus.url,
    store,
    kubeletUrls: new Map([...servers].map(([node, server]) => [node, `http://127.0.0.1:${server.port}`])),
    async advance(ms, onStep) {
      for (let left = ms; left > 0;) {
        const whole = Math.min(scrapeMs, left);
        for (let part = whole; part > 0; part -= subStepMs) await step(Math.min(subStepMs, part));
        left -= whole;
        await onStep?.();
      }
    },
    async inject(name) {
      await faultByName(name).inject(context);
      await rest();
    },
    async heal(name) {
      await faultByName(name).heal(context);
      await rest();
    },
    async close() {
      kubelets.close();
      await prometheus.close();
      for (const server of servers.values()) await server.close();
      await api.close();
    },
  };
}
