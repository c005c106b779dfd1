import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCores, parseQuantity, sameQuantity } from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['1Gi', 1_073_741_824],
    ['0.25Gi', 268_435_456],
    ['128M', 128e6],
    ['1e3', 1_000],
    ['.5', 0.5],
    ['2', 2],
    ['100n', 1e-7],
  ])('reads %s', (text, number) => {
    expect(parseQuantity(text)).toBeCloseTo(number, 12);
  });

  it.each(['', 'abc', '1Zi', '1 Gi', '--1', '1e', 'Gi'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeNull();
  });

  it('writes bytes and cores as a manifest does', () => {
    expect(formatBytes(402_653_184)).toBe('384Mi');
    expect(formatBytes(1_073_741_824)).toBe('1Gi');
    expect(formatBytes(1_000)).toBe('1000');
    expect(formatCores(0.25)).toBe('250m');
    expect(formatCores(2)).toBe('2');
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => {
        expect(parseQuantity(formatBytes(bytes))).toBe(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (millis) => {
        expect(parseQuantity(formatCores(millis / 1000))).toBeCloseTo(millis / 1000, 9);
      }),
    );
  });

  it('compares by value', () => {
    expect(sameQuantity('0.5', '500m')).toBe(true);
    expect(sameQuantity('256Mi', '0.25Gi')).toBe(true);
    expect(sameQuantity('256Mi', '256M')).toBe(false);
    expect(sameQuantity('x', 'x')).toBe(true);
  });
});
