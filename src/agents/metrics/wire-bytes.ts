// Finds where the tokens of a JSON text end, in bytes that may stop in the middle: every answer is a position, or why there is none.

/** The text goes on beyond the bytes at hand. */
export const cutOff = -1;
/** The text is no JSON. */
export const malformed = -2;

export const quote = 0x22;
export const backslash = 0x5c;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;

/** Bytes that end the plain run inside a string: a quote, a backslash, and control characters, which JSON forbids there. */
const endsPlainRun = Uint8Array.from({ length: 256 }, (_one, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);
const isSpace = Uint8Array.from({ length: 256 }, (_one, byte) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 ? 1 : 0,
);

/** The first byte that is no white space; `limit` when there is none. */
export function afterSpace(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && isSpace[bytes[at] ?? 0] === 1) at += 1;
  return at;
}

/** The first byte of a string, from its inside on, that is a quote, a backslash or forbidden; `limit` when there is none. */
export function afterPlainRun(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && endsPlainRun[bytes[at] ?? 0] === 0) at += 1;
  return at;
}

/** The closing quote of a string, from its inside on. Whether its escapes are good is for the one that decodes them. */
export function closingQuote(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  for (;;) {
    at = afterPlainRun(bytes, at, limit);
    if (at >= limit) return cutOff;
    const byte = bytes[at];
    if (byte === quote) return at;
    if (byte !== backslash) return malformed;
    at += 2;
  }
}

/** The byte after any value that starts at `from`. Brackets are only counted: what they enclose is not looked at. */
export function afterValue(bytes: Uint8Array, from: number, limit: number): number {
  let depth = 0;
  let at = from;
  for (;;) {
    at = afterSpace(bytes, at, limit);
    if (at >= limit) return cutOff;
    const byte = bytes[at];
    if (byte === quote) {
      const close = closingQuote(bytes, at + 1, limit);
      if (close < 0) return close;
      at = close + 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      at += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return malformed;
      depth -= 1;
      at += 1;
    } else if (byte === comma || byte === colon) {
      if (depth === 0) return malformed;
      at += 1;
    } else {
      at = afterWord(bytes, at, limit);
      // A number or a word alone may go on in the next bytes.
      if (at >= limit) return cutOff;
    }
    if (depth === 0) return at;
  }
}

/** The byte after a number, `true`, `false` or `null`. */
export function afterWord(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const byte = bytes[at] ?? 0;
    const endsWord = byte === comma || byte === colon || byte === closeBrace || byte === closeBracket || byte === quote;
    if (endsWord || byte === openBrace || byte === openBracket || isSpace[byte] === 1) return at;
    at += 1;
  }
  return at;
}

/** Whether the bytes between are exactly these. */
export function isText(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text[at]) return false;
  return true;
}
