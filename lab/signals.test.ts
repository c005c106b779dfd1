// Each query of the catalogue on a real Prometheus that holds a series of every metric: it answers, with the value that the series have.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../src/agents/metrics/catalogue.ts';
import { labelNames, type Measure } from '../src/agents/metrics/measure.ts';
import { measures } from '../src/agents/metrics/measures.ts';
import { createMetricsAgent } from '../src/agents/metrics/metrics-agent.ts';
import type { Answer, Row } from '../src/agents/metrics/metrics-source.ts';
import { createPrometheusSource } from '../src/agents/metrics/prometheus.ts';
import { createPrometheusClient } from '../src/agents/metrics/prometheus-client.ts';
import { needsOf } from '../src/agents/metrics/signal-definition.ts';
import { wallClock } from '../src/clock.ts';
import { paceOf } from '../src/model/pace.ts';
import { apiServerRef, type SignalId } from '../src/model/signal.ts';
import type { ObjectRef } from '../src/model/target.ts';
import { labelText } from '../src/sandbox/workload/exposition.ts';
import { historiesOf } from '../test/builders/past.ts';
import { aDeployment, aNode, aPod, aService, aView, replicaSetOf } from '../test/builders/view.ts';
import { type LabPrometheus, startPrometheus } from './prometheus.ts';

const never = new AbortController().signal;
const wall = wallClock(false);
const all: readonly Measure[] = measures;
const hourMs = 3_600_000;
const windowMs = 6_000;
const cartRef: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const nodeRef: ObjectRef = { kind: 'Node', namespace: '', name: 'node-1' };

const cart = aDeployment();
const claims = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const live = aPod({ owner: replicaSetOf(cart), name: 'cart-1' });
const view = aView({
  Deployment: [cart],
  ReplicaSet: [replicaSetOf(cart)],
  Pod: [{ ...live, spec: { containers: [], ...live.spec, ...claims } }],
  Node: [aNode()],
  Service: [aService('cart')],
});

/** What the exporters and kubelets would write for one pod, its claim, its Service and its node. */
const values: Readonly<Record<string, string>> = {
  namespace: 'shop',
  pod: 'cart-1',
  container: 'app',
  node: 'node-1',
  code: '500',
  claim: 'data',
  service: 'cart',
  workload: 'cart',
};
const bounds = ['0.5', '1', '+Inf'];

/** Label sets of a metric; matchers of the measure hold for them. */
function labelsOf(measure: Measure): Readonly<Record<string, string>>[] {
  const labels: Record<string, string> = {};
  for (const { label, op, value } of measure.where ?? []) {
    if (op === '=') labels[label] = value;
    else if (op === '=~') labels[label] = value.split('|')[0] ?? '';
    else if (label === 'container') labels[label] = 'app';
  }
  for (const label of measure.by)
    if (label !== 'le') labels[labelNames(measure, label)[0] ?? label] = values[label] ?? '';
  return measure.by.includes('le') ? bounds.map((le) => ({ ...labels, le })) : [labels];
}

type Line = { readonly name: string; readonly perSecond: number | null; readonly gauge: number };

/** Counters rise by two a second, their other direction by one; three of four is used or free. */
const lines: readonly Line[] = [
  ...new Map(
    all.flatMap((measure) =>
      labelsOf(measure).flatMap((labels): [string, Line][] => {
        const text = labelText(labels);
        const isCounter = measure.kind === 'counter';
        const line = (metric: string, rate: number, gauge: number): [string, Line] => [
          `${metric}${text}`,
          { name: `${metric}${text}`, perSecond: isCounter ? rate : null, gauge },
        ];
        return [
          line(measure.metric, 2, 3),
          ...(measure.plus === undefined ? [] : [line(measure.plus, 1, 1)]),
          ...(measure.over === undefined ? [] : [line(measure.over, 4, 4)]),
        ];
      }),
    ),
  ).values(),
];
/** Two rules that record the same owner, as two Prometheus behind one Thanos would, and a pod of last week. */
const owners = ['a', 'b'].flatMap((job) =>
  ['cart-1', 'cart-gone'].map(
    (pod) =>
      `namespace_workload_pod:kube_pod_owner:relabel${labelText({ namespace: 'shop', pod, workload: 'cart', workload_type: 'deployment', ruler: job })}`,
  ),
);
const gone = `container_memory_working_set_bytes${labelText({ namespace: 'shop', pod: 'cart-gone', container: 'app' })}`;

function valueOf({ perSecond, gauge }: Line, seconds: number): number {
  return perSecond === null ? gauge : 1_000 + perSecond * seconds;
}

/** What one row of the measure must be. */
function expected({ kind, plus, over, isFree }: Measure): number {
  if (kind === 'counter') return plus === undefined ? 2 : 3;
  return over === undefined ? 3 : isFree === true ? 0.25 : 0.75;
}

function* pastOf(nowMs: number): Generator<string> {
  const fromMs = nowMs - 3 * hourMs;
  for (let atMs = fromMs; atMs < nowMs - 10 * 60_000; atMs += 30_000) {
    const seconds = (atMs - fromMs) / 1000;
    const stamp = (atMs / 1000).toFixed(3);
    let text = '';
    for (const line of lines) text += `${line.name} ${valueOf(line, seconds)} ${stamp}\n`;
    for (const owner of owners) text += `${owner} 1 ${stamp}\n`;
    yield `${text}${gone} 7 ${stamp}\n`;
  }
  yield '# EOF\n';
}

describe('signals on a real Prometheus', () => {
  const nowMs = Date.now();
  let endpoint: Server;
  let prometheus: LabPrometheus;
  let source: ReturnType<typeof createPrometheusSource>;

  beforeAll(async () => {
    endpoint = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      const seconds = (Date.now() - nowMs) / 1000;
      response.end(
        [...lines.map((line) => `${line.name} ${valueOf(line, seconds)}\n`), ...owners.map((one) => `${one} 1\n`)].join(
          '',
        ),
      );
    });
    endpoint.listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const bound = endpoint.address();
    const address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
    prometheus = await startPrometheus({
      jobs: [{ name: 'all', path: '/metrics', targets: [{ address }] }],
      history: pastOf(nowMs),
    });
    source = createPrometheusSource({ url: prometheus.url, wall });
  });
  afterAll(async () => {
    await prometheus.close();
    endpoint.close();
  });

  const read = async (): Promise<ReadonlyMap<string, Answer<Row>>> =>
    await source.read(all, { view, atMs: Date.now(), windowMs, signal: never });

  it('answers every live query with the value that the series have', async () => {
    await vi.waitFor(async () => {
      const answers = await read();
      const wrong = all.filter((measure) => {
        const answer = answers.get(measure.id);
        const found = answer !== undefined && 'rows' in answer ? answer.rows.map((one) => one.value) : [];
        return (
          found.length !== labelsOf(measure).length || found.some((one) => Math.abs(one - expected(measure)) > 0.05)
        );
      });
      expect(wrong.map((one) => [one.id, answers.get(one.id)])).toEqual([]);
    }, 60_000);
  });

  it('gives every signal of the catalogue that metrics tell to its owner', async () => {
    const clock = { ...wall, now: () => Date.now() };
    const agent = createMetricsAgent({
      sources: [source],
      catalogue,
      clock,
      pace: { ...paceOf(1), rateWindowMs: windowMs },
    });
    const { samples, missing, absent } = await agent.observe(view, never);
    const of = { workload: cartRef, node: nodeRef, 'API server': apiServerRef };
    const measured = catalogue.filter((one) => needsOf(one).length > 0 && one.id !== 'memory.share');
    const lost = measured.filter(
      (one) =>
        !samples.some(({ key }) => key.signal === one.id && key.of.name === of[one.of].name && key.pod === undefined),
    );
    expect([lost.map((one) => one.id), missing, absent]).toEqual([[], [], []]);
    const value = (id: SignalId) => samples.find(({ key }) => key.signal === id && key.pod === undefined)?.value;
    expect(value('sli.err')).toBe(1);
    expect(value('network.errors')).toBeCloseTo(1, 1);
    expect(value('volume.used')).toBeCloseTo(0.75);
    expect(value('node.disk')).toBeCloseTo(0.25);
    expect(value('sli.latency')).toBeLessThanOrEqual(0.5);
  });

  const grid = { fromMs: nowMs - 2 * hourMs, toMs: nowMs - hourMs, stepMs: 900_000 };

  it('answers every query of the past, with owners joined though two rules record them', async () => {
    const answers = await source.range(all, { view, ...grid, signal: never });
    const wrong = all.filter((measure) => {
      const answer = answers.get(measure.id);
      const rows = answer !== undefined && 'rows' in answer ? answer.rows : [];
      const isJoined = measure.by.includes('pod');
      const value = measure.id === 'memory' ? 7 : expected(measure);
      return (
        rows.length !== labelsOf(measure).length ||
        rows.some(
          ({ labels, points }) =>
            (isJoined && labels.workload !== 'cart') || points.some((one) => Math.abs(one.value - value) > 0.02),
        )
      );
    });
    expect(wrong.map((one) => [one.id, answers.get(one.id)])).toEqual([]);
  });

  it('reads the past of a few series, and of each pod, the one that is gone too', async () => {
    const agent = createMetricsAgent({ sources: [source], catalogue, clock: wall, pace: paceOf(1) });
    const { fromMs, toMs, stepMs } = grid;
    const only = [{ signal: 'sli.rps', of: cartRef }] as const;
    const some = await historiesOf(agent.past(view, fromMs, toMs, stepMs, never, only));
    expect(some.map(({ key, points }) => [key.signal, Math.round(points[0]?.value ?? 0)])).toEqual([['sli.rps', 2]]);
    const pods = await agent.podHistory(view, cartRef, 'memory.working_set', fromMs, toMs, stepMs, never);
    expect(pods.map(({ key, points }) => [key.pod, points[0]?.value])).toEqual(
      expect.arrayContaining([
        ['cart-1', 3],
        ['cart-gone', 7],
      ]),
    );
    expect(pods).toHaveLength(2);
  });

  it('takes a query that is too long for an address', async () => {
    const client = createPrometheusClient({ url: prometheus.url, wall });
    const query = `workqueue_depth{pod=~"cart-1|${'x'.repeat(3_000)}"}`;
    await vi.waitFor(async () => {
      expect(await client.instant(query, null, new Map(), never)).toMatchObject({ rows: [{ value: 3 }] });
    }, 20_000);
  });

  it('says what it cannot evaluate', async () => {
    const client = createPrometheusClient({ url: prometheus.url, wall });
    expect(await client.instant('rate(workqueue_depth)', null, new Map(), never)).toEqual({
      refused: expect.stringMatching(/^it answers 400: says .*expected type range vector/) as unknown,
    });
  });
});
