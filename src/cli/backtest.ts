// `backtest`: replays the history of a Prometheus through the product's own detection and says what would have been found, and when; changes nothing.
import { resolve } from 'node:path';
import { runBacktest } from '../backtest.ts';
import { pageOf } from '../backtest/html.ts';
import type { BacktestReport } from '../backtest/report.ts';
import { exitCodes } from '../model/failure.ts';
import { writeOutput } from '../output-file.ts';
import { parseDuration } from './ages.ts';
import { backtestLines, shortfallText } from './backtest-table.ts';
import { documentText, isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { progressOf } from './progress.ts';
import { plain } from './terminal.ts';
import { usage, type Verb, type VerbContext } from './verb.ts';

const dayMs = 86_400_000;
const longestMs = 90 * dayMs;
const shortestMs = 3_600_000;
const shortestStepMs = 15_000;
const longestStepMs = 10 * 60_000;

export const backtest: Verb<Readonly<Record<string, unknown>>> = async (context, options) => {
  const sinceMs = sinceOf(context.flags.since ?? '14d');
  const stepMs = stepOf(textOf(options['step']) ?? '60s');
  const until = textOf(options['until']);
  const untilMs = until === undefined ? undefined : timeOf(until);
  const given = textOf(options['prometheus']);
  const config = context.config(given === undefined ? {} : { prometheusUrl: given });
  if (config.prometheusUrl === undefined)
    throw usage(
      'a backtest needs a history',
      'neither --prometheus nor PROMETHEUS_URL names a server',
      'advisor backtest --prometheus http://prometheus.monitoring:9090',
    );
  const { namespace, selector, allNamespaces } = context.flags;
  if (selector !== undefined) throw usage('a backtest does not take --selector', 'series carry no labels of workloads');
  if (namespace !== undefined && allNamespaces === true)
    throw usage('--namespace and --all-namespaces exclude each other', 'one narrows what the other widens');
  const out = textOf(options['out']);
  const progress = progressOf(context, 'backtest');
  const report = await runBacktest(config, {
    prometheusUrl: config.prometheusUrl,
    sinceMs,
    stepMs,
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(namespace === undefined ? {} : { namespace }),
    signal: context.signal,
    onProgress: (text) => progress.say(text),
  }).finally(() => progress.end());
  const text = textFor(context, report);
  if (out === undefined) context.out(text);
  else {
    const next = 'name a file in a folder that exists with --out';
    writeOutput({ path: resolve(context.io.folder, out), given: out, next }, text);
    context.note(`${out}: ${plain(summaryOf(report))}\n`);
  }
  if (report.window.fromMs > report.window.askedFromMs) context.note(`${shortfallText(report)}\n`);
  return exitCodes.done;
};

function textFor(context: VerbContext, report: BacktestReport): string {
  if (context.form === 'html') return pageOf(report);
  if (context.form === 'name') return report.findings.map((one) => `${one.id}\n`).join('');
  if (isDocumentForm(context.form)) {
    const { findings, window, cluster, notJudged, ...rest } = report;
    const metadata = { cluster, window, warnings: notJudged.map((one) => ({ code: 'not-judged', ...one })) };
    return documentText(context.form, 'BacktestReport', metadata, { data: { ...rest, findings } });
  }
  return `${backtestLines(report, context.terminal).join('\n')}\n`;
}

function summaryOf({ totals }: BacktestReport): string {
  return `${totals.findings} findings in ${Math.round(totals.seriesDays).toLocaleString('en')} series-days`;
}

function sinceOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < shortestMs || ms > longestMs)
    throw usage(`--since does not take "${text}"`, 'it takes a duration from 1h to 90d, such as 14d');
  return ms;
}

function stepOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < shortestStepMs || ms > longestStepMs || ms % 1000 !== 0)
    throw usage(`--step does not take "${text}"`, 'it takes whole seconds from 15s to 10m, such as 60s');
  return ms;
}

function timeOf(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw usage(`--until does not take "${text}"`, 'it takes a time such as 2026-01-05T14:00:00Z');
  return ms;
}
