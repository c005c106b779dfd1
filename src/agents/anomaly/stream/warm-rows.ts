// Where series keep their first samples until their scales are set; a row goes back when its series is warm, so the table stays small.
// Free rows are a list in the rows themselves: the kernel takes and gives them back without allocation, in whatever thread it runs.
import type { Bytes } from './layout.ts';
import { scaleSamples } from './parameters.ts';

/** Doubles of a row: the first samples, later the six largest values of each channel. */
export const warmRowLength = scaleSamples;
export const rowBytes = warmRowLength * 8;

export type WarmRows = {
  readonly buffer: Bytes;
  /** Follows the buffer as it grows. Row 0 is the head: next free row, then how many are free. */
  readonly f64: Float64Array;
};

/** An empty table that may grow to `rows`; shared between threads if `shared`. */
export function createWarmRows(rows: number, shared: boolean): WarmRows {
  const maxByteLength = (rows + 1) * rowBytes;
  return openWarmRows(
    shared ? new SharedArrayBuffer(rowBytes, { maxByteLength }) : new ArrayBuffer(rowBytes, { maxByteLength }),
  );
}

export function openWarmRows(buffer: Bytes): WarmRows {
  return { buffer, f64: new Float64Array(buffer) };
}

/** Makes sure that at least `rows` are free, as far as the table may grow. The only call that allocates. */
export function reserveRows(table: WarmRows, rows: number): void {
  const { buffer, f64 } = table;
  const missing = rows - f64[1]!;
  if (missing <= 0) return;
  const used = buffer.byteLength / rowBytes;
  const wanted = Math.min(used + Math.max(missing, used), buffer.maxByteLength / rowBytes);
  if (buffer instanceof SharedArrayBuffer) buffer.grow(wanted * rowBytes);
  else buffer.resize(wanted * rowBytes);
  for (let row = wanted - 1; row >= used; row -= 1) giveRow(table, row);
}

/** A free row, or 0 when there is none. */
export function takeRow({ f64 }: WarmRows): number {
  const row = f64[0]!;
  if (row === 0) return 0;
  f64[0] = f64[row * warmRowLength]!;
  f64[1] = f64[1]! - 1;
  return row;
}

export function giveRow({ f64 }: WarmRows, row: number): void {
  f64[row * warmRowLength] = f64[0]!;
  f64[0] = row;
  f64[1] = f64[1]! + 1;
}
