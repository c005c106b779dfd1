// Decodes the inside of a JSON string to UTF-8 bytes, so that a label has one form however its writer escaped it.
import { backslash } from './wire-bytes.ts';

/**
 * Writes the decoded bytes to `target` from `at` on and answers where they end, or -1 when an escape is none. `target`
 * needs room for as many bytes as the source has.
 */
export function unescapeTo(target: Uint8Array, at: number, bytes: Uint8Array, from: number, to: number): number {
  let write = at;
  let read = from;
  while (read < to) {
    const byte = bytes[read] ?? 0;
    if (byte !== backslash) {
      target[write] = byte;
      write += 1;
      read += 1;
      continue;
    }
    const letter = bytes[read + 1] ?? 0;
    if (letter === letterU) {
      const unit = hexAt(bytes, read + 2, to);
      if (unit < 0) return -1;
      read += 6;
      let point = unit;
      if (unit >= 0xd800 && unit < 0xdc00 && bytes[read] === backslash && bytes[read + 1] === letterU) {
        const second = hexAt(bytes, read + 2, to);
        if (second >= 0xdc00 && second < 0xe000) {
          point = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
          read += 6;
        }
      }
      write = writePoint(target, write, point);
    } else {
      const meant = simple[letter] ?? 0;
      if (meant === 0 || read + 1 >= to) return -1;
      target[write] = meant;
      write += 1;
      read += 2;
    }
  }
  return write;
}

const letterU = 0x75;
const simple = new Uint8Array(256);
for (const [letter, meant] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}))
  simple[letter.charCodeAt(0)] = meant.charCodeAt(0);

/** Four hexadecimal digits, or -1. */
function hexAt(bytes: Uint8Array, from: number, to: number): number {
  if (from + 4 > to) return -1;
  let value = 0;
  for (let at = from; at < from + 4; at += 1) {
    const byte = bytes[at] ?? 0;
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = value * 16 + (byte - 0x30);
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + (lower - 0x57);
    else return -1;
  }
  return value;
}

/** UTF-8 of a code point; half a surrogate pair, which has none, becomes the replacement character. */
function writePoint(target: Uint8Array, at: number, code: number): number {
  const point = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
  if (point < 0x80) {
    target[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    target[at] = 0xc0 | (point >> 6);
    target[at + 1] = 0x80 | (point & 0x3f);
    return at + 2;
  }
  if (point < 0x10000) {
    target[at] = 0xe0 | (point >> 12);
    target[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    target[at + 2] = 0x80 | (point & 0x3f);
    return at + 3;
  }
  target[at] = 0xf0 | (point >> 18);
  target[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  target[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  target[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}
