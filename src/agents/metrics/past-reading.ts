// Reads a long past part by part and says of which signals it could not: a server that is slow or away costs what was not read, never what was.
import type { PartOfPast, SignalId } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { Measure } from './measure.ts';
import { type Answer, answeredOf, type MetricsSource, type RangeContext, type RangeRow } from './metrics-source.ts';
import { pastOf } from './past.ts';
import { type AskedTogether, partsOfPast } from './past-parts.ts';
import { isServerAway } from './server-away.ts';
import { needsOf } from './signal-definition.ts';

type Answers = ReadonlyMap<string, Answer<RangeRow>>;
type Range = NonNullable<MetricsSource['range']>;

type Asked = AskedTogether & {
  /** Window of the live rates, for which weights are told. */
  readonly windowMs: number;
  /** Histories of pods of one workload in place of workloads. */
  readonly podsOf?: ObjectRef;
};

const late = 'there was no time left to read it';

/** After `context.signal` aborted nothing more is asked; a source that is away for all of the first part is not asked for the others. */
export async function* readPast(range: Range, asked: Asked, context: RangeContext): AsyncGenerator<PartOfPast> {
  const { view, toMs, stepMs, signal } = context;
  const fromMs = Math.ceil(context.fromMs / stepMs) * stepMs;
  const length = Math.max(0, Math.floor((toMs - fromMs) / stepMs) + 1);
  const grid = { fromMs, stepMs, length, windowMs: asked.windowMs };
  const options = asked.podsOf === undefined ? {} : { podsOf: asked.podsOf };
  let hopeless: string | null = null;
  for (const [at, part] of partsOfPast(asked.signals, asked.measures).entries()) {
    const answers: Answers =
      hopeless === null ? await answersInTime(range, part, { ...context, fromMs }) : refusals(part, hopeless);
    const rows = answeredOf(part.measures, answers);
    const unread = unreadOf(part, answers);
    const isAway = at === 0 && part.measures.every(({ id }) => isServerAway(answers.get(id)));
    if (signal.aborted || isAway) hopeless = [...unread.values()][0] ?? late;
    yield {
      signals: part.signals.map((one) => one.id),
      histories: pastOf(view, rows, part.signals, grid, options),
      unread,
    };
  }
}

async function answersInTime(range: Range, part: AskedTogether, context: RangeContext): Promise<Answers> {
  try {
    return await range(part.measures, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return refusals(part, late);
  }
}

function refusals({ measures }: { readonly measures: readonly Measure[] }, unreadable: string): Answers {
  return new Map(measures.map(({ id }) => [id, { unreadable }]));
}

function unreadOf({ signals, measures }: AskedTogether, answers: Answers): ReadonlyMap<SignalId, string> {
  const unread = new Map<SignalId, string>();
  for (const signal of signals) {
    const needs = new Set(needsOf(signal));
    for (const { id, gives } of measures) {
      const answer = answers.get(id);
      if (needs.has(gives) && answer !== undefined && 'unreadable' in answer) unread.set(signal.id, answer.unreadable);
    }
  }
  return unread;
}
