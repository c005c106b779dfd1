import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../src/backtest.ts';
import type { BacktestReport } from '../src/backtest/report.ts';
import { readConfig } from '../src/config/config.ts';
import { labelText } from '../src/sandbox/workload/exposition.ts';
import { aBusyPod, type MadeSeries, wobble } from '../test/builders/history.ts';
import { type LabPrometheus, startPrometheus } from './prometheus.ts';

const hourMs = 3_600_000;
const stepMs = 30_000;
const toMs = Math.floor(Date.now() / 60_000) * 60_000 - hourMs;
const span = { fromMs: toMs - 72 * hourMs, toMs, stepMs };
const stepUpMs = toMs - 3 * hourMs;

const constant = (labels: Readonly<Record<string, string>>, value: number): MadeSeries => ({ labels, at: () => value });

/** Two replicas that kube-state-metrics knows, and a pod that nobody does. */
function series(): MadeSeries[] {
  const owned = (pod: string, seed: number): MadeSeries[] => [
    ...aBusyPod(
      { namespace: 'shop', workload: '', pod },
      (atMs) => 0.3 + 0.02 * wobble(atMs, seed) + (atMs >= stepUpMs ? 0.5 : 0),
      span,
    ),
    constant(
      { __name__: 'kube_pod_owner', namespace: 'shop', pod, owner_kind: 'ReplicaSet', owner_name: 'cart-5d' },
      1,
    ),
    constant(
      {
        __name__: 'kube_pod_container_resource_limits',
        namespace: 'shop',
        pod,
        container: 'main',
        resource: 'memory',
      },
      256 * 2 ** 20,
    ),
  ];
  return [
    ...owned('cart-5d-a', 1),
    ...owned('cart-5d-b', 2),
    constant(
      {
        __name__: 'kube_replicaset_owner',
        namespace: 'shop',
        replicaset: 'cart-5d',
        owner_kind: 'Deployment',
        owner_name: 'cart',
      },
      1,
    ),
    ...aBusyPod({ namespace: 'shop', workload: '', pod: 'stray' }, (atMs) => 0.5 + 0.02 * wobble(atMs, 3), span),
  ];
}

function* openMetrics(): Generator<string> {
  const made = series();
  for (let atMs = span.fromMs; atMs <= toMs; atMs += stepMs) {
    let text = '';
    for (const { labels, at } of made) {
      const { __name__: name = '', ...rest } = labels;
      text += `${name}${labelText(rest)} ${at(atMs) ?? 0} ${(atMs / 1000).toFixed(3)}\n`;
    }
    yield text;
  }
  yield '# EOF\n';
}

describe('a backtest of a real Prometheus', () => {
  let prometheus: LabPrometheus;
  let report: BacktestReport;
  const run = async (): Promise<BacktestReport> =>
    await runBacktest(
      readConfig({
        flags: { kubeconfig: '/no/such/kubeconfig' },
        env: { XDG_CONFIG_HOME: '/no/such/folder' },
        folder: '/no/such/folder',
      }),
      {
        prometheusUrl: prometheus.url,
        sinceMs: 8 * hourMs,
        untilMs: toMs,
        stepMs: 60_000,
        signal: new AbortController().signal,
      },
    );

  beforeAll(async () => {
    prometheus = await startPrometheus({ jobs: [], history: openMetrics() });
    report = await run();
  });
  afterAll(async () => await prometheus.close());

  it('follows pods to their Deployment by the series of kube-state-metrics', () => {
    expect(report.findings.map((one) => [one.of.kind, one.of.name, one.signal])).toContainEqual([
      'Deployment',
      'cart',
      'cpu.usage',
    ]);
    expect(report.notJudged.map((one) => one.what)).toContain('1 of 3 pods as parts of a workload');
  });

  it('takes the limits that were recorded', () => {
    expect(report.families.find((one) => one.family === 'memory')?.series).toBeGreaterThanOrEqual(3);
  });

  it('dates what it finds', () => {
    const found = report.findings.find((one) => one.of.name === 'cart' && one.signal === 'cpu.usage');
    expect(Math.abs((found?.onsetMs ?? 0) - stepUpMs)).toBeLessThanOrEqual(2 * 60_000);
  });

  it('was refused no query', () => {
    expect(report.notJudged.filter((one) => /answers [45]\d\d|parse error/.test(one.why))).toEqual([]);
  });

  it('gives the same bytes again', async () => {
    expect(JSON.stringify(await run())).toBe(JSON.stringify(report));
  });
});
