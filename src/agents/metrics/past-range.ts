// Reads one measure over a long past, newest first, in stretches as long as the rows that really come allow: what the server adds up takes few of them.
import type { LabelPlan } from './prometheus-answer.ts';
import { joinedRows, type Past, type RangeReader, type Rows, type Stretch } from './range-reader.ts';

/** Points that one answer may hold, so that it stays near 10 MB. */
const pointsPerAnswer = 250_000;
/** A first stretch tells how many rows there are: shorter than this it would ask too often, however many are feared. */
const leastFirstSteps = 12;

/** `rowsAtMost` is what a first answer may have. A stretch that cannot be read makes the whole unreadable. */
export async function readRange(
  reader: RangeReader,
  query: string,
  { fromMs, toMs, stepMs }: Stretch,
  signal: AbortSignal,
  about: { readonly labels: LabelPlan; readonly rowsAtMost: number },
): Promise<Past> {
  const parts: Rows[] = [];
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  let endMs = Math.floor(toMs / stepMs) * stepMs;
  let steps = Math.max(leastFirstSteps, stepsFor(about.rowsAtMost));
  while (endMs >= firstMs) {
    const startMs = Math.max(firstMs, endMs - (steps - 1) * stepMs);
    const part = await reader.read(query, { fromMs: startMs, toMs: endMs, stepMs }, signal, about.labels);
    if ('unreadable' in part) return part;
    parts.unshift(part);
    steps = stepsFor(part.rows.length);
    endMs = startMs - stepMs;
  }
  return joinedRows(parts);
}

function stepsFor(rows: number): number {
  return Math.max(1, Math.floor(pointsPerAnswer / Math.max(1, rows)));
}
