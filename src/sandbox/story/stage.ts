// The stage of the demo: a simulated cluster with a whole advisor on it, in one process, on one stepped clock.
import { startAdvisor, type Advisor } from '../../app.ts';
import type { Clock } from '../../clock.ts';
import { readConfig, type Config } from '../../config/config.ts';
import type { State } from '../../folds/state.ts';
import { waitingApprovals } from '../../folds/lookup.ts';
import type { JournalEvent } from '../../model/event.ts';
import { keyOf } from '../../model/target.ts';
import { resources } from '../kubelet/resources.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';
import { advisorNamespace } from '../world/load.ts';
import { demoStartMs } from '../world/world.ts';
import { leaderOf } from './act-leaders.ts';
import type { Seen } from './acts.ts';
import { approveWaiting } from './approver.ts';
import { openDemoFolder, type DemoFolder } from './demo-folder.ts';
import { freePort } from './free-port.ts';
import { clusterMsPerSecond, stepMs } from './player.ts';

export type StageOptions = {
  /** Absolute path of the folder for journal, kubeconfig and policy. */
  readonly folder: string;
  /** Where `.env` is looked for. */
  readonly home: string;
  /** Only the model's own variables are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly seed?: number;
  readonly port: number;
  /** Nobody watches: what waits is decided by `scripted-approver`. */
  readonly headless: boolean;
  /** How long a question stays open, wall milliseconds. */
  readonly approvalMs: number;
  readonly version: string;
  readonly wall: Clock;
  readonly pid: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: JournalEvent, state: State) => void;
  /** What is being waited for. */
  readonly onProgress: (text: string) => void;
};

export type Stage = {
  readonly advisor: Advisor;
  readonly folder: DemoFolder;
  /** Whether a configured model leads where no scripted leader must. */
  readonly modelLeads: boolean;
  readonly cluster: { readonly namespaces: number; readonly workloads: number; readonly nodes: number };
  /** Wall milliseconds until the cluster was ready, and until the advisor had learned the past. */
  readonly took: { readonly clusterMs: number; readonly learningMs: number };
  /** Cycles run from now on. */
  start(): void;
  step(): Promise<void>;
  inject(act: number): Promise<void>;
  seen(): Seen;
  readonly decide: (() => Promise<void>) | null;
  close(reason: string): Promise<void>;
};

/** Seconds of the demo at speed 1 at which something happened in the cluster. */
export function demoSeconds(atMs: number): number {
  return (atMs - demoStartMs) / clusterMsPerSecond;
}

/** Throws a Failure (exit 6) when a demo runs in this folder already. Ends all that it began when it throws or the signal aborts. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { wall, signal } = options;
  const from = wall.monotonic();
  options.onProgress('starting a simulated cluster with eight days behind it');
  const sandbox = await startSandbox({
    startMs: demoStartMs,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const ending: (() => void | Promise<void>)[] = [async () => await sandbox.close()];
  const end = async (): Promise<void> => {
    for (const one of ending.toReversed()) await one();
  };
  try {
    signal.throwIfAborted();
    const readyMs = wall.monotonic();
    const folder = openDemoFolder(options.folder, sandbox.kubeconfigs, { pid: options.pid, wallMs: wall.now() });
    ending.push(() => folder.close());
    options.onProgress('learning what is usual');
    const config = configOf(options, folder, sandbox.prometheusUrl, await freePort(options.port));
    const modelLeads = config.nemotronApiKey !== undefined;
    const dismissedAt = new Map<string, number>();
    const advisor = await startAdvisor({
      config,
      version: options.version,
      signal,
      clusterClock: sandbox.clock,
      scriptedApprover: options.headless,
      approvalMs: options.approvalMs,
      reasonerFor: (incident, own) => leaderOf(incident, own, modelLeads),
      onEvent(event, state) {
        if (event.body.kind === 'deviation.dismissed') dismissedAt.set(keyOf(event.body.dismissal.of), event.seq);
        options.onEvent(event, state);
      },
    });
    const settle = async (): Promise<void> => {
      sandbox.api.server.bookmark();
      await advisor.idle(sandbox.version());
    };
    const { scriptedToken: token } = advisor;
    return {
      advisor,
      folder,
      modelLeads,
      cluster: await sizeOf(sandbox),
      took: { clusterMs: readyMs - from, learningMs: wall.monotonic() - readyMs },
      start: () => advisor.start(),
      step: async () => await sandbox.advance(stepMs, settle),
      inject: async (act) => await sandbox.inject(`act${act}`),
      seen: () => ({ state: advisor.state(), dismissedAt }),
      decide:
        token === null
          ? null
          : async () => {
              if (waitingApprovals(advisor.state()).length > 0) await approveWaiting({ url: advisor.about.url, token });
            },
      async close(reason) {
        await advisor.close(reason);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const modelVariables = ['NEMOTRON_API_KEY', 'NVIDIA_API_KEY', 'NEMOTRON_BASE_URL', 'NEMOTRON_MODEL'];

/** Nothing of the person's own cluster, metrics or advisor is used: what the demo touches is named here. */
function configOf(options: StageOptions, folder: DemoFolder, prometheusUrl: string, port: number): Config {
  const read = readConfig({
    flags: {
      kubeconfig: folder.kubeconfigs.advisor,
      prometheusUrl,
      policyFolder: folder.policies,
      dataFolder: folder.path,
      advisorNamespace,
      listen: `127.0.0.1:${port}`,
      mode: 'auto',
      readLogs: 'true',
      pace: 'cluster',
    },
    env: {
      ...Object.fromEntries(modelVariables.map((name) => [name, options.env[name]])),
      // No file of the person's is there.
      XDG_CONFIG_HOME: folder.path,
    },
    folder: options.home,
  });
  const {
    prometheusToken: _token,
    prometheusTokenFile: _tokenFile,
    prometheusTenant: _tenant,
    prometheusCaFile: _caFile,
    prometheusCertFile: _certFile,
    prometheusKeyFile: _keyFile,
    prometheusSelector: _selector,
    signalsFile: _signals,
    ...config
  } = read;
  return config;
}

async function sizeOf(sandbox: Sandbox): Promise<Stage['cluster']> {
  const { port } = sandbox.api;
  const list = async (kind: 'deployments' | 'statefulSets' | 'nodes') => await port.list(resources[kind]);
  const workloads = [...(await list('deployments')), ...(await list('statefulSets'))];
  return {
    namespaces: new Set(workloads.map((one) => one.metadata.namespace)).size,
    workloads: workloads.length,
    nodes: (await list('nodes')).length,
  };
}
