// Lets the product's own metrics agent read the past as if it were now: each read is answered out of a stretch that was fetched with the live queries.
import { labelPlan, type LabelMatch, type Measure } from '../agents/metrics/measure.ts';
import type { Answer, MetricsSource, RangeRow, Row, RowLabels } from '../agents/metrics/metrics-source.ts';
import { liveQuery } from '../agents/metrics/promql.ts';
import type { RangeReader, Stretch } from '../agents/metrics/range-reader.ts';

export type PastSourceOptions = {
  readonly reader: RangeReader;
  readonly stepMs: number;
  /** Nothing after it is fetched. */
  readonly untilMs: number;
  /** Matchers that only series of this cluster satisfy. */
  readonly selector: readonly LabelMatch[];
  /** How the past of days is read, for what is learned before the first cycle. */
  readonly range: NonNullable<MetricsSource['range']>;
};

type Trouble = { readonly what: string; readonly reason: string; readonly fromMs: number };

export type PastSource = MetricsSource & {
  /** Stretches of measures that could not be read whole, in the order in which they came. */
  readonly trouble: () => readonly Trouble[];
};

type Column = { readonly labels: RowLabels; readonly values: Float64Array };
type Columns = { readonly columns: readonly Column[]; readonly isPartial: boolean } | { readonly unreadable: string };

const mostTrouble = 500;
const firstSteps = 60;
const leastSteps = 15;
const mostSteps = 720;
/** Points of all measures that are held at once: eight bytes each. */
const mostPoints = 2_000_000;

/** Reads must come in the order of time, on multiples of the step. */
export function createPastSource(options: PastSourceOptions): PastSource {
  const { reader, stepMs, untilMs, selector, range } = options;
  const trouble: Trouble[] = [];
  let stretch: Stretch | null = null;
  /** By measure, filled as they are asked for: what nothing has is asked for now and then only. */
  const held = new Map<string, Columns>();

  const begin = (fromMs: number): Stretch => {
    const steps = stretch === null ? firstSteps : stepsFor(held.values());
    held.clear();
    return { fromMs, toMs: Math.min(untilMs, fromMs + (steps - 1) * stepMs), stepMs };
  };

  const load = async (measure: Measure, of: Stretch, windowMs: number, signal: AbortSignal): Promise<Columns> => {
    const past = await reader.read(
      liveQuery({ ...measure, everywhere: selector }, windowMs),
      of,
      signal,
      labelPlan(measure),
    );
    const reasons = 'unreadable' in past ? [past.unreadable] : past.warnings;
    for (const reason of reasons)
      if (trouble.length < mostTrouble) trouble.push({ what: measure.capability, reason, fromMs: of.fromMs });
    if ('unreadable' in past) return past;
    return { columns: past.rows.map((row) => columnOf(row, of)), isPartial: past.isPartial };
  };

  return {
    name: 'prometheus',
    range,
    trouble: () => trouble,
    async read(measures, { atMs, windowMs, signal }) {
      if (stretch === null || atMs > stretch.toMs || atMs < stretch.fromMs) stretch = begin(atMs);
      const slot = Math.round((atMs - stretch.fromMs) / stepMs);
      const answers = new Map<string, Answer<Row>>();
      for (const measure of measures) {
        const known = held.get(measure.id) ?? (await load(measure, stretch, windowMs, signal));
        held.set(measure.id, known);
        answers.set(measure.id, answerAt(known, slot));
      }
      return answers;
    },
  };
}

function answerAt(known: Columns, slot: number): Answer<Row> {
  if ('unreadable' in known) return known;
  const rows: Row[] = [];
  for (const { labels, values } of known.columns) {
    const value = values[slot];
    if (value !== undefined && !Number.isNaN(value)) rows.push({ labels, value });
  }
  return known.isPartial ? { rows, isPartial: true } : { rows };
}

function columnOf(row: RangeRow, stretch: Stretch): Column {
  const values = new Float64Array(Math.round((stretch.toMs - stretch.fromMs) / stretch.stepMs) + 1).fill(Number.NaN);
  for (const { atMs, value } of row.points) values[Math.round((atMs - stretch.fromMs) / stretch.stepMs)] = value;
  return { labels: row.labels, values };
}

/** As long a stretch as fits, taken from how many rows the last one had. */
function stepsFor(before: Iterable<Columns>): number {
  let rows = 0;
  for (const one of before) rows += 'unreadable' in one ? 0 : one.columns.length;
  return Math.max(leastSteps, Math.min(mostSteps, Math.floor(mostPoints / Math.max(1, rows))));
}
