// Reads instant answers of Prometheus from the wire straight into columns: a known series costs neither a string nor an object.
import { shortText } from './prometheus-answer.ts';
import { WireBody } from './wire-body.ts';
import { malformed } from './wire-bytes.ts';
import type { WireColumns } from './wire-columns.ts';
import { WireElement, type WireWindow } from './wire-element.ts';
import { readSample } from './wire-sample.ts';
import { ignoredSeries } from './wire-series.ts';
import { slotOf, type WireSlots } from './wire-slots.ts';

export type WireVector =
  | {
      /** Series that the answer has. */
      readonly series: number;
      /** Values that were written. */
      readonly samples: number;
      /** Series that were new and got a slot. */
      readonly admitted: number;
      /** Values that were NaN, infinite, no number, or a histogram. */
      readonly dropped: number;
      /** Series that came again in the same answer: the first one counts. */
      readonly duplicates: number;
      /** Series that nobody wants. */
      readonly ignored: number;
      /** Time of the newest sample; null without any. */
      readonly atMs: number | null;
      readonly warnings: readonly string[];
      readonly isPartial: boolean;
    }
  | { readonly refused: string };

export type WireVectorReader = {
  /** Starts an answer to this query; equal labels of different queries are different series. */
  start(query: string): void;
  /** The next bytes; false when the rest need not be read. */
  write(chunk: Uint8Array): boolean;
  /** What the whole answer held. An answer that is refused leaves no value behind. */
  end(): WireVector;
};

export type WireVectorOptions = {
  /** An answer of more series than this is refused as soon as it has them; no bound when absent. */
  readonly mostSeries?: number;
  /** Told of each value once it is in its column, in the order of the answer. */
  readonly taken?: (slot: number) => void;
};

/** A reader for one answer at a time, used again for the next; several may share slots and columns. */
export function createWireVectorReader(
  slots: WireSlots,
  columns: WireColumns,
  { mostSeries = Number.POSITIVE_INFINITY, taken = nobody }: WireVectorOptions = {},
): WireVectorReader {
  const element = new WireElement(slots.key);
  const pair = new Float64Array(2);
  let query = '';
  let answer = 0;
  let series = 0;
  let samples = 0;
  let admitted = 0;
  let dropped = 0;
  let duplicates = 0;
  let ignored = 0;
  let newestMs = Number.NEGATIVE_INFINITY;

  const counted: WireSlots = {
    ...slots,
    admit(labels, of) {
      const slot = slots.admit(labels, of);
      if (slot === null) return null;
      columns.reserve(slot);
      admitted += 1;
      return slot;
    },
  };

  const take = (window: WireWindow, from: number, limit: number): number | string => {
    const after = element.read(window, from, limit);
    if (after < 0) return after;
    if (element.samples === 'values') return 'its answer has no vector';
    if (element.samples === 'none') return 'a series without a value';
    if (series >= mostSeries) return `its answer has more than the ${mostSeries} series that are read`;
    const slot = slotOf(counted, window, element, query);
    if (slot === malformed) return malformed;
    series += 1;
    if (slot === ignoredSeries) {
      ignored += 1;
      return after;
    }
    const seenIn = columns.seenIn();
    if (seenIn[slot] === answer) {
      duplicates += 1;
      return after;
    }
    seenIn[slot] = answer;
    if (element.samples === 'histogram') {
      dropped += 1;
      return after;
    }
    if (readSample(window.bytes, element.samplesFrom, after, pair) < 0) return malformed;
    const atMs = pair[0]!;
    const value = pair[1]!;
    if (atMs > newestMs) newestMs = atMs;
    if (Number.isNaN(value)) dropped += 1;
    else {
      columns.values()[slot] = value;
      samples += 1;
      taken(slot);
    }
    return after;
  };

  const body = new WireBody(take, 'vector');
  return {
    start(text) {
      query = text;
      answer = columns.nextAnswer();
      series = samples = admitted = dropped = duplicates = ignored = 0;
      newestMs = Number.NEGATIVE_INFINITY;
      element.startFrom(text);
      body.start();
    },
    write: (chunk) => body.write(chunk),
    end() {
      const envelope = body.end();
      if ('refused' in envelope) {
        columns.takeBack(answer);
        return { refused: shortText(envelope.refused) };
      }
      return {
        series,
        samples,
        admitted,
        dropped,
        duplicates,
        ignored,
        atMs: newestMs === Number.NEGATIVE_INFINITY ? null : newestMs,
        warnings: envelope.warnings.map((one) => shortText(one)),
        isPartial: envelope.isPartial,
      };
    },
  };
}

function nobody(): void {}
