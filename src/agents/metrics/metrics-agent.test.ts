import { describe, expect, it } from 'vitest';
import { historiesOf } from '../../../test/builders/past.ts';
import { aDeployment, aNode, aPod, aService, atMs, aView, replicaSetOf } from '../../../test/builders/view.ts';
import { steppedClock } from '../../clock.ts';
import { paceOf } from '../../model/pace.ts';
import { apiServerRef, type Observation, type SignalId } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import { catalogue } from './catalogue.ts';
import { createMetricsAgent } from './metrics-agent.ts';
import {
  type Answer,
  type MetricsSource,
  type RangeContext,
  type RangeRow,
  rowLabels,
  type Row,
  type RowLabels,
} from './metrics-source.ts';
import { noUserSignals, type UserSignals } from './user-signals.ts';
import { readSignalFile } from './signal-file.ts';

const never = new AbortController().signal;
const cart = aDeployment();
const pay = aDeployment({ name: 'pay' });
const carts = [1, 2].map((at) => aPod({ owner: replicaSetOf(cart), name: `cart-${at}` }));
const view = aView({
  Deployment: [cart, pay],
  ReplicaSet: [replicaSetOf(cart), replicaSetOf(pay)],
  Pod: [...carts, aPod({ owner: replicaSetOf(pay), name: 'pay-1' })],
  Node: [aNode()],
  Service: [aService('pay')],
});
const cartRef: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const payRef: ObjectRef = { ...cartRef, name: 'pay' };
const nodeRef: ObjectRef = { kind: 'Node', namespace: '', name: 'node-1' };

type Answers = Readonly<Record<string, Answer<Row>>>;
const row = (labels: Partial<RowLabels>, value: number): Row => ({
  labels: rowLabels({ namespace: 'shop', ...labels }),
  value,
});
const rows = (...some: readonly Row[]): Answer<Row> => ({ rows: some });
const nothing: Answer<Row> = { rows: [] };

/** Answers what it is told and nothing of the rest; remembers what it was asked. */
function aSource(answers: () => Answers, range?: NonNullable<MetricsSource['range']>) {
  const asked: string[][] = [];
  const source: MetricsSource = {
    name: 'prometheus',
    read: (measures) => {
      asked.push(measures.map((one) => one.id));
      return Promise.resolve(new Map(measures.map(({ id }) => [id, answers()[id] ?? nothing])));
    },
    ...(range === undefined ? {} : { range }),
  };
  return { source, asked };
}

function anAgent(source: MetricsSource | null, userSignals: UserSignals = noUserSignals) {
  const clock = steppedClock(atMs);
  const sources = source === null ? [] : [source];
  return { clock, agent: createMetricsAgent({ sources, catalogue, clock, pace: paceOf(1), userSignals }) };
}

const observed = async (answers: Answers, userSignals?: UserSignals): Promise<Observation> =>
  await anAgent(aSource(() => answers).source, userSignals).agent.observe(view, never);
const valueOf = (observation: Observation, signal: SignalId, of = cartRef, pod?: string): number | undefined =>
  observation.samples.find(
    ({ key }) => key.signal === signal && key.of.name === of.name && key.of.kind === of.kind && key.pod === pod,
  )?.value;

describe('one observation', () => {
  it('adds pods up to their workload and keeps them apart', async () => {
    const seen = await observed({ cpu: rows(row({ pod: 'cart-1' }, 0.5), row({ pod: 'cart-2' }, 0.25)) });
    expect(valueOf(seen, 'cpu.usage')).toBe(0.75);
    expect(valueOf(seen, 'cpu.usage', cartRef, 'cart-2')).toBe(0.25);
  });

  it('says the same whether a source keeps the labels of its series or makes them anew', async () => {
    const kept = rowLabels({ namespace: 'shop', pod: 'cart-1' });
    const gone = rowLabels({ namespace: 'shop', pod: 'nobody-1' });
    const answers = (labels: () => readonly [RowLabels, RowLabels]): Answers => ({
      received: rows(...labels().map((one) => ({ labels: one, value: 3 }))),
      sent: rows(...labels().map((one) => ({ labels: one, value: 5 }))),
    });
    const fromKept = await observed(answers(() => [kept, gone]));
    expect(fromKept).toEqual(await observed(answers(() => [{ ...kept }, { ...gone }])));
    expect([valueOf(fromKept, 'network.receive'), valueOf(fromKept, 'network.transmit')]).toEqual([3, 5]);
  });

  it('names a series by one and the same key in each observation, and carries no value over', async () => {
    let answers: Answers = { cpu: rows(row({ pod: 'cart-1' }, 0.5)), received: rows(row({ pod: 'cart-1' }, 9)) };
    const { agent, clock } = anAgent(aSource(() => answers).source);
    const find = (seen: Observation, pod?: string) =>
      seen.samples.find(({ key }) => key.signal === 'cpu.usage' && key.pod === pod);
    const first = await agent.observe(view, never);
    clock.advance(60_000);
    answers = { cpu: rows(row({ pod: 'cart-1' }, 0.7)) };
    const second = await agent.observe(view, never);
    expect([undefined, 'cart-1'].map((pod) => find(second, pod)?.key === find(first, pod)?.key)).toEqual([true, true]);
    expect([find(first)?.value, find(second)?.value]).toEqual([0.5, 0.7]);
    expect(valueOf(second, 'network.receive')).toBeUndefined();
  });

  it('takes the fullest of what has a capacity, never their sum', async () => {
    const seen = await observed({ threads: rows(row({ pod: 'cart-1' }, 0.5), row({ pod: 'cart-2' }, 0.25)) });
    expect(valueOf(seen, 'pids')).toBe(0.5);
  });

  it('counts a workload by the first metric name that it has, each by its own', async () => {
    const seen = await observed({
      requests: rows(row({ pod: 'cart-1', code: '200' }, 10)),
      'requests, Istio': rows(
        row({ workload: 'cart', code: '200' }, 11),
        row({ workload: 'pay', code: '200' }, 6),
        row({ workload: 'pay', code: '503' }, 2),
      ),
      'requests, nginx ingress': rows(row({ service: 'pay', code: '200' }, 90)),
    });
    expect([valueOf(seen, 'sli.rps'), valueOf(seen, 'sli.rps', payRef)]).toEqual([10, 8]);
    expect([valueOf(seen, 'sli.err'), valueOf(seen, 'sli.err', payRef)]).toEqual([0, 0.25]);
  });

  it('finds the workload behind the Service of an ingress', async () => {
    const seen = await observed({ 'requests, nginx ingress': rows(row({ service: 'pay', code: '500' }, 4)) });
    expect(valueOf(seen, 'sli.err', payRef)).toBe(1);
  });

  it('counts faults of a gRPC server, not those of its caller', async () => {
    const codes = { OK: 6, NotFound: 2, Unavailable: 1, DeadlineExceeded: 1 };
    const seen = await observed({
      'requests, gRPC': rows(...Object.entries(codes).map(([code, value]) => row({ pod: 'cart-1', code }, value))),
    });
    expect(valueOf(seen, 'sli.err')).toBeCloseTo(0.2);
  });

  it('reads buckets in milliseconds as seconds, and both quantiles of them', async () => {
    const bounds = { '100': 50, '200': 100, '+Inf': 100 };
    const seen = await observed({
      'buckets, Istio': rows(...Object.entries(bounds).map(([le, value]) => row({ workload: 'cart', le }, value))),
    });
    expect(valueOf(seen, 'sli.latency_p50')).toBeCloseTo(0.1);
    expect(valueOf(seen, 'sli.latency')).toBeCloseTo(0.198);
  });

  it('tells errors and drops as shares of packets', async () => {
    const of = (value: number) => rows(row({ pod: 'cart-1' }, value));
    const seen = await observed({ packets: of(1_000), 'packet errors': of(5), 'packet drops': of(20) });
    expect([valueOf(seen, 'network.errors'), valueOf(seen, 'network.drops')]).toEqual([0.005, 0.02]);
  });

  it('finds a node by its address, and the API server by nothing', async () => {
    const seen = await observed({
      'tracked connections': rows(row({ namespace: '', node: '127.0.0.1:9100' }, 0.4)),
      'API server buckets': rows(
        row({ namespace: '', le: '1' }, 90),
        row({ namespace: '', le: '2' }, 100),
        row({ namespace: '', le: '+Inf' }, 100),
      ),
    });
    expect(valueOf(seen, 'node.connections', nodeRef)).toBe(0.4);
    expect(valueOf(seen, 'apiserver.latency', apiServerRef)).toBeCloseTo(1.9);
    expect(valueOf(seen, 'sli.latency', apiServerRef)).toBeUndefined();
  });

  it('does not know what is bad when it is low from an answer in part', async () => {
    const part: Answer<Row> = {
      ...rows(row({ pod: 'cart-1', code: '500' }, 10)),
      isPartial: true,
      note: 'it warns: …',
    };
    const seen = await observed({ requests: part });
    expect([valueOf(seen, 'sli.rps'), valueOf(seen, 'sli.err')]).toEqual([undefined, 1]);
    expect(seen.missing).toContainEqual(
      expect.objectContaining({
        capability: 'request rate and error ratio',
        reason: 'Prometheus: not whole: it warns: …',
      }),
    );
  });

  it('tells with its cost what many clusters lack, and does not take it for a fault of the source', async () => {
    const seen = await observed({
      cpu: rows(row({ pod: 'cart-1' }, 0.5)),
      'node disk, cadvisor': rows(row({ namespace: '', node: 'node-1' }, 0.5)),
    });
    expect(seen.absent).toContainEqual({
      capability: 'connection pools',
      cost: 'a pool that runs empty is seen by latency only',
    });
    expect(seen.absent?.map((one) => one.capability)).not.toContain('disks of nodes');
    expect(seen.missing.map((one) => one.capability)).toEqual(['request rate and error ratio', 'latency']);
  });

  it('does not miss a metric name where another one serves', async () => {
    const seen = await observed({
      cpu: rows(row({ pod: 'cart-1' }, 0.5)),
      'requests, OpenTelemetry': rows(row({ pod: 'cart-1', code: '200' }, 10)),
    });
    expect(seen.missing.map((one) => one.capability)).not.toContain('request rate and error ratio');
    expect(seen.missing.map((one) => one.capability)).toContain('latency');
  });
});

describe('the queries of a cycle', () => {
  it('leave out for ten minutes what many clusters lack and nothing has', async () => {
    const { source, asked } = aSource(() => ({ cpu: rows(row({ pod: 'cart-1' }, 1)) }));
    const { agent, clock } = anAgent(source);
    const all = await agent.observe(view, never);
    clock.advance(9 * 60_000);
    const few = await agent.observe(view, never);
    clock.advance(60_000);
    await agent.observe(view, never);
    expect(asked.map((one) => one.length)).toEqual([all.sources[1]?.asked, few.sources[1]?.asked, asked[0]?.length]);
    expect(asked[1]).toEqual(expect.arrayContaining(['cpu', 'requests', 'buckets', 'packets']));
    expect(asked[1]?.length).toBeLessThan(15);
    expect(asked[0]?.length).toBeLessThan(50);
  });

  it('ask on for what was there once and could not be read', async () => {
    const answers: { now: Answers } = { now: { threads: rows(row({ pod: 'cart-1' }, 0.5)) } };
    const { source, asked } = aSource(() => answers.now);
    const { agent, clock } = anAgent(source);
    await agent.observe(view, never);
    answers.now = { threads: { unreadable: 'it answers 503' } };
    clock.advance(60_000);
    await agent.observe(view, never);
    clock.advance(60_000);
    await agent.observe(view, never);
    expect(asked.map((one) => one.includes('threads'))).toEqual([true, true, true]);
  });

  it('are none without a source, and that is said', async () => {
    const seen = await anAgent(null).agent.observe(view, never);
    expect(seen.missing).toMatchObject([{ capability: 'metrics' }]);
    expect(valueOf(seen, 'ready')).toBe(2);
  });
});

describe('a signal of a user', () => {
  const text = `signals:
  - { name: waiting, query: orders, of: { namespace: ns, pod: pod_name }, unit: count, direction: up, floor: { absolute: 5 } }
  - { name: heat, query: temperature, of: { node: instance }, unit: count, direction: up, floor: { absolute: 5 } }
`;
  const read = readSignalFile(text);
  const declared: UserSignals = {
    ...noUserSignals,
    current: () => ('signals' in read ? read.signals : []),
    problems: () => [{ capability: 'changed signals of users', reason: 'line 3', cost: 'the former ones' }],
  };

  it('goes the way of the built-in ones: workload, pod and node', async () => {
    const seen = await observed(
      {
        'custom.waiting': rows(row({ pod: 'cart-1' }, 7), row({ pod: 'cart-2' }, 2)),
        'custom.heat': rows(row({ namespace: '', node: '127.0.0.1:9100' }, 60)),
      },
      declared,
    );
    expect([valueOf(seen, 'custom.waiting'), valueOf(seen, 'custom.waiting', cartRef, 'cart-2')]).toEqual([9, 2]);
    expect(valueOf(seen, 'custom.heat', nodeRef)).toBe(60);
  });

  it('is missed with its name when it cannot be read, and a broken file is told', async () => {
    const seen = await observed({ 'custom.waiting': { unreadable: 'it answers 422: says no' } }, declared);
    expect(seen.missing).toEqual(
      expect.arrayContaining([
        { capability: 'changed signals of users', reason: 'line 3', cost: 'the former ones' },
        {
          capability: 'the signal waiting',
          reason: 'Prometheus: it answers 422: says no',
          cost: 'what its author wants to see is not seen',
        },
      ]),
    );
  });

  it('has a past', async () => {
    const { source } = aSource(
      () => ({}),
      (measures) =>
        Promise.resolve(new Map(measures.map(({ id }) => [id, past(id === 'custom.waiting' ? 'cart-1' : 'gone')]))),
    );
    const { agent } = anAgent(source, declared);
    const found = await historiesOf(agent.past(view, atMs - hourMs, atMs, quarterMs, never));
    expect(found.map((one) => one.key)).toContainEqual({
      signal: 'custom.waiting',
      of: cartRef,
    });
  });
});

const hourMs = 3_600_000;
const quarterMs = 900_000;

function past(pod: string, labels: Partial<RowLabels> = {}): Answer<RangeRow> {
  const points = [3, 2, 1, 0].map((back) => ({ atMs: atMs - back * quarterMs, value: 10 - back }));
  return { rows: [{ labels: rowLabels({ namespace: 'shop', pod, ...labels }), points }] };
}

describe('the past', () => {
  const asking = (answers: Readonly<Record<string, Answer<RangeRow>>>) => {
    const contexts: { readonly ids: readonly string[]; readonly context: RangeContext }[] = [];
    const { source } = aSource(
      () => ({}),
      (measures, context) => {
        contexts.push({ ids: measures.map((one) => one.id), context });
        return Promise.resolve(new Map(measures.map(({ id }) => [id, answers[id] ?? { rows: [] }])));
      },
    );
    return { agent: anAgent(source).agent, contexts };
  };

  it('of some series asks for their measures and workloads alone, and answers them alone', async () => {
    const rowsOfBoth = { rows: [...rangeRows('cart-1'), ...rangeRows('pay-1')] };
    const { agent, contexts } = asking({ cpu: rowsOfBoth });
    const only = [{ signal: 'cpu.usage', of: cartRef }] as const;
    const found = await historiesOf(agent.past(view, atMs - hourMs, atMs, quarterMs, never, only));
    expect(contexts[0]?.ids).toEqual(['cpu']);
    expect(contexts[0]?.context.only).toEqual(new Map([['shop', ['cart']]]));
    expect(found.map((one) => one.key)).toEqual([{ signal: 'cpu.usage', of: cartRef }]);
    expect(found[0]?.points.map((one) => one.value)).toEqual([7, 8, 9, 10]);
  });

  it('of pods keeps each apart, one that is gone too where the server knows its owner', async () => {
    const owner = { workload: 'cart', workloadType: 'deployment' };
    const { agent, contexts } = asking({
      cpu: { rows: [...rangeRows('cart-1'), ...rangeRows('cart-gone', owner), ...rangeRows('pay-1')] },
    });
    const found = await agent.podHistory(view, cartRef, 'cpu.usage', atMs - hourMs, atMs, quarterMs, never);
    expect(found.map((one) => one.key)).toEqual([
      { signal: 'cpu.usage', of: cartRef, pod: 'cart-1' },
      { signal: 'cpu.usage', of: cartRef, pod: 'cart-gone' },
    ]);
    expect(contexts[0]?.context).toMatchObject({ byPod: true, only: new Map([['shop', ['cart']]]) });
  });

  it('of pods is empty for a source without a past, for signals of the API and for nodes', async () => {
    const without = anAgent(aSource(() => ({})).source).agent;
    const { agent, contexts } = asking({});
    const ask = async (which: typeof agent, signal: SignalId) =>
      await which.podHistory(view, cartRef, signal, atMs - hourMs, atMs, quarterMs, never);
    expect(await ask(without, 'cpu.usage')).toEqual([]);
    expect([await ask(agent, 'restarts'), await ask(agent, 'node.cpu')]).toEqual([[], []]);
    expect(contexts).toEqual([]);
  });
});

function rangeRows(pod: string, labels: Partial<RowLabels> = {}): readonly RangeRow[] {
  const answer = past(pod, labels);
  return 'rows' in answer ? answer.rows : [];
}
