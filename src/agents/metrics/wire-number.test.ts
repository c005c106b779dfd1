import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecimal } from './wire-number.ts';

function read(text: string): number | null {
  const out = new Float64Array(1);
  const bytes = Buffer.from(`«${text}»`);
  const from = Buffer.from('«').length;
  return readDecimal(bytes, from, bytes.length - from, out) ? (out[0] ?? null) : null;
}

/** Numbers as Prometheus prints them: plain decimals, an exponent below 1e-6 and from 1e21 on. */
const printed = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value.toFixed(20)),
  fc.bigInt({ min: -(10n ** 31n), max: 10n ** 31n }).map(String),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 19n }), fc.integer({ min: -80, max: 80 }))
    .map(([digits, exponent]) => `${digits}e${exponent}`),
);

describe('a decimal number in bytes', () => {
  it('is bit for bit what the language reads from the same text', () => {
    fc.assert(
      fc.property(printed, (text) => {
        expect(read(text)).toBe(Number(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['0', 0],
    ['-0', -0],
    ['+12.50', 12.5],
    ['00012', 12],
    ['1435781430.781', 1435781430.781],
    ['0.30000000000000004', 0.1 + 0.2],
    ['123456789012345678', 123456789012345680],
    ['9007199254740993', 9007199254740992],
    ['9007199254740995', 9007199254740996],
    ['2.2250738585072014e-308', 2 ** -1022],
    ['5e-324', 5e-324],
    ['1e-400', 0],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['3.1e-07', 3.1e-7],
    ['1E21', 1e21],
    [`1${'0'.repeat(60)}`, 1e60],
  ])('%s is %d', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    '',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1e5x',
    'NaN',
    '+Inf',
    '-Inf',
    'Infinity',
    '0x10',
    '1 ',
    ' 1',
    '1_0',
    '1.2.3',
  ])('"%s" is no finite number', (text) => {
    expect(read(text)).toBeNull();
  });

  it('leaves NaN where there is no number, never the number before', () => {
    const out = Float64Array.of(7);
    readDecimal(Buffer.from('NaN'), 0, 3, out);
    expect(out[0]).toBeNaN();
  });

  it('answers no number for one beyond the largest', () => {
    expect(read('1e400')).toBeNull();
  });
});
