// Replays real history through the product's own senses, cycle by cycle: what would have been found, and when. It asks range queries only and writes nothing.
import { createAnomalyAgent } from './agents/anomaly/anomaly-agent.ts';
import { readSloFile } from './agents/anomaly/slo-file.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import { createMetricsAgent } from './agents/metrics/metrics-agent.ts';
import { createPrometheusClient } from './agents/metrics/prometheus-client.ts';
import { prometheusConnection } from './agents/metrics/prometheus-connection.ts';
import { createPrometheusSource } from './agents/metrics/prometheus.ts';
import { createRangeReader } from './agents/metrics/range-reader.ts';
import { noUserSignals, openUserSignals } from './agents/metrics/user-signals.ts';
import { createCoverage } from './backtest/coverage.ts';
import { createEpisodes, type Episodes } from './backtest/episodes.ts';
import { createHindsight } from './backtest/hindsight.ts';
import { oldestMeasurement } from './backtest/oldest.ts';
import { listingStepMs, readOwners } from './backtest/owners-of-past.ts';
import { createPastSource } from './backtest/past-source.ts';
import { createPastView } from './backtest/past-view.ts';
import { reportOf, type BacktestReport } from './backtest/report.ts';
import { judgedWindow } from './backtest/window.ts';
import { deadline, pause, wallClock, type Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { watchOnce } from './look.ts';
import { exitCodes, Failure } from './model/failure.ts';
import { paceOf, type Pace } from './model/pace.ts';
import { pastStepMs, pastWeekends, weekendStepMs } from './model/past.ts';
import type { SeriesKey, SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';
import { openCluster } from './senses.ts';

export type BacktestOptions = {
  readonly prometheusUrl: string;
  readonly sinceMs: number;
  /** End of the history; now when absent. */
  readonly untilMs?: number;
  readonly stepMs: number;
  /** Only what lies in it is judged; all when absent. */
  readonly namespace?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
};

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const clusterMs = 15_000;
const rangeMs = 60_000;
const rangeBytes = 64 * 2 ** 20;
/** Pods are listed for so much of the past at once. */
const listedMs = 6 * hourMs;
/** Cycles between two looks at whether somebody wants to stop. */
const breathCycles = 30;

/** Throws a Failure when the server does not answer, has no data, or too little to judge by. */
export async function runBacktest(config: Config, options: BacktestOptions): Promise<BacktestReport> {
  const { signal, stepMs, prometheusUrl: url } = options;
  const wall = wallClock();
  const say = (text: string): void => options.onProgress?.(text);
  const access = { ...prometheusConnection(config), url, wall };
  const { selector = [] } = access;
  const reader = createRangeReader(createPrometheusClient({ ...access, timeoutMs: rangeMs, mostBytes: rangeBytes }));
  const pace = paceAt(stepMs);
  const askedToMs = Math.floor((options.untilMs ?? wall.now()) / stepMs) * stepMs;
  say('asking how far the history reaches');
  const oldestMs = await oldestMeasurement(
    reader,
    { url, selector },
    { toMs: askedToMs, sinceMs: options.sinceMs },
    signal,
  );
  const window = judgedWindow({ oldestMs, toMs: askedToMs, sinceMs: options.sinceMs, stepMs });

  say("reading today's cluster");
  const today = await clusterOfToday(config, wall, signal);
  const past = createPastView(today.view);
  const source = createPastSource({
    reader,
    stepMs,
    untilMs: window.toMs,
    selector,
    range: createPrometheusSource(access).range,
  });
  let nowMs = window.fromMs;
  const userSignals = config.signalsFile === undefined ? noUserSignals : await openUserSignals(config.signalsFile);
  const signals = [...catalogue, ...userSignals.current().map((one) => one.definition)];
  const clock = { ...wall, now: () => nowMs };
  const metrics = createMetricsAgent({ sources: [source], catalogue, clock, pace, userSignals });
  const anomaly = createAnomalyAgent({
    pace,
    signals,
    ...(config.sloFile === undefined ? {} : { slos: await readSloFile(config.sloFile) }),
  });
  const list = async (fromMs: number, toMs: number): Promise<void> => {
    const stretch = { fromMs, toMs: Math.ceil(toMs / listingStepMs) * listingStepMs, stepMs: listingStepMs };
    const found = await readOwners(reader, stretch, signal, selector);
    hindsight.unlisted(found.unreadable);
    past.see(found, toMs);
  };

  const isAsked = ({ key }: { readonly key: SeriesKey }): boolean =>
    options.namespace === undefined || key.of.namespace === options.namespace;
  const hindsight = createHindsight();
  const learned = await learn();
  const coverage = createCoverage(stepMs);
  const episodes = createEpisodes();
  await replay();
  const covered = coverage.result();
  if (covered.series === 0 && options.namespace !== undefined) throw emptyNamespace(options.namespace);
  return reportOf({
    window: { ...window, learnedSeries: learned },
    cluster: today.name,
    episodes: episodes.all(),
    coverage: covered,
    signals,
    notJudged: hindsight.told({
      today,
      owners: past.ownersFrom(),
      stepMs,
      trouble: source.trouble(),
      unwatched: anomaly.objectives().unwatched,
    }),
  });

  /** The days before the first cycle, in the form in which a start learns them. */
  async function learn(): Promise<number> {
    say('learning what was usual');
    await learnWeekends();
    let series = 0;
    for (let fromMs = window.learnedFromMs; fromMs < window.fromMs; fromMs += dayMs) {
      const toMs = Math.min(window.fromMs, fromMs + dayMs) - pastStepMs;
      await list(fromMs, toMs);
      const unread = new Map<SignalId, string>();
      let ofDay = 0;
      for await (const part of metrics.past(past.at(toMs), fromMs, toMs, pastStepMs, signal)) {
        const own = part.histories.filter(isAsked);
        anomaly.learn(own);
        ofDay += own.length;
        for (const [id, reason] of part.unread) unread.set(id, reason);
      }
      signal.throwIfAborted();
      hindsight.unlearned(unread);
      series = Math.max(series, ofDay);
    }
    return series;
  }

  async function learnWeekends(): Promise<void> {
    for (const { fromMs, toMs } of pastWeekends(window.fromMs).toReversed()) {
      if (fromMs < oldestMs || toMs >= window.learnedFromMs) continue;
      await list(fromMs, toMs);
      for await (const part of metrics.past(past.at(toMs), fromMs, toMs, weekendStepMs, signal))
        anomaly.learnWeekends(part.histories.filter(isAsked));
      signal.throwIfAborted();
    }
  }

  async function replay(): Promise<void> {
    const startedMs = wall.monotonic();
    let listedToMs = Number.NEGATIVE_INFINITY;
    let cycles = 0;
    for (nowMs = window.fromMs; nowMs <= window.toMs; nowMs += stepMs) {
      if (nowMs > listedToMs) {
        listedToMs = Math.min(window.toMs, nowMs + listedMs);
        await list(nowMs, listedToMs);
      }
      const view = past.at(nowMs);
      const seen = await metrics.observe(view, signal);
      const observation = { ...seen, samples: seen.samples.filter(isAsked) };
      coverage.cycle(observation);
      hindsight.cycle(observation);
      const { findings } = anomaly.assess(observation, view, { openFindings: episodes.open() });
      episodes.cycle(nowMs, findings, anomaly.book());
      cycles += 1;
      if (cycles % breathCycles !== 0) continue;
      say(progressText(nowMs, window, episodes, wall.monotonic() - startedMs));
      await pause(wall, 0, signal);
    }
  }
}

function emptyNamespace(namespace: string): Failure {
  return new Failure({
    code: 'namespace-not-seen',
    what: `the history holds nothing of a namespace "${namespace}"`,
    why: 'no series of a pod in it was found in this time',
    next: 'name another one, or leave out --namespace',
    exitCode: exitCodes.no,
  });
}

/** A step of its own changes the length of a cycle, never what counts as an hour or a day. */
function paceAt(stepMs: number): Pace {
  const pace = paceOf(1);
  return { ...pace, cycleMs: stepMs, rateWindowMs: Math.max(pace.rateWindowMs, 2 * stepMs) };
}

type Window = { readonly fromMs: number; readonly toMs: number };

function progressText(nowMs: number, { fromMs, toMs }: Window, episodes: Episodes, spentMs: number): string {
  const days = Math.max(1, Math.ceil((toMs - fromMs) / dayMs));
  const day = Math.min(days, Math.floor((nowMs - fromMs) / dayMs) + 1);
  const leftS = Math.round((spentMs * (toMs - nowMs)) / Math.max(1, nowMs - fromMs) / 1000);
  return `day ${day} of ${days} · ${episodes.count()} findings · ${leftS} s left`;
}

type Today = { readonly view: ClusterView | null; readonly name: string | null; readonly why: string };

/** Objects as they are now, or why there are none: a backtest needs no cluster. */
async function clusterOfToday(config: Config, wall: Clock, signal: AbortSignal): Promise<Today> {
  const limit = deadline(wall, clusterMs, signal);
  try {
    const cluster = await openCluster(config, wall, limit.signal);
    try {
      const live = await watchOnce(cluster, wall, { signal: limit.signal });
      try {
        return { view: live.view(), name: cluster.clusterName, why: '' };
      } finally {
        await live.close();
      }
    } finally {
      await cluster.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return { view: null, name: null, why: error instanceof Error ? error.message : 'it could not be read' };
  } finally {
    limit.done();
  }
}
