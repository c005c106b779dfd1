// Starts a real Prometheus on loopback that scrapes given targets each second and already holds a given past.
import { createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'yaml';
import { exitCodes, Failure } from '../src/model/failure.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { freePorts, untilReady } from './ready.ts';
import { type Child, openSession, type Session } from './session.ts';

export type ScrapeTarget = {
  /** host:port */
  readonly address: string;
  /** Added to each series; `__metrics_path__` and `__scheme__` override those of the job. */
  readonly labels?: Readonly<Record<string, string>>;
};

export type ScrapeJob = {
  readonly name: string;
  readonly path: string;
  readonly scheme?: 'http' | 'https';
  /** PEM bundle for https. */
  readonly caFile?: string;
  readonly targets: readonly ScrapeTarget[];
};

export type PrometheusOptions = {
  readonly session?: Session;
  readonly binaries?: Pick<Binaries, 'prometheus' | 'promtool'>;
  readonly jobs: readonly ScrapeJob[];
  /** Default 1,000. */
  readonly scrapeIntervalMs?: number;
  /** The past as OpenMetrics text in any chunks, ending with `# EOF`; it becomes blocks before Prometheus starts. */
  readonly history?: Iterable<string> | AsyncIterable<string>;
  /** A rule file as YAML text, evaluated as often as it is scraped. */
  readonly rules?: string;
  readonly signal?: AbortSignal;
};

export type LabPrometheus = {
  /** http://127.0.0.1:port */
  readonly url: string;
  /** Replaces the targets of a job; scraped within about two seconds. */
  setTargets(job: string, targets: readonly ScrapeTarget[]): void;
  /** SIGKILL; the data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data; resolves when it is ready. */
  start(): Promise<void>;
  close(): Promise<void>;
};

const startTimeoutMs = 60_000;
/** Few large blocks: promtool reads the whole text once for each. */
const blockDuration = '192h';

/** Resolves when Prometheus is ready. Throws a Failure with its last lines when it is not. */
export async function startPrometheus(options: PrometheusOptions): Promise<LabPrometheus> {
  const binaries = options.binaries ?? (await ensureBinaries());
  const session = options.session ?? openSession();
  try {
    return await launch(session, binaries, options);
  } catch (error) {
    if (options.session === undefined) await session.close();
    throw error;
  }
}

async function launch(
  session: Session,
  binaries: Pick<Binaries, 'prometheus' | 'promtool'>,
  options: PrometheusOptions,
): Promise<LabPrometheus> {
  const folder = join(session.folder, 'prometheus');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  if (options.history !== undefined) await importHistory(session, binaries.promtool, options.history, folder, data);

  const setTargets = (job: string, targets: readonly ScrapeTarget[]): void => {
    const groups = targets.map(({ address, labels = {} }) => ({ targets: [address], labels }));
    const file = join(folder, targetsFile(job));
    writeFileSync(`${file}.new`, JSON.stringify(groups));
    renameSync(`${file}.new`, file);
  };
  for (const { name, targets } of options.jobs) setTargets(name, targets);
  if (options.rules !== undefined) writeFileSync(join(folder, rulesFile), options.rules);
  writeFileSync(join(folder, 'prometheus.yml'), configOf(options, folder, options.scrapeIntervalMs ?? 1000));

  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  let server: Child | null = null;
  const start = async (): Promise<void> => {
    if (server !== null && !server.hasExited()) return;
    server = session.start('prometheus', binaries.prometheus, [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=60d',
      '--scrape.discovery-reload-interval=1s',
      '--log.level=warn',
    ]);
    await untilReady(server, startTimeoutMs, async () => (await fetch(`${url}/-/ready`)).ok, options.signal);
  };
  await start();
  return {
    url,
    setTargets,
    start,
    async stop() {
      await server?.kill();
    },
    async close() {
      await server?.kill();
      if (options.session === undefined) await session.close();
    },
  };
}

async function importHistory(
  session: Session,
  promtool: string,
  history: Iterable<string> | AsyncIterable<string>,
  folder: string,
  data: string,
): Promise<void> {
  const text = join(folder, 'history.om');
  await pipeline(Readable.from(history), createWriteStream(text));
  const child = session.start('promtool', promtool, [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--quiet',
    `--max-block-duration=${blockDuration}`,
    text,
    data,
  ]);
  const status = await child.ended;
  rmSync(text, { force: true });
  if (status === 0) return;
  throw new Failure({
    code: 'lab-history-refused',
    what: 'promtool could not make blocks from the history',
    why: child.logTail(),
    next: 'correct the OpenMetrics text: one family after another, samples in time order, `# EOF` at the end',
    exitCode: exitCodes.fault,
  });
}

function configOf(
  { jobs, rules }: Pick<PrometheusOptions, 'jobs' | 'rules'>,
  folder: string,
  intervalMs: number,
): string {
  return stringify({
    global: {
      scrape_interval: `${intervalMs}ms`,
      scrape_timeout: `${intervalMs}ms`,
      evaluation_interval: `${intervalMs}ms`,
    },
    ...(rules === undefined ? {} : { rule_files: [join(folder, rulesFile)] }),
    scrape_configs: jobs.map((job) => ({
      job_name: job.name,
      metrics_path: job.path,
      scheme: job.scheme ?? 'http',
      ...(job.caFile === undefined ? {} : { tls_config: { ca_file: job.caFile } }),
      file_sd_configs: [{ files: [join(folder, targetsFile(job.name))], refresh_interval: '1s' }],
    })),
  });
}

const rulesFile = 'rules.yml';

function targetsFile(job: string): string {
  return `targets-${job}.json`;
}
