// Reads instant answers of Prometheus from the wire straight into columns: a known series costs neither a string nor an object.
import * as z from 'zod';
import { shortText } from './prometheus-answer.ts';
import { WireBody } from './wire-body.ts';
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
import type { WireColumns } from './wire-columns.ts';
import { WireElement, type WireWindow } from './wire-element.ts';
import type { HashKey } from './wire-hash.ts';
import { readDecimal } from './wire-number.ts';
import { ignoredSeries, unknownSeries, type SeriesTable } from './wire-series.ts';

export type WireLabels = Readonly<Record<string, string>>;

export type WireReading =
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

export type WireVectorParts = {
  readonly table: SeriesTable;
  readonly columns: WireColumns;
  readonly key: HashKey;
  /** Called once for a series that is not known: its slot, or null to ignore it from then on. */
  readonly admit: (labels: WireLabels, query: string) => number | null;
};

export type WireVectorReader = {
  /** Starts an answer to this query; equal labels of different queries are different series. */
  start(query: string): void;
  /** The next bytes; false when the rest need not be read. */
  write(chunk: Uint8Array): boolean;
  /** What the whole answer held. An answer that is refused leaves no value behind. */
  end(): WireReading;
};

const labelsSchema = z.record(z.string(), z.string());

/** A reader for one answer at a time, used again for the next; several may share a table and columns. */
export function createWireVectorReader({ table, columns, key, admit }: WireVectorParts): WireVectorReader {
  const element = new WireElement(key);
  const number = new Float64Array(1);
  let query = '';
  let answer = 0;
  let series = 0;
  let samples = 0;
  let admitted = 0;
  let dropped = 0;
  let duplicates = 0;
  let ignored = 0;
  let newestMs = Number.NEGATIVE_INFINITY;

  const take = (window: WireWindow, from: number, limit: number): number | string => {
    const after = element.read(window, from, limit);
    if (after < 0) return after;
    if (element.samples === 'values') return 'its answer has no vector';
    if (element.samples === 'none') return 'a series without a value';
    series += 1;
    let slot = table.find(element.sum);
    if (slot === unknownSeries) {
      const labels = labelsOf(window, element);
      if (labels === null) return malformed;
      slot = admit(labels, query) ?? ignoredSeries;
      table.put(element.sum, slot);
      if (slot !== ignoredSeries) {
        columns.reserve(slot);
        admitted += 1;
      }
    }
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
    return takeValue(window.bytes, element.samplesFrom, after, slot) ? after : malformed;
  };

  /** `[seconds, "value"]`. */
  const takeValue = (bytes: Uint8Array, from: number, limit: number, slot: number): boolean => {
    if (bytes[from] !== openBracket) return false;
    const timeFrom = afterSpace(bytes, from + 1, limit);
    const timeTo = afterWord(bytes, timeFrom, limit);
    if (!readDecimal(bytes, timeFrom, timeTo, number)) return false;
    const atMs = Math.round((number[0] ?? 0) * 1000);
    const between = afterSpace(bytes, timeTo, limit);
    if (bytes[between] !== comma) return false;
    const open = afterSpace(bytes, between + 1, limit);
    if (bytes[open] !== quote) return false;
    const close = closingQuote(bytes, open + 1, limit);
    if (close < 0 || bytes[afterSpace(bytes, close + 1, limit)] !== closeBracket) return false;
    if (atMs > newestMs) newestMs = atMs;
    if (readDecimal(bytes, open + 1, close, number)) {
      columns.values()[slot] = number[0] ?? Number.NaN;
      samples += 1;
    } else dropped += 1;
    return true;
  };

  const body = new WireBody(take);
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
      const type = 'refused' in envelope ? undefined : envelope.fields.get('resultType');
      const refused =
        'refused' in envelope
          ? envelope.refused
          : type === 'vector'
            ? null
            : `its answer has no vector but ${type ?? 'nothing'}`;
      if ('refused' in envelope || refused !== null) {
        columns.takeBack(answer);
        return { refused: shortText(refused) };
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

/** The labels of a series that is not known yet, the only ones that become text. */
function labelsOf({ bytes }: WireWindow, { labelsFrom, labelsTo }: WireElement): WireLabels | null {
  if (labelsTo === 0) return {};
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + labelsFrom, labelsTo - labelsFrom).toString('utf8');
    return labelsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
