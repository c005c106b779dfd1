// Reads one sample as Prometheus writes it, `[seconds, "value"]`, into two numbers that make no object.
import {
  afterSpace,
  afterWord,
  closeBracket,
  closingQuote,
  comma,
  malformed,
  openBracket,
  quote,
} from './wire-bytes.ts';
import { readDecimal } from './wire-number.ts';

/** Milliseconds, then the value: NaN when it is no finite number. */
export type SamplePair = Float64Array;

/** The position after the sample, or `malformed`; all its bytes must be at hand. */
export function readSample(bytes: Uint8Array, from: number, limit: number, pair: SamplePair): number {
  if (bytes[from] !== openBracket) return malformed;
  const timeFrom = afterSpace(bytes, from + 1, limit);
  const timeTo = afterWord(bytes, timeFrom, limit);
  if (!readDecimal(bytes, timeFrom, timeTo, pair)) return malformed;
  const atMs = Math.round((pair[0] ?? 0) * 1000);
  const between = afterSpace(bytes, timeTo, limit);
  if (bytes[between] !== comma) return malformed;
  const open = afterSpace(bytes, between + 1, limit);
  if (bytes[open] !== quote) return malformed;
  const close = closingQuote(bytes, open + 1, limit);
  if (close < 0) return malformed;
  const end = afterSpace(bytes, close + 1, limit);
  if (bytes[end] !== closeBracket) return malformed;
  readDecimal(bytes, open + 1, close, pair);
  pair[1] = pair[0] ?? Number.NaN;
  pair[0] = atMs;
  return end + 1;
}
