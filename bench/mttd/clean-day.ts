// A day without a fault, on a simulated cluster with its own clock: what the advisor opens, and what the same alert rules would have fired on the very same series.
import { mkdtempSync, rmSync, createReadStream, createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Binaries } from '../../lab/binaries.ts';
import { startPrometheus } from '../../lab/prometheus.ts';
import { shownRef } from '../../src/model/target.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { labelText } from '../../src/sandbox/workload/exposition.ts';
import type { AlertRule } from './alert-rules.ts';
import { startObserver } from './observer.ts';
import { timesOf, type Truth } from './prometheus-api.ts';
import { startStateExporter, type StateExporter } from './state-exporter.ts';

export type CleanDay = {
  readonly hours: number;
  readonly seed: number;
  readonly findings: readonly string[];
  readonly incidents: readonly string[];
  /** Alerts that reached `firing`, one entry for each label set and stretch. */
  readonly alerts: readonly string[];
  readonly wallS: number;
};

export type CleanDayOptions = {
  readonly binaries: Binaries;
  readonly seed: number;
  readonly hours: number;
  /** Unscaled. */
  readonly rules: readonly AlertRule[];
  readonly report: (line: string) => void;
};

const hourMs = 3_600_000;
const stepMs = 15_000;
/** Rules are evaluated as often as kube-prometheus evaluates them. */
const evaluateMs = 30_000;
/** Metrics of kubelets and pods that the rules read. */
const scraped = [
  'http_requests_total',
  'http_request_duration_seconds_bucket',
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
];

export async function runCleanDay(options: CleanDayOptions): Promise<CleanDay> {
  const startedMs = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'advisor-clean-day-'));
  try {
    const day = await watchDay(options, join(folder, 'day.om'));
    const alerts = await firedOver(options, join(folder, 'day.om'), day.fromMs, day.toMs);
    return {
      hours: options.hours,
      seed: options.seed,
      findings: day.findings,
      incidents: day.incidents,
      alerts,
      wallS: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Watched = {
  readonly findings: readonly string[];
  readonly incidents: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
};

async function watchDay({ seed, hours, report }: CleanDayOptions, file: string): Promise<Watched> {
  const findings: string[] = [];
  const incidents: string[] = [];
  const sandbox = await startSandbox({ seed });
  const exporter = await startStateExporter();
  const out = createWriteStream(file);
  try {
    await exporter.follow(sandbox.api.port);
    const observer = await startObserver({
      kubeconfig: sandbox.kubeconfigs.advisor,
      prometheusUrl: sandbox.prometheusUrl,
      pace: 'cluster',
      clusterClock: sandbox.clock,
      onEvent: ({ body }) => {
        const at = new Date(sandbox.clock.now()).toISOString().slice(11, 16);
        if (body.kind === 'finding.opened')
          findings.push(`${at} ${shownRef(body.finding.of)} ${body.finding.sentence}`);
        if (body.kind === 'incident.opened') incidents.push(`${at} ${shownRef(body.root)} ${body.title}`);
      },
    });
    try {
      const fromMs = sandbox.clock.now();
      const toMs = fromMs + hours * hourMs;
      let told = fromMs;
      while (sandbox.clock.now() < toMs) {
        await sandbox.advance(stepMs, async () => {
          sandbox.api.server.bookmark();
          await observer.advisor.idle(sandbox.version());
        });
        const nowMs = sandbox.clock.now();
        if (nowMs % evaluateMs === 0 && !out.write(scrapeText(sandbox, exporter, nowMs))) await once(out, 'drain');
        if (nowMs - told < hourMs) continue;
        told = nowMs;
        report(`clean day: ${Math.round((nowMs - fromMs) / hourMs)} of ${hours} h, ${findings.length} findings`);
      }
      out.end('# EOF\n');
      await once(out, 'finish');
      return { findings, incidents, fromMs, toMs };
    } finally {
      await observer.close();
    }
  } finally {
    await exporter.close();
    await sandbox.close();
  }
}

/** One scrape as OpenMetrics text: what the simulated Prometheus holds now, and the state of objects. */
function scrapeText({ store }: Pick<Sandbox, 'store'>, exporter: StateExporter, atMs: number): string {
  const position = store.positionAt(atMs);
  const seconds = (atMs / 1000).toFixed(3);
  const lines: string[] = [];
  for (const name of scraped)
    for (const series of store.named(name)) {
      const value = series.values[position - series.first];
      if (value === undefined || Number.isNaN(value) || position - series.first >= series.length) continue;
      const { __name__: _, ...labels } = series.labels;
      lines.push(`${name}${labelText(labels)} ${value} ${seconds}\n`);
    }
  for (const { name, labels, value } of exporter.samples())
    lines.push(`${name}${labelText({ ...labels })} ${value} ${seconds}\n`);
  return lines.join('');
}

async function firedOver(
  { binaries, rules, report }: CleanDayOptions,
  file: string,
  fromMs: number,
  toMs: number,
): Promise<string[]> {
  report('clean day: evaluating the alert rules over its series');
  const prometheus = await startPrometheus({ binaries, jobs: [], history: createReadStream(file, 'utf8') });
  try {
    const span = { fromMs, toMs, stepMs: evaluateMs };
    for (const metric of [...scraped, 'kube_pod_status_phase', 'kube_deployment_spec_replicas'])
      await refuseBlindness(prometheus.url, metric, span);
    const fired: string[] = [];
    for (const { name, expr, forMs } of rules)
      for (const truth of await timesOf(prometheus.url, expr, span))
        for (const atMs of firingsOf(truth, forMs, evaluateMs))
          fired.push(`${new Date(atMs).toISOString().slice(11, 16)} ${name} ${labelText({ ...truth.labels })}`);
    return fired.toSorted();
  } finally {
    await prometheus.close();
  }
}

/** Rules that see no series are silent too: what they read must be there for nearly all of the day. */
async function refuseBlindness(
  url: string,
  metric: string,
  span: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): Promise<void> {
  const seen = (await timesOf(url, `count(${metric})`, span))[0]?.timesMs.length ?? 0;
  const whole = (span.toMs - span.fromMs) / span.stepMs;
  if (seen < 0.98 * whole) throw new Error(`${metric} was there in ${seen} of ${whole} evaluations of the clean day`);
}

/** When each unbroken stretch that is long enough began to fire. */
export function firingsOf({ timesMs }: Truth, forMs: number, gridMs: number): number[] {
  const firings: number[] = [];
  let sinceMs: number | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  let isFiring = false;
  for (const atMs of timesMs) {
    if (sinceMs === null || atMs - lastMs > gridMs) {
      sinceMs = atMs;
      isFiring = false;
    }
    lastMs = atMs;
    if (isFiring || atMs - sinceMs < forMs) continue;
    isFiring = true;
    firings.push(atMs);
  }
  return firings;
}
