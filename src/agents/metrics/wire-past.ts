// Reads range answers into rows of points as their bytes arrive, so that neither the text of an answer nor its JSON is ever held.
import { labelsThrough, type RangeRow, type RowLabels } from './metrics-source.ts';
import { type Decoded, isInPart, type LabelPlan } from './prometheus-answer.ts';
import type { HashKey } from './wire-hash.ts';
import { createWireMatrixReader } from './wire-matrix.ts';
import { createSeriesTable } from './wire-series.ts';

/** One answer: its bytes in any pieces, then its rows in its own order. */
export type PastReading = {
  /** False when the rest need not be read. */
  write(chunk: Uint8Array): boolean;
  end(): Decoded<RangeRow>;
};

/** The past is read now and then, and no two answers need know each other's series: nothing is kept. */
export function startWirePast(query: string, labels: LabelPlan, key: HashKey, mostSeries: number): PastReading {
  const labelsOf: RowLabels[] = [];
  const admit = (found: Readonly<Record<string, string>>): number =>
    labelsOf.push(labelsThrough(labels, (name) => found[name] ?? '')) - 1;
  const matrix = createWireMatrixReader({ table: createSeriesTable(), key, admit }, mostSeries);
  matrix.start(query);
  return {
    write: (chunk) => matrix.write(chunk),
    end() {
      const read = matrix.end();
      if ('refused' in read) return read;
      const { runs, timesMs, values, dropped, warnings, isPartial } = read;
      const rows = runs.map(({ slot, start, end }): RangeRow => ({
        labels: labelsOf[slot]!,
        points: Array.from({ length: end - start }, (_one, at) => ({
          atMs: timesMs[start + at]!,
          value: values[start + at]!,
        })),
      }));
      return { rows, dropped, warnings, isPartial: isInPart(isPartial, warnings) };
    },
  };
}
