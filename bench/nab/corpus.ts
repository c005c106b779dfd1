// Reads a corpus in NAB's form: CSV files in folders, and the windows that people marked.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { timeOf } from '../../src/detect-csv.ts';
import type { DetectedFile } from '../../src/detect.ts';
import type { ScoredFile } from './scoring.ts';

const labelSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
export type Labels = z.infer<typeof labelSchema>;

export function readLabels(path: string): Labels {
  return labelSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** A file with its windows as rows; throws when a window's end is not a row of the file. */
export function labelled({ file, source }: DetectedFile, scores: Float64Array, labels: Labels): ScoredFile {
  const rowAt = new Map(source.map((row, index) => [row.atMs, index]));
  const windows = (labels[file] ?? []).map(([first, last]) => {
    const rows = [rowAt.get(timeOf(first)), rowAt.get(timeOf(last))] as const;
    if (rows[0] === undefined || rows[1] === undefined) throw new Error(`${file} has no row at ${first} or ${last}`);
    return [rows[0], rows[1]] as const;
  });
  return { name: file, scores, windows };
}
