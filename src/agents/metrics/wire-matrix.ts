// Reads range answers of Prometheus from the wire into columns of points, a run for each series, to replay the past through tier one.
import { shortText } from './prometheus-answer.ts';
import { WireBody } from './wire-body.ts';
import { afterSpace, closeBracket, comma, malformed, openBracket } from './wire-bytes.ts';
import { WireElement, type WireWindow } from './wire-element.ts';
import { readSample } from './wire-sample.ts';
import { ignoredSeries } from './wire-series.ts';
import { slotOf, type WireSlots } from './wire-slots.ts';

/** The points of one series: from `start` until before `end` in the columns, oldest first. */
type WireRun = { readonly slot: number; readonly start: number; readonly end: number };

export type WireMatrix =
  | {
      readonly runs: readonly WireRun[];
      readonly timesMs: Float64Array;
      readonly values: Float64Array;
      /** Values that were NaN, infinite or no number, and series of histograms. */
      readonly dropped: number;
      /** Points at or before the one before them, and series that came again: the first one counts. */
      readonly duplicates: number;
      readonly ignored: number;
      readonly warnings: readonly string[];
      readonly isPartial: boolean;
    }
  | { readonly refused: string };

export type WireMatrixReader = {
  start(query: string): void;
  write(chunk: Uint8Array): boolean;
  /** The columns are copies of the reader's own and stay as they are when it reads on. */
  end(): WireMatrix;
};

/** More points than these are refused, for their memory. */
const mostPoints = 2 ** 24;

/** Takes the place of a vector reader for `query_range`. An answer of more series than `mostSeries` is refused. */
export function createWireMatrixReader(slots: WireSlots, mostSeries = Number.POSITIVE_INFINITY): WireMatrixReader {
  const element = new WireElement(slots.key);
  const pair = new Float64Array(2);
  let times = new Float64Array(1024);
  let values = new Float64Array(1024);
  let points = 0;
  let runs: WireRun[] = [];
  let seen = new Set<number>();
  let query = '';
  let dropped = 0;
  let duplicates = 0;
  let ignored = 0;

  const keep = (atMs: number, value: number): void => {
    if (points === times.length) {
      times = twice(times);
      values = twice(values);
    }
    times[points] = atMs;
    values[points] = value;
    points += 1;
  };

  const takePoints = (bytes: Uint8Array, from: number, limit: number, slot: number): boolean => {
    const start = points;
    let newestMs = Number.NEGATIVE_INFINITY;
    let at = afterSpace(bytes, from + 1, limit);
    const isEmpty = bytes[at] === closeBracket;
    while (!isEmpty) {
      at = readSample(bytes, at, limit, pair);
      if (at < 0) return false;
      const atMs = pair[0]!;
      const value = pair[1]!;
      if (atMs <= newestMs) duplicates += 1;
      else if (Number.isNaN(value)) dropped += 1;
      else keep(atMs, value);
      newestMs = Math.max(newestMs, atMs);
      at = afterSpace(bytes, at, limit);
      if (bytes[at] === closeBracket) break;
      if (bytes[at] !== comma) return false;
      at = afterSpace(bytes, at + 1, limit);
    }
    runs.push({ slot, start, end: points });
    return true;
  };

  const take = (window: WireWindow, from: number, limit: number): number | string => {
    const after = element.read(window, from, limit);
    if (after < 0) return after;
    if (element.samples === 'value') return 'its answer has no matrix';
    if (element.samples === 'none') return 'a series without values';
    if (seen.size >= mostSeries) return `its answer has more than the ${mostSeries} series that are read`;
    const slot = slotOf(slots, window, element, query);
    if (slot === malformed) return malformed;
    if (slot === ignoredSeries) ignored += 1;
    else if (seen.has(slot)) duplicates += 1;
    else {
      seen.add(slot);
      const { bytes } = window;
      if (element.samples === 'histogram') dropped += 1;
      else if (bytes[element.samplesFrom] !== openBracket || !takePoints(bytes, element.samplesFrom, after, slot))
        return malformed;
    }
    return points > mostPoints ? `its answer has more than the ${mostPoints} points that are read` : after;
  };

  const body = new WireBody(take, 'matrix');
  return {
    start(text) {
      query = text;
      points = dropped = duplicates = ignored = 0;
      runs = [];
      seen = new Set();
      element.startFrom(text);
      body.start();
    },
    write: (chunk) => body.write(chunk),
    end() {
      const envelope = body.end();
      if ('refused' in envelope) return { refused: shortText(envelope.refused) };
      return {
        runs,
        timesMs: times.slice(0, points),
        values: values.slice(0, points),
        dropped,
        duplicates,
        ignored,
        warnings: envelope.warnings.map((one) => shortText(one)),
        isPartial: envelope.isPartial,
      };
    },
  };
}

function twice(column: Float64Array): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * column.length);
  wider.set(column);
  return wider;
}
