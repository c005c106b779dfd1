// The metrics agent: reads its sources, joins what they tell to workloads, and says what it could not see.
import type { Clock } from '../../clock.ts';
import type { Pace } from '../../model/pace.ts';
import { scaled } from '../../model/pace.ts';
import {
  type History,
  type Observation,
  type PartOfPast,
  type Sample,
  seriesId,
  type SeriesKey,
} from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { apiSamples } from './api-samples.ts';
import { createJoin } from './joined-rows.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import type { MetricsAgent } from './metrics-agent-port.ts';
import {
  type Answer,
  type Answered,
  answeredOf,
  type MetricsSource,
  type Missing,
  type RangeContext,
  type Row,
} from './metrics-source.ts';
import { absentFrom, missingFrom, noSource } from './missing.ts';
import { createOwnerMemory } from './owner-memory.ts';
import { readPast } from './past-reading.ts';
import { createResting } from './resting.ts';
import { createRestartCounter } from './restart-counter.ts';
import { needsOf, type SignalDefinition } from './signal-definition.ts';
import { createSeriesKeys } from './series-keys.ts';
import { addSamples } from './totals.ts';
import { type UserSignals, noUserSignals } from './user-signals.ts';

export type MetricsAgentPorts = {
  /** In order: the next is asked only when one cannot read anything. */
  readonly sources: readonly MetricsSource[];
  readonly catalogue: readonly SignalDefinition[];
  /** Cluster time. */
  readonly clock: Clock;
  readonly pace: Pace;
  /** Signals that users declared; none when absent. */
  readonly userSignals?: UserSignals;
};

const restartWindowMs = 10 * 60_000;
const pendingMs = 2 * 60_000;
/** How long a measure that nothing has is not asked for again. */
const restMs = 10 * 60_000;

export function createMetricsAgent(ports: MetricsAgentPorts): MetricsAgent {
  const { sources, catalogue, clock, pace, userSignals = noUserSignals } = ports;
  const restarts = createRestartCounter(scaled(pace, restartWindowMs));
  const owners = createOwnerMemory(pace.rateWindowMs * 2);
  const join = createJoin(owners);
  const keys = createSeriesKeys();
  const newest = new Map<MetricsSource['name'], number>();
  const resting = new Map(sources.map((one) => [one, createResting(scaled(pace, restMs))]));

  const signalsNow = (): readonly SignalDefinition[] => [
    ...catalogue,
    ...userSignals.current().map((one) => one.definition),
  ];
  /** In the order in which one name goes before another. */
  const measuresOf = (signals: readonly SignalDefinition[]): readonly Measure[] => {
    const needed = new Set(signals.flatMap(needsOf));
    return [...measures, ...userSignals.current().map((one) => one.measure)].filter(({ gives }) => needed.has(gives));
  };

  return {
    async observe(view, signal) {
      const atMs = clock.now();
      await userSignals.refresh(signal);
      owners.see(view, atMs);
      const signals = signalsNow();
      const all = measuresOf(signals);
      const samples = apiSamples(view, restarts, atMs, scaled(pace, pendingMs), keys);
      const seen: Observation['sources'][number][] = [{ source: 'api', newestMs: view.asOfMs }];
      const missing: Missing[] = [...(sources.length === 0 ? [noSource] : []), ...userSignals.problems()];
      const absent: NonNullable<Observation['absent']>[number][] = [];
      for (const [source, rests] of resting) {
        const asked = rests.due(all, atMs);
        const answers = await source.read(asked, { view, atMs, windowMs: pace.rateWindowMs, signal });
        const rows = answeredOf<Row>(asked, answers);
        for (const measure of asked) rests.note(measure, countOf(answers.get(measure.id)), atMs);
        missing.push(...missingFrom(source.name, asked, answers));
        // A rate is fresh by itself; a gauge may be an old value that the server still shows.
        if (rows.some(([{ kind }, some]) => kind === 'counter' && some.length > 0)) newest.set(source.name, atMs);
        seen.push({ source: source.name, newestMs: newest.get(source.name) ?? null, asked: asked.length });
        if (rows.length === 0) continue;
        const present = new Set(rows.filter(([, some]) => some.length > 0).map(([{ gives }]) => gives));
        absent.push(...absentFrom(rests.absent(all), present));
        for (const sample of joined(view, signals, rows, partialOf(asked, answers), atMs)) samples.push(sample);
        break;
      }
      keys.turn();
      return { atMs, samples, sources: seen, missing, absent };
    },

    past: (view, fromMs, toMs, stepMs, signal, only) => {
      const context = { view, fromMs, toMs, stepMs, signal };
      if (only !== undefined && !('has' in only)) return partsOf(only, context);
      return parts(
        signalsNow().filter(({ id }) => only === undefined || only.has(id)),
        context,
      );
    },

    async podHistory(view, of, id, fromMs, toMs, stepMs, signal) {
      const signals = signalsNow().filter((one) => one.id === id && one.of === 'workload');
      const only = new Map([[of.namespace, [of.name]]]);
      const context: RangeContext = { view, fromMs, toMs, stepMs, signal, only, byPod: true };
      const found: History[] = [];
      for await (const { histories } of parts(signals, context, of)) for (const one of histories) found.push(one);
      signal.throwIfAborted();
      return found;
    },
  };

  async function* partsOf(only: readonly SeriesKey[], context: RangeContext): AsyncGenerator<PartOfPast> {
    const wanted = new Set(only.map((one) => one.signal));
    const ids = new Set(only.map(seriesId));
    const signals = signalsNow().filter(({ id }) => wanted.has(id));
    for await (const part of parts(signals, { ...context, only: workloadsByNamespace(only) }))
      yield { ...part, histories: part.histories.filter(({ key }) => ids.has(seriesId(key))) };
  }

  /** From the first source that has a past. */
  async function* parts(
    signals: readonly SignalDefinition[],
    context: RangeContext,
    podsOf?: ObjectRef,
  ): AsyncGenerator<PartOfPast> {
    const range = sources.find((one) => one.range !== undefined)?.range;
    if (range === undefined) return;
    const asked = { signals, measures: measuresOf(signals), windowMs: pace.rateWindowMs };
    yield* readPast(range, podsOf === undefined ? asked : { ...asked, podsOf }, context);
  }

  function joined(
    view: ClusterView,
    signals: readonly SignalDefinition[],
    rows: Answered<Row>,
    partial: ReadonlySet<string>,
    atMs: number,
  ): Sample[] {
    const windowS = pace.rateWindowMs / 1000;
    // A part that did not answer can only lower a sum: what is bad when it is low is not known from an answer in part.
    const trusted = signals.filter((one) => one.direction === 'up' || !needsOf(one).some((need) => partial.has(need)));
    const byKind = Map.groupBy(trusted, (one) => one.of);
    const { owners: whole, pods } = join(view, rows);
    const found: Sample[] = [];
    for (const { of, totals } of whole.values())
      addSamples(found, keys.of(of), totals, byKind.get(kindOf(of)) ?? [], atMs, windowS);
    const ofPods = byKind.get('workload') ?? [];
    for (const { of, pod, totals } of pods.values()) addSamples(found, keys.of(of, pod), totals, ofPods, atMs, windowS);
    return found;
  }
}

function countOf(answer: Answer<Row> | undefined): number | null {
  if (answer === undefined || 'unreadable' in answer || answer.isWarming === true) return null;
  return answer.rows.length;
}

/** What the measures give of which the answer is only a part. */
function partialOf(asked: readonly Measure[], answers: ReadonlyMap<string, Answer<Row>>): ReadonlySet<string> {
  const partial = new Set<string>();
  for (const { id, gives } of asked) {
    const answer = answers.get(id);
    if (answer !== undefined && 'rows' in answer && answer.isPartial === true) partial.add(gives);
  }
  return partial;
}

function kindOf({ kind, namespace }: ObjectRef): SignalDefinition['of'] {
  return kind === 'Node' && namespace === '' ? 'node' : kind === 'Service' ? 'API server' : 'workload';
}

function workloadsByNamespace(only: readonly SeriesKey[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Set<string>>();
  for (const { of } of only) {
    const known = names.get(of.namespace) ?? new Set<string>();
    names.set(of.namespace, known);
    known.add(of.name);
  }
  return new Map([...names].map(([namespace, some]) => [namespace, [...some]]));
}
