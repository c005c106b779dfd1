// Reads one series of an answer where it lies: the hash of its labels, where they are, and where its samples begin.
import {
  afterPlainRun,
  afterSpace,
  afterValue,
  closeBrace,
  closingQuote,
  colon,
  comma,
  cutOff,
  isText,
  malformed,
  openBrace,
  quote,
} from './wire-bytes.ts';
import { addLabel, type HashKey } from './wire-hash.ts';
import { unescapeTo } from './wire-unescape.ts';

/** The bytes at hand; both views look at the same. */
export type WireWindow = { readonly bytes: Uint8Array; readonly view: DataView };

export type SamplesKind = 'none' | 'value' | 'values' | 'histogram';

export class WireElement {
  /** Hash of the label set, counted from the base that was set. */
  readonly sum = new Int32Array(2);
  /** The object of labels, braces included; 0 and 0 when the series has none. */
  labelsFrom = 0;
  labelsTo = 0;
  samples: SamplesKind = 'none';
  samplesFrom = 0;
  readonly #key: HashKey;
  readonly #base = new Int32Array(2);
  #decoded = windowOf(256);

  constructor(key: HashKey) {
    this.#key = key;
  }

  /** Series of different queries may have equal labels, so the query is part of the hash, as a label without a name. */
  startFrom(query: string): void {
    const bytes = new TextEncoder().encode(query);
    this.#base.fill(0);
    addLabel(new DataView(bytes.buffer), 0, 0, 0, bytes.length, this.#key, this.#base);
  }

  /** The position after the series that starts at `from`, or why there is none. */
  read(window: WireWindow, from: number, limit: number): number {
    const { bytes } = window;
    this.sum.set(this.#base);
    this.labelsFrom = 0;
    this.labelsTo = 0;
    this.samples = 'none';
    let at = afterSpace(bytes, from + 1, limit);
    if (bytes[at] === closeBrace && at < limit) return at + 1;
    for (;;) {
      if (at >= limit) return cutOff;
      if (bytes[at] !== quote) return malformed;
      const keyFrom = at + 1;
      const keyTo = closingQuote(bytes, keyFrom, limit);
      if (keyTo < 0) return keyTo;
      at = afterSpace(bytes, keyTo + 1, limit);
      if (at >= limit) return cutOff;
      if (bytes[at] !== colon) return malformed;
      at = afterSpace(bytes, at + 1, limit);
      if (at >= limit) return cutOff;
      const valueFrom = at;
      if (isText(bytes, keyFrom, keyTo, metricKey)) {
        at = this.#labels(window, at, limit);
        this.labelsFrom = valueFrom;
        this.labelsTo = at;
      } else {
        const kind = kindOf(bytes, keyFrom, keyTo);
        if (kind !== 'none' && this.samples !== 'values' && this.samples !== 'value') {
          this.samples = kind;
          this.samplesFrom = valueFrom;
        }
        at = afterValue(bytes, at, limit);
      }
      if (at < 0) return at;
      at = afterSpace(bytes, at, limit);
      if (at >= limit) return cutOff;
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== comma) return malformed;
      at = afterSpace(bytes, at + 1, limit);
    }
  }

  #labels(window: WireWindow, from: number, limit: number): number {
    const { bytes } = window;
    if (bytes[from] !== openBrace) return malformed;
    let at = afterSpace(bytes, from + 1, limit);
    if (bytes[at] === closeBrace && at < limit) return at + 1;
    for (;;) {
      if (at >= limit) return cutOff;
      if (bytes[at] !== quote) return malformed;
      const nameFrom = at + 1;
      let nameTo = afterPlainRun(bytes, nameFrom, limit);
      const nameIsPlain = bytes[nameTo] === quote;
      if (!nameIsPlain) nameTo = closingQuote(bytes, nameTo, limit);
      if (nameTo < 0) return nameTo;
      at = afterSpace(bytes, nameTo + 1, limit);
      if (at >= limit) return cutOff;
      if (bytes[at] !== colon) return malformed;
      at = afterSpace(bytes, at + 1, limit);
      if (at >= limit) return cutOff;
      if (bytes[at] !== quote) return malformed;
      const valueFrom = at + 1;
      let valueTo = afterPlainRun(bytes, valueFrom, limit);
      const valueIsPlain = bytes[valueTo] === quote;
      if (!valueIsPlain) valueTo = closingQuote(bytes, valueTo, limit);
      if (valueTo < 0) return valueTo;
      // A label without a value is no label (Prometheus, data model).
      if (valueTo > valueFrom) {
        if (nameIsPlain && valueIsPlain)
          addLabel(window.view, nameFrom, nameTo, valueFrom, valueTo, this.#key, this.sum);
        else if (!this.#addEscaped(bytes, nameFrom, nameTo, valueFrom, valueTo)) return malformed;
      }
      at = afterSpace(bytes, valueTo + 1, limit);
      if (at >= limit) return cutOff;
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== comma) return malformed;
      at = afterSpace(bytes, at + 1, limit);
    }
  }

  #addEscaped(bytes: Uint8Array, nameFrom: number, nameTo: number, valueFrom: number, valueTo: number): boolean {
    const room = nameTo - nameFrom + (valueTo - valueFrom);
    if (room > this.#decoded.bytes.length) this.#decoded = windowOf(2 * room);
    const target = this.#decoded.bytes;
    const middle = unescapeTo(target, 0, bytes, nameFrom, nameTo);
    const end = middle < 0 ? -1 : unescapeTo(target, middle, bytes, valueFrom, valueTo);
    if (end < 0) return false;
    addLabel(this.#decoded.view, 0, middle, middle, end, this.#key, this.sum);
    return true;
  }
}

export function windowOf(size: number): WireWindow {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

const metricKey = Buffer.from('metric');
const sampleKeys = {
  value: Buffer.from('value'),
  values: Buffer.from('values'),
  histogram: Buffer.from('histogram'),
  histograms: Buffer.from('histograms'),
};

function kindOf(bytes: Uint8Array, from: number, to: number): SamplesKind {
  if (isText(bytes, from, to, sampleKeys.value)) return 'value';
  if (isText(bytes, from, to, sampleKeys.values)) return 'values';
  const isHistogram = isText(bytes, from, to, sampleKeys.histogram) || isText(bytes, from, to, sampleKeys.histograms);
  return isHistogram ? 'histogram' : 'none';
}
