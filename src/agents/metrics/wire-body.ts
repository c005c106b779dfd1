// Reads the envelope of a Prometheus answer as its bytes arrive and hands over each series of the result once it is whole.
// What it reads is a window of bytes that is filled before it is looked at, so how the network cut the answer changes nothing.
import {
  afterSpace,
  afterValue,
  closeBrace,
  closeBracket,
  closingQuote,
  colon,
  comma,
  cutOff,
  isText,
  malformed,
  openBrace,
  openBracket,
  quote,
} from './wire-bytes.ts';
import { windowOf, type WireWindow } from './wire-element.ts';

export type Envelope = {
  readonly warnings: readonly string[];
  readonly isPartial: boolean;
};

/** Reads the series at `from`: the position after it, `cutOff` or `malformed`, or a reason to stop. */
export type TakeElement = (window: WireWindow, from: number, limit: number) => number | string;

/** Bytes that are looked at in one go; small enough for the cache of a core. */
const firstWindow = 256 * 1024;
const largestWindow = 32 * 2 ** 20;
const mostWarnings = 10;

type Place = 'start' | 'answer' | 'data' | 'result' | 'end';

export class WireBody {
  #window = windowOf(firstWindow);
  #filled = 0;
  #place: Place = 'start';
  /** Whether a comma or the end must come next in the innermost open bracket. */
  #isAfterItem = false;
  #hasEntered = false;
  #refused: string | null = null;
  #hasResult = false;
  readonly #fields = new Map<string, string>();
  readonly #warnings: string[] = [];
  #isPartial = false;
  readonly #take: TakeElement;
  readonly #wanted: 'vector' | 'matrix';

  constructor(take: TakeElement, wanted: 'vector' | 'matrix') {
    this.#take = take;
    this.#wanted = wanted;
  }

  /** Makes it ready for another answer. */
  start(): void {
    // What one large series made it grow to is not kept for the small ones after it.
    if (this.#window.bytes.length > firstWindow) this.#window = windowOf(firstWindow);
    this.#filled = 0;
    this.#place = 'start';
    this.#isAfterItem = false;
    this.#refused = null;
    this.#hasResult = false;
    this.#fields.clear();
    this.#warnings.length = 0;
    this.#isPartial = false;
  }

  /** Takes the next bytes; answers false when the rest need not be sent. */
  write(chunk: Uint8Array): boolean {
    let from = 0;
    while (from < chunk.length && this.#refused === null) {
      const room = this.#window.bytes.length - this.#filled;
      const taken = Math.min(room, chunk.length - from);
      this.#window.bytes.set(taken === chunk.length ? chunk : chunk.subarray(from, from + taken), this.#filled);
      this.#filled += taken;
      from += taken;
      if (taken === room) this.#advance();
    }
    return this.#refused === null;
  }

  /** The envelope of a whole answer, or why there is none. */
  end(): Envelope | { readonly refused: string } {
    if (this.#refused === null) this.#advance();
    if (this.#refused === null && this.#place !== 'end') this.#refused = this.#notJson();
    if (this.#refused !== null) return { refused: this.#refused };
    const status = this.#fields.get('status');
    if (status !== 'success') return { refused: `says ${this.#fields.get('error') ?? status ?? 'nothing'}` };
    if (!this.#hasResult) return { refused: 'its answer has no result' };
    const refused = this.#otherType();
    if (refused !== null) return { refused };
    return { warnings: this.#warnings, isPartial: this.#isPartial };
  }

  /** Reads all that is whole and moves the rest to the front; a window without anything whole grows. */
  #advance(): void {
    let at = 0;
    for (;;) {
      const next = this.#step(at);
      if (typeof next === 'string') {
        this.#refused = next;
        return;
      }
      if (next === malformed) {
        this.#refused = this.#notJson();
        return;
      }
      if (next === cutOff) break;
      at = next;
    }
    const { bytes } = this.#window;
    if (at > 0) bytes.copyWithin(0, at, this.#filled);
    this.#filled -= at;
    if (this.#filled < bytes.length) return;
    if (bytes.length >= largestWindow) {
      this.#refused = `one series of its answer is larger than ${largestWindow / 2 ** 20} MiB`;
      return;
    }
    const wider = windowOf(2 * bytes.length);
    wider.bytes.set(bytes);
    this.#window = wider;
  }

  /** Reads one item of the place where it is. */
  #step(from: number): number | string {
    const { bytes } = this.#window;
    const at = afterSpace(bytes, from, this.#filled);
    if (at >= this.#filled) return cutOff;
    const byte = bytes[at];
    if (this.#place === 'start') return byte === openBrace ? this.#enter('answer', at) : malformed;
    if (this.#place === 'end') return malformed;
    if (byte === (this.#place === 'result' ? closeBracket : closeBrace)) return this.#leave(at);
    let item = at;
    if (this.#isAfterItem) {
      if (byte !== comma) return malformed;
      item = afterSpace(bytes, at + 1, this.#filled);
      if (item >= this.#filled) return cutOff;
    }
    const after = this.#place === 'result' ? this.#element(item) : this.#member(item);
    // A place that was entered begins without a comma.
    if (typeof after === 'number' && after >= 0 && !this.#hasEntered) this.#isAfterItem = true;
    this.#hasEntered = false;
    return after;
  }

  #enter(place: Place, at: number): number {
    this.#place = place;
    this.#isAfterItem = false;
    this.#hasEntered = place !== 'answer';
    return at + 1;
  }

  #leave(at: number): number {
    this.#place = this.#place === 'result' ? 'data' : this.#place === 'data' ? 'answer' : 'end';
    this.#isAfterItem = true;
    return at + 1;
  }

  #element(at: number): number | string {
    if (this.#window.bytes[at] === openBrace) return this.#take(this.#window, at, this.#filled);
    // A scalar or a string is no list of series; the type is told before it.
    return this.#otherType() ?? malformed;
  }

  #member(from: number): number | string {
    const { bytes } = this.#window;
    const limit = this.#filled;
    if (bytes[from] !== quote) return malformed;
    const keyTo = closingQuote(bytes, from + 1, limit);
    if (keyTo < 0) return keyTo;
    let at = afterSpace(bytes, keyTo + 1, limit);
    if (at >= limit) return cutOff;
    if (bytes[at] !== colon) return malformed;
    at = afterSpace(bytes, at + 1, limit);
    if (at >= limit) return cutOff;
    const key = (text: Uint8Array): boolean => isText(bytes, from + 1, keyTo, text);
    if (this.#place === 'answer' && key(dataKey) && bytes[at] === openBrace) return this.#enter('data', at);
    if (this.#place === 'data' && key(resultKey) && bytes[at] === openBracket) {
      if (this.#hasResult) return 'its answer has two results';
      this.#hasResult = true;
      return this.#enter('result', at);
    }
    const to = afterValue(bytes, at, limit);
    return to < 0 ? to : this.#remember(textOf(bytes, from, keyTo + 1), textOf(bytes, at, to)) ? to : malformed;
  }

  #remember(keyText: string, valueText: string): boolean {
    const key = parsed(keyText);
    const value = parsed(valueText);
    if (typeof key !== 'string' || value === undefined) return false;
    if (typeof value === 'string' && kept.has(key)) this.#fields.set(key, value);
    if (key === 'isPartial' && value === true) this.#isPartial = true;
    if (key === 'warnings' && Array.isArray(value))
      for (const one of value)
        if (typeof one === 'string' && this.#warnings.length < mostWarnings) this.#warnings.push(one);
    return true;
  }

  #otherType(): string | null {
    const type = this.#fields.get('resultType');
    return type === this.#wanted ? null : `its answer has no ${this.#wanted} but ${type ?? 'nothing'}`;
  }

  #notJson(): string {
    if (this.#place !== 'start') return 'its answer is no JSON or was cut off';
    const start = textOf(this.#window.bytes, 0, Math.min(this.#filled, 15)).trimStart();
    if (start === '') return 'its answer is empty';
    return start.startsWith('<')
      ? 'it answers a web page instead of JSON: is a login or a proxy in between?'
      : 'its answer is no JSON or was cut off';
  }
}

const kept = new Set(['status', 'error', 'resultType']);
const dataKey = Buffer.from('data');
const resultKey = Buffer.from('result');

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
