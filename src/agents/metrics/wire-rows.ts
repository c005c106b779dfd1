// Reads instant answers into rows as their bytes arrive. A series that was there before keeps its labels, and equal labels of
// different queries are one object: a cycle makes text for new series alone, and who reads the rows may know labels by identity.
import { labelsThrough, type Row, type RowLabels } from './metrics-source.ts';
import { type Decoded, isInPart, type LabelPlan } from './prometheus-answer.ts';
import { createWireColumns } from './wire-columns.ts';
import type { HashKey } from './wire-hash.ts';
import { createSeriesTable } from './wire-series.ts';
import { createWireVectorReader } from './wire-vector.ts';

/** One answer: its bytes in any pieces, then its rows in its own order. */
export type RowReading = {
  /** False when the rest need not be read. */
  write(chunk: Uint8Array): boolean;
  end(): Decoded<Row>;
  /** Nobody wants it any more; after the end it does nothing. */
  drop(): void;
};

export type WireRows = {
  /** Several answers may be read at the same time, and of one query too. */
  start(query: string, labels: LabelPlan): RowReading;
  /** Series whose labels are remembered. */
  readonly size: () => number;
};

export type WireRowsOptions = {
  /** Secret of the hash by which series are known. */
  readonly key: HashKey;
  /** Series of one answer, at most. */
  readonly mostSeries: number;
  /** A series that so many answers to any query came without is forgotten. */
  readonly keptAnswers?: number;
};

/** Some tens of queries make a cycle: what is gone is forgotten within the hour. */
const usuallyKept = 2_000;
/** Of so many answers' worth the labels are kept; when more have come and gone, all are met anew. */
const answersOfLabels = 6;
const firstSlots = 1_024;

/** Rows of the answer that is being read, and where its labels are. */
type Answer = { labels: LabelPlan; rows: Row[] };
type Reader = { readonly answer: Answer; readonly vector: ReturnType<typeof createWireVectorReader> };

export function createWireRows({ key, mostSeries, keptAnswers = usuallyKept }: WireRowsOptions): WireRows {
  const table = createSeriesTable();
  const mostKept = answersOfLabels * mostSeries;
  const columns = createWireColumns(firstSlots);
  const labelsOf: (RowLabels | null)[] = [];
  const idle: Reader[] = [];
  const underWay = new Set<string>();
  let free: number[] = [];
  let equal = new Map<string, RowLabels>();
  let sweptAt = 0;

  const oneOf = (labels: RowLabels): RowLabels => {
    const text = Object.values(labels).join('\u0000');
    const known = equal.get(text);
    if (known === undefined) equal.set(text, labels);
    return known ?? labels;
  };

  const newReader = (): Reader => {
    const answer: Answer = { labels: new Map(), rows: [] };
    const slots = {
      table,
      key,
      admit: (labels: Readonly<Record<string, string>>): number => {
        const slot = free.pop() ?? labelsOf.length;
        labelsOf[slot] = oneOf(labelsThrough(answer.labels, (name) => labels[name] ?? ''));
        return slot;
      },
    };
    const taken = (slot: number): void => {
      const labels = labelsOf[slot];
      if (labels !== null && labels !== undefined) answer.rows.push({ labels, value: columns.values()[slot]! });
    };
    return { answer, vector: createWireVectorReader(slots, columns, { mostSeries, taken }) };
  };

  /** Forgets series that are gone, when none is being read. */
  const sweep = (): void => {
    const newest = columns.newestAnswer();
    const isFull = labelsOf.length - free.length > mostKept;
    if (underWay.size > 0 || (!isFull && newest - sweptAt < keptAnswers / 2)) return;
    sweptAt = newest;
    const seenIn = columns.seenIn();
    const gone = new Set<number>();
    for (const [slot, labels] of labelsOf.entries())
      if (labels !== null && (isFull || newest - (seenIn[slot] ?? 0) > keptAnswers)) gone.add(slot);
    if (gone.size === 0) return;
    table.forget(gone);
    for (const slot of gone) labelsOf[slot] = null;
    free = [...free, ...gone];
    const kept = new Set(labelsOf);
    equal = new Map([...equal].filter(([, labels]) => kept.has(labels)));
  };

  return {
    start(query, labels) {
      const reader = idle.pop() ?? newReader();
      const { answer, vector } = reader;
      // Two answers to one query at once must not take each other's series for their own, twice.
      let name = `${query}\n${planText(labels)}`;
      while (underWay.has(name)) name += '+';
      underWay.add(name);
      answer.labels = labels;
      answer.rows = [];
      vector.start(name);
      let isOver = false;
      const end = (): Decoded<Row> => {
        isOver = true;
        const read = vector.end();
        const { rows } = answer;
        answer.rows = [];
        underWay.delete(name);
        idle.push(reader);
        sweep();
        if ('refused' in read) return read;
        const { dropped, warnings, isPartial } = read;
        return { rows, dropped, warnings, isPartial: isInPart(isPartial, warnings) };
      };
      return { write: (chunk) => vector.write(chunk), end, drop: () => void (isOver || end()) };
    },
    size: () => labelsOf.length - free.length,
  };
}

/** The same query may be asked for with its labels read in other places. */
function planText(labels: LabelPlan): string {
  return JSON.stringify([...labels]);
}
