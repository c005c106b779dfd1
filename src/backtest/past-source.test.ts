import { describe, expect, it } from 'vitest';
import type { Measure } from '../agents/metrics/measure.ts';
import { rowLabels, type Answer, type Row } from '../agents/metrics/metrics-source.ts';
import { aView } from '../../test/builders/view.ts';
import { createPastSource } from './past-source.ts';
import type { Past, RangeReader, Stretch } from '../agents/metrics/range-reader.ts';

const stepMs = 60_000;
const cpu: Measure = {
  id: 'cpu',
  gives: 'cpu',
  metric: 'container_cpu_usage_seconds_total',
  kind: 'counter',
  aggregate: 'sum',
  by: ['namespace', 'pod'],
  from: 'resource',
  capability: 'CPU usage of containers',
  cost: 'saturation is not seen',
};
const memory: Measure = { ...cpu, id: 'memory', gives: 'memory', metric: 'container_memory', kind: 'gauge' };

function aReader(answer: (query: string, stretch: Stretch) => Past) {
  const asked: { query: string; stretch: Stretch }[] = [];
  const reader: RangeReader = {
    read: async (query, stretch) => {
      asked.push({ query, stretch });
      return await Promise.resolve(answer(query, stretch));
    },
  };
  return { reader, asked };
}

/** Minutes since the start as values; the second minute of each stretch is missing. */
const minutes = (_query: string, { fromMs, toMs }: Stretch): Past => {
  const points = Array.from({ length: (toMs - fromMs) / stepMs + 1 }, (_, at) => fromMs + at * stepMs)
    .filter((atMs) => atMs !== fromMs + stepMs)
    .map((atMs) => ({ atMs, value: atMs / stepMs }));
  return { rows: [{ labels: rowLabels({ namespace: 'shop', pod: 'a' }), points }], warnings: [], isPartial: false };
};

function aSource(answer: (query: string, stretch: Stretch) => Past, untilMs = 1_000 * stepMs) {
  const { reader, asked } = aReader(answer);
  const selector = [{ label: 'cluster', op: '=', value: 'prod' }] as const;
  const range = async () => await Promise.resolve(new Map());
  const source = createPastSource({ reader, stepMs, untilMs, selector, range });
  const { signal } = new AbortController();
  const at = async (minute: number, measures: readonly Measure[] = [cpu]): Promise<ReadonlyMap<string, Answer<Row>>> =>
    await source.read(measures, { view: aView({}), atMs: minute * stepMs, windowMs: 120_000, signal });
  return { source, asked, at };
}

const valueIn = (answer: Answer<Row> | undefined): number | undefined =>
  answer !== undefined && 'rows' in answer ? answer.rows[0]?.value : undefined;

describe('the past as a source of the metrics agent', () => {
  it('answers each minute with its own values', async () => {
    const { at } = aSource(minutes);
    expect(valueIn((await at(0)).get('cpu'))).toBe(0);
    expect(valueIn((await at(2)).get('cpu'))).toBe(2);
  });

  it('has no row where the history has none: missing is not zero', async () => {
    const { at } = aSource(minutes);
    await at(0);
    expect((await at(1)).get('cpu')).toEqual({ rows: [] });
  });

  it('asks what a live read asks of this cluster, for a stretch at once', async () => {
    const { at, asked } = aSource(minutes);
    await at(0);
    await at(2);
    await at(59);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.query).toContain('rate(container_cpu_usage_seconds_total{cluster="prod"}[120s])');
  });

  it('reads on where the stretch ends, longer when there are few rows', async () => {
    const { at, asked } = aSource(minutes);
    await at(0);
    await at(60);
    expect(asked.map(({ stretch }) => [stretch.fromMs, stretch.toMs].map((ms) => ms / stepMs))).toEqual([
      [0, 59],
      [60, 779],
    ]);
  });

  it('holds no more points than fit when there are many rows', async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => ({ labels: rowLabels({ pod: `p${at}` }), points: [] }));
    const { at, asked } = aSource(() => ({ rows, warnings: [], isPartial: false }));
    await at(0);
    await at(60);
    expect(((asked[1]?.stretch.toMs ?? 0) - (asked[1]?.stretch.fromMs ?? 0)) / stepMs + 1).toBe(40);
  });

  it('never reads beyond the end', async () => {
    const { at, asked } = aSource(minutes, 10 * stepMs);
    await at(0);
    expect(asked[0]?.stretch.toMs).toBe(10 * stepMs);
  });

  it('fetches a measure that is asked for later for the same stretch', async () => {
    const { at, asked } = aSource(minutes);
    await at(0);
    expect(valueIn((await at(5, [cpu, memory])).get('memory'))).toBe(5);
    expect(asked.map(({ stretch }) => stretch.fromMs)).toEqual([0, 0]);
  });

  it('passes on why a measure cannot be read, and keeps it for the report', async () => {
    const { source, at } = aSource(() => ({ unreadable: 'it answers 500' }));
    expect((await at(0)).get('cpu')).toEqual({ unreadable: 'it answers 500' });
    expect(source.trouble()).toEqual([{ what: cpu.capability, reason: 'it answers 500', fromMs: 0 }]);
  });

  it('says that an answer is partial, so that no sum is trusted to be low', async () => {
    const { source, at } = aSource((query, stretch) => ({
      ...minutes(query, stretch),
      warnings: ['a store is away'],
      isPartial: true,
    }));
    expect((await at(0)).get('cpu')).toMatchObject({ isPartial: true });
    expect(source.trouble()).toHaveLength(1);
  });
});
