// The metrics agent: reads its sources, joins what they tell to workloads, and says what it could not see.
import type { Clock } from '../../clock.ts';
import type { Pace } from '../../model/pace.ts';
import { scaled } from '../../model/pace.ts';
import type { Observation, Sample } from '../../model/signal.ts';
import type { ClusterView } from '../../model/view.ts';
import { apiSamples } from './api-samples.ts';
import { type MeasureId, measures, type SignalDefinition } from './catalogue.ts';
import { joinRows } from './joined-rows.ts';
import type { MetricsAgent } from './metrics-agent-port.ts';
import type { Answer, MetricsSource, RangeRow, Row } from './metrics-source.ts';
import { missingFrom, noSource } from './missing.ts';
import { createOwnerMemory } from './owner-memory.ts';
import { pastOf } from './past.ts';
import { createRestartCounter } from './restart-counter.ts';
import { samplesOf } from './totals.ts';

export type MetricsAgentPorts = {
  /** In order: the next is asked only when one cannot read anything. */
  readonly sources: readonly MetricsSource[];
  readonly catalogue: readonly SignalDefinition[];
  /** Cluster time. */
  readonly clock: Clock;
  readonly pace: Pace;
};

const restartWindowMs = 10 * 60_000;

export function createMetricsAgent({ sources, catalogue, clock, pace }: MetricsAgentPorts): MetricsAgent {
  const restarts = createRestartCounter(scaled(pace, restartWindowMs));
  const wanted = measures.filter(({ id }) => catalogue.some((one) => one.needs.includes(id)));
  const signals = catalogue.filter((one) => one.needs.length > 0).map((one) => one.id);
  const owners = createOwnerMemory(pace.rateWindowMs * 2);
  const newest = new Map<MetricsSource['name'], number>();

  return {
    async observe(view, signal) {
      const atMs = clock.now();
      owners.see(view, atMs);
      const samples = apiSamples(view, restarts, atMs);
      const seen: Observation['sources'][number][] = [{ source: 'api', newestMs: view.asOfMs }];
      const missing: Observation['missing'][number][] = sources.length === 0 ? [noSource] : [];
      for (const source of sources) {
        const answers = await source.read(wanted, { view, atMs, windowMs: pace.rateWindowMs, signal });
        const rows = rowsOf<Row>(answers);
        missing.push(...missingFrom(source.name, wanted, answers));
        // A rate is fresh by itself; a gauge may be an old value that the server still shows.
        if (wanted.some(({ id, kind }) => kind === 'counter' && (rows.get(id)?.length ?? 0) > 0))
          newest.set(source.name, atMs);
        seen.push({ source: source.name, newestMs: newest.get(source.name) ?? null });
        if (rows.size === 0) continue;
        for (const sample of joined(view, rows, atMs)) samples.push(sample);
        break;
      }
      return { atMs, samples, sources: seen, missing };
    },

    async history(view, fromMs, toMs, stepMs, signal) {
      for (const source of sources) {
        if (source.range === undefined) continue;
        const start = Math.ceil(fromMs / stepMs) * stepMs;
        const answers = await source.range(wanted, { view, fromMs: start, toMs, stepMs, signal });
        const length = Math.max(0, Math.floor((toMs - start) / stepMs) + 1);
        return pastOf(view, rowsOf<RangeRow>(answers), catalogue, { fromMs: start, stepMs, length });
      }
      return [];
    },
  };

  function joined(view: ClusterView, rows: ReadonlyMap<MeasureId, readonly Row[]>, atMs: number): Sample[] {
    const windowS = pace.rateWindowMs / 1000;
    const { workloads, pods, nodes } = joinRows(view, owners, rows);
    const found: Sample[] = [];
    for (const { of, totals } of workloads.values()) found.push(...samplesOf({ of }, totals, signals, atMs, windowS));
    for (const { of, pod, totals } of pods.values())
      found.push(...samplesOf({ of, pod }, totals, signals, atMs, windowS));
    for (const { metadata } of view.nodes) {
      const totals = nodes.get(metadata.name);
      const of = { kind: 'Node', namespace: '', name: metadata.name };
      if (totals !== undefined) found.push(...samplesOf({ of }, totals, signals, atMs, windowS));
    }
    return found;
  }
}

function rowsOf<Found>(answers: ReadonlyMap<string, Answer<Found>>): Map<MeasureId, readonly Found[]> {
  const rows = new Map<MeasureId, readonly Found[]>();
  for (const { id } of measures) {
    const answer = answers.get(id);
    if (answer !== undefined && 'rows' in answer) rows.set(id, answer.rows);
  }
  return rows;
}
