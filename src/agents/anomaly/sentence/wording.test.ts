import { describe, expect, it } from 'vitest';
import type { SignalUnit } from '../../../model/signal.ts';
import { shownBand, shownRange, shownValue } from './wording.ts';

describe('a value as people read it', () => {
  it.each<readonly [number, SignalUnit, string]>([
    [0.84, 'seconds', '840 ms'],
    [1.4, 'seconds', '1.4 s'],
    [0.061, 'ratio', '6.1 %'],
    [0.0012, 'ratio', '0.12 %'],
    [0.0001, 'ratio', '0.01 %'],
    [1, 'ratio', '100 %'],
    [0, 'ratio', '0 %'],
    [0.25, 'cores', '250m'],
    [2.4, 'cores', '2.4 cores'],
    [384 * 2 ** 20, 'bytes', '384Mi'],
    [1126 * 2 ** 20, 'bytes', '1.1Gi'],
    [20.52 * 2 ** 30, 'bytes', '20.5Gi'],
    [3 * 2 ** 40, 'bytes', '3Ti'],
    [2000, 'bytes', '2000 B'],
    [41.26, 'per_second', '41.3/s'],
    [9e6, 'bytes_per_second', '9 MB/s'],
    [4, 'count', '4'],
  ])('tells %d %s as %s', (value, unit, shown) => {
    expect(shownValue(value, unit)).toBe(shown);
  });
});

describe('a range as people read it', () => {
  it.each<readonly [number, number, SignalUnit, string]>([
    [0.19, 0.26, 'seconds', '190 to 260 ms'],
    [0.9, 1.2, 'seconds', '900 ms to 1.2 s'],
    [110, 130, 'per_second', '110 to 130/s'],
    [0.7, 0.95, 'cores', '700m to 950m'],
    [2 ** 30, 1126 * 2 ** 20, 'bytes', '1Gi to 1.1Gi'],
    [0, 0.002, 'ratio', '0 to 0.2 %'],
    [3, 3, 'count', '3'],
  ])('tells %d to %d %s as %s', (low, high, unit, shown) => {
    expect(shownRange(low, high, unit)).toBe(shown);
  });

  it('is one value in a short sentence where both ends lie close to the middle', () => {
    expect(shownBand(0.175, 0.18, 0.19, 'seconds')).toBe('180 ms');
    expect(shownBand(2 ** 30, 1.5 * 2 ** 30, 2 * 2 ** 30, 'bytes')).toBe('1Gi–2Gi');
  });
});
