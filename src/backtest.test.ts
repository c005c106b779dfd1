import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFolder } from '../test/builders/folder.ts';
import { aBusyPod, aHistory, aProxy, type MadeHistory, type MadeSeries, wobble } from '../test/builders/history.ts';
import { runBacktest, type BacktestOptions } from './backtest.ts';
import { pageOf } from './backtest/html.ts';
import type { BacktestReport } from './backtest/report.ts';
import { readConfig } from './config/config.ts';
import { startSandbox } from './sandbox/sandbox.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stepMs = 60_000;
/** Wednesday. */
const toMs = Date.UTC(2026, 5, 10, 12, 0);
const span = { fromMs: toMs - 6 * dayMs, toMs, stepMs };
const stepUpMs = toMs - 4 * hourMs;
const stepDownMs = toMs - 3 * hourMs;
const outMs = toMs - 90 * 60_000;

const steady = (level: number, seed: number) => (atMs: number) =>
  atMs >= outMs && atMs < outMs + 20 * 60_000 ? null : level + 0.02 * wobble(atMs, seed);
const stepped = (atMs: number): number | null => {
  const usual = steady(0.3, 1)(atMs);
  return usual === null ? null : usual + (atMs >= stepUpMs && atMs < stepDownMs ? 0.6 : 0);
};

/** As the command line reads it with a server that is named there. */
const configOf = (env: Readonly<Record<string, string>>) =>
  readConfig({
    flags: { kubeconfig: '/no/such/kubeconfig', prometheusUrl: 'http://prometheus.example' },
    env: { XDG_CONFIG_HOME: '/no/such/folder', ...env },
    folder: '/no/such/folder',
  });

const inCluster = (cluster: string, series: readonly MadeSeries[]): MadeSeries[] =>
  series.map(({ labels, at }) => ({ labels: { ...labels, cluster }, at }));

describe('a backtest', () => {
  let history: MadeHistory;
  let report: BacktestReport;
  const run = async (more: Partial<BacktestOptions> = {}, config = configOf({})): Promise<BacktestReport> =>
    await runBacktest(config, {
      prometheusUrl: history.url,
      sinceMs: 8 * hourMs,
      untilMs: toMs,
      stepMs,
      signal: new AbortController().signal,
      ...more,
    });

  beforeAll(async () => {
    history = await aHistory(
      [
        ...aBusyPod({ namespace: 'shop', workload: 'cart', pod: 'cart-5d-a' }, stepped, span),
        ...aBusyPod({ namespace: 'shop', workload: 'reviews', pod: 'reviews-7f-b' }, steady(0.4, 2), span),
        ...aBusyPod({ namespace: 'shop', workload: '', pod: 'stray' }, steady(0.5, 3), span),
      ],
      span,
    );
    report = await run();
  }, 60_000);
  afterAll(async () => await history.close());

  it('finds the change of a workload, and nothing else', () => {
    expect(report.findings.map((one) => [one.of.name, one.signal])).toEqual([['cart', 'cpu.usage']]);
  });

  it('dates it, and says how long after that it was found', () => {
    const [found] = report.findings;
    expect(Math.abs((found?.onsetMs ?? 0) - stepUpMs)).toBeLessThanOrEqual(2 * stepMs);
    expect(found?.delayMs).toBeGreaterThan(0);
    expect(found?.delayMs).toBeLessThanOrEqual(6 * stepMs);
    expect(found?.openedAtMs).toBe((found?.onsetMs ?? 0) + (found?.delayMs ?? 0));
  });

  it('closes it after the level came back', () => {
    expect(report.findings[0]?.closedAtMs).toBeGreaterThan(stepDownMs);
    expect(report.totals.openAtEnd).toBe(0);
  });

  it('draws it with points before, during and after', () => {
    const times = report.findings[0]?.chart.map(([ms]) => ms) ?? [];
    expect(times[0]).toBeLessThan(stepUpMs);
    expect(times.at(-1)).toBeGreaterThan(report.findings[0]?.closedAtMs ?? 0);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  it('counts findings for the series-days in which they could have been made', () => {
    const cpu = report.families.find((one) => one.family === 'cpu');
    expect(cpu).toMatchObject({ findings: 1, series: 3 });
    expect(cpu?.seriesDays).toBeCloseTo(3 * (8 / 24 - 20 / 1440), 1);
    expect(cpu?.perSeriesDay).toBeCloseTo(1 / (cpu?.seriesDays ?? 1), 1);
  });

  it('tells the stretch without any measurement as a gap of the source', () => {
    expect(report.gaps.source).toHaveLength(1);
    expect(Math.abs((report.gaps.source[0]?.fromMs ?? 0) - outMs)).toBeLessThanOrEqual(6 * stepMs);
  });

  it('judges a pod that nobody owns by itself, and says so', () => {
    expect(report.notJudged.map((one) => one.what)).toContain('1 of 3 pods as parts of a workload');
  });

  it('says that facts of the API and rollouts are not known', () => {
    const what = report.notJudged.map((one) => one.what);
    expect(report.cluster).toBeNull();
    expect(what).toContain('rollouts');
    expect(what[0]).toContain('OOM kills');
  });

  it('gives the same bytes again', async () => {
    const again = await run();
    expect(JSON.stringify(again)).toBe(JSON.stringify(report));
    expect(pageOf(again)).toBe(pageOf(report));
  });

  it('begins a day after a history that is shorter than asked', async () => {
    const short = await run({ sinceMs: 30 * dayMs, stepMs: 10 * stepMs });
    expect(short.window.askedFromMs).toBe(toMs - 30 * dayMs);
    expect(short.window.fromMs - short.window.historyFromMs).toBeGreaterThanOrEqual(dayMs);
    expect(short.window.fromMs - short.window.historyFromMs).toBeLessThan(dayMs + hourMs);
  });

  it('judges one namespace alone when told so', async () => {
    const pay = aBusyPod({ namespace: 'pay', workload: 'ledger', pod: 'ledger-0' }, stepped, span);
    const other = await aHistory(
      [...pay, ...aBusyPod({ namespace: 'shop', workload: 'cart', pod: 'cart-5d-a' }, stepped, span)],
      span,
    );
    const both = await run({ prometheusUrl: other.url });
    const one = await run({ prometheusUrl: other.url, namespace: 'pay' });
    const none = run({ prometheusUrl: other.url, namespace: 'web' });
    await expect(none).rejects.toThrow('the history holds nothing of a namespace "web"');
    await other.close();
    expect(both.findings.map((found) => found.of.namespace).toSorted()).toEqual(['pay', 'shop']);
    expect(one.findings.map((found) => found.of.namespace)).toEqual(['pay']);
    expect(one.totals.series).toBe(both.totals.series / 2);
  });

  it('reads nothing but the series that the selector leaves, where one server holds several clusters', async () => {
    const beganMs = toMs - 3 * dayMs;
    const cart = { namespace: 'shop', workload: 'cart', pod: 'cart-5d-a' };
    const since = (atMs: number): number | null => (atMs < beganMs ? null : steady(0.3, 1)(atMs));
    const several = await aHistory(
      [...inCluster('prod', aBusyPod(cart, since, span)), ...inCluster('stage', aBusyPod(cart, stepped, span))],
      span,
    );
    const prod = await run({ prometheusUrl: several.url }, configOf({ PROMETHEUS_SELECTOR: 'cluster="prod"' }));
    const stage = await run({ prometheusUrl: several.url }, configOf({ PROMETHEUS_SELECTOR: 'cluster="stage"' }));
    await several.close();
    expect(prod.findings).toEqual([]);
    expect(prod.totals.series).toBe(stage.totals.series);
    expect(prod.window.historyFromMs).toBeGreaterThanOrEqual(beganMs);
    expect(stage.window.historyFromMs).toBeLessThan(beganMs - 2 * dayMs);
    expect(stage.findings.map((one) => [one.signal, Math.round(one.baseline * 10) / 10])).toEqual([['cpu.usage', 0.3]]);
  });

  it('learns the days before what it judges', () => {
    expect(report.window.learnedSeries).toBe(report.totals.series);
  });

  it('gets over a server that is away for a moment', async () => {
    let refused = 0;
    const proxy = await aProxy(history.url, () =>
      (refused += 1) === 1 ? { status: 503, body: 'upstream connect error' } : null,
    );
    const again = await run({ prometheusUrl: proxy.url });
    await proxy.close();
    expect(again.findings).toEqual(report.findings);
  });

  it('names the signals whose past it could not read, and judges the others', async () => {
    const isPastOfMemory = (query: string): boolean => query.includes('quantile_over_time') && query.includes('memory');
    const proxy = await aProxy(history.url, (query) =>
      isPastOfMemory(query) ? { status: 500, body: 'broken' } : null,
    );
    const lame = await run({ prometheusUrl: proxy.url });
    await proxy.close();
    const told = lame.notJudged.find((one) => one.what.startsWith('the past of'));
    expect(told?.what).toBe('the past of memory.working_set, memory.share, node.memory');
    expect(told?.why).toMatch(/^it answers 500: .*, on 6 of the days/);
    expect(lame.findings.map((one) => one.signal)).toEqual(['cpu.usage']);
    expect(report.notJudged.some((one) => one.what.startsWith('the past of'))).toBe(false);
  });

  it('judges objectives with the days before behind them, and signals of users, in cycles of five minutes', async () => {
    const folder = aFolder({
      'slo.yaml': 'slos:\n  - { of: shop/Deployment/cart, availability: 99.9/30d }\n',
      'signals.yaml': `signals:
  - { name: waiting, query: "sum by (namespace, pod) (orders_waiting)", of: { namespace: namespace, pod: pod }, unit: count, direction: up, floor: { absolute: 5 } }
`,
    });
    const pod = { namespace: 'shop', pod: 'cart-5d-a' };
    const counted = (code: string, perSecond: number): MadeSeries => ({
      labels: { __name__: 'http_requests_total', ...pod, code },
      at: (atMs) => perSecond * ((atMs - span.fromMs) / 1000),
    });
    const orders: MadeSeries = {
      labels: { __name__: 'orders_waiting', ...pod },
      at: (atMs) => (atMs >= stepUpMs ? 90 : 4 + wobble(atMs, 4)),
    };
    const busy = aBusyPod({ ...pod, workload: 'cart' }, steady(0.3, 1), span);
    const shop = await aHistory([...busy, counted('200', 99.8), counted('500', 0.2), orders], span);
    const found = await run(
      { prometheusUrl: shop.url, stepMs: 5 * stepMs },
      configOf({ ADVISOR_SLO: join(folder.path, 'slo.yaml'), ADVISOR_SIGNALS: join(folder.path, 'signals.yaml') }),
    );
    await shop.close();
    folder.remove();
    const burn = found.findings.find((one) => one.id === 'slo:availability@shop/Deployment/cart');
    expect(burn?.sentence).toMatch(/^0\.2 % of \d+ requests .* in 3 d, 0\.1 % may/);
    expect(burn?.notes.join()).not.toContain('of the long window only');
    expect(found.findings.map((one) => one.id)).toContain('signal:custom.waiting@shop/Deployment/cart');
    expect(found.notJudged.map((one) => one.what)).toContain('the delays of a run');
  });

  it('stops when told', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(run({ signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe("a backtest beside today's cluster", () => {
  it('knows from its objects whose the pods were, and what their limits are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
    const sandbox = await startSandbox({ seed: 3 });
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, sandbox.kubeconfigs.advisor);
    try {
      await sandbox.advance(90 * 60_000);
      await sandbox.inject('traffic-surge');
      await sandbox.advance(20 * 60_000);
      const report = await runBacktest(
        readConfig({ flags: { kubeconfig }, env: { XDG_CONFIG_HOME: folder }, folder }),
        {
          prometheusUrl: sandbox.prometheusUrl,
          sinceMs: hourMs,
          untilMs: sandbox.clock.now(),
          stepMs,
          signal: new AbortController().signal,
        },
      );
      expect(report.cluster).toBe('sandbox');
      const surge = report.findings.filter((one) => one.of.name === 'catalog').map((one) => one.signal);
      expect(surge).toEqual(expect.arrayContaining(['sli.latency', 'sli.rps', 'cpu.usage']));
      expect(report.families.find((one) => one.family === 'memory')?.series).toBeGreaterThan(12);
      expect(report.notJudged.some((one) => one.what.endsWith('as parts of a workload'))).toBe(false);
    } finally {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
