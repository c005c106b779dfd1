// Lets the product's own metrics agent read the past as if it were now: each read is answered out of a stretch that was fetched with the live queries.
import type { Measure } from '../agents/metrics/measure.ts';
import type { Answer, MetricsSource, RangeRow, Row, RowLabels } from '../agents/metrics/metrics-source.ts';
import { liveQuery } from '../agents/metrics/promql.ts';
import type { RangeReader, Stretch } from './range-reader.ts';

export type PastSourceOptions = {
  readonly reader: RangeReader;
  readonly stepMs: number;
  /** Nothing after it is fetched. */
  readonly untilMs: number;
  /** How the past of days is read, for what is learned before the first cycle. */
  readonly range: NonNullable<MetricsSource['range']>;
};

export type PastSource = MetricsSource & {
  /** Stretches of measures that could not be read, and warnings of the server, in the order in which they came. */
  readonly trouble: () => readonly { readonly what: string; readonly reason: string; readonly fromMs: number }[];
};

type Column = { readonly labels: RowLabels; readonly values: Float64Array };
type Loaded = Stretch & { readonly columns: ReadonlyMap<string, readonly Column[] | { readonly unreadable: string }> };

const firstSteps = 60;
const mostSteps = 720;
/** Points of all measures that are held at once: eight bytes each. */
const mostPoints = 2_000_000;

/** Reads must come in the order of time, on multiples of the step. */
export function createPastSource({ reader, stepMs, untilMs, range }: PastSourceOptions): PastSource {
  const trouble: { what: string; reason: string; fromMs: number }[] = [];
  let loaded: Loaded | null = null;

  const load = async (
    measures: readonly Measure[],
    fromMs: number,
    windowMs: number,
    signal: AbortSignal,
  ): Promise<Loaded> => {
    const steps = stepsFor(loaded);
    const stretch = { fromMs, toMs: Math.min(untilMs, fromMs + (steps - 1) * stepMs), stepMs };
    // What was held is let go before more comes.
    loaded = null;
    const columns = new Map<string, readonly Column[] | { readonly unreadable: string }>();
    for (const measure of measures) {
      const past = await reader.read(liveQuery(measure, windowMs), stretch, signal);
      if ('unreadable' in past) {
        columns.set(measure.id, past);
        trouble.push({ what: measure.capability, reason: past.unreadable, fromMs });
        continue;
      }
      columns.set(
        measure.id,
        past.rows.map((row) => columnOf(row, stretch)),
      );
      for (const reason of past.warnings) trouble.push({ what: measure.capability, reason, fromMs });
    }
    return { ...stretch, columns };
  };

  return {
    name: 'prometheus',
    range,
    trouble: () => trouble,
    async read(measures, { atMs, windowMs, signal }) {
      if (loaded === null || atMs > loaded.toMs || atMs < loaded.fromMs)
        loaded = await load(measures, atMs, windowMs, signal);
      const slot = Math.round((atMs - loaded.fromMs) / stepMs);
      const answers = new Map<string, Answer<Row>>();
      for (const { id } of measures) {
        const columns = loaded.columns.get(id);
        if (columns === undefined) continue;
        answers.set(id, 'unreadable' in columns ? columns : { rows: rowsAt(columns, slot) });
      }
      return answers;
    },
  };
}

function rowsAt(columns: readonly Column[], slot: number): Row[] {
  const rows: Row[] = [];
  for (const { labels, values } of columns) {
    const value = values[slot];
    if (value !== undefined && !Number.isNaN(value)) rows.push({ labels, value });
  }
  return rows;
}

function columnOf(row: RangeRow, stretch: Stretch): Column {
  const values = new Float64Array(Math.round((stretch.toMs - stretch.fromMs) / stretch.stepMs) + 1).fill(Number.NaN);
  for (const { atMs, value } of row.points) values[Math.round((atMs - stretch.fromMs) / stretch.stepMs)] = value;
  return { labels: row.labels, values };
}

/** As long a stretch as fits, taken from how many rows the last one had. */
function stepsFor(before: Loaded | null): number {
  if (before === null) return firstSteps;
  const rows = [...before.columns.values()].reduce((sum, one) => sum + ('unreadable' in one ? 0 : one.length), 0);
  return Math.max(firstSteps / 4, Math.min(mostSteps, Math.floor(mostPoints / Math.max(1, rows))));
}
