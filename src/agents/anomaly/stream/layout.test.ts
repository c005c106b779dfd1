import { describe, expect, it } from 'vitest';
import { bytesPerBand } from './bands.ts';
import {
  byte,
  bytesPerSeries,
  channels,
  double,
  half,
  largestShard,
  openRecords,
  word,
  wordsPerTail,
} from './layout.ts';
import { createShard } from './shard.ts';

type Field = readonly [start: number, end: number];

/** Every field as bytes of the record. */
const fields: readonly Field[] = [
  ...Object.values(double).map((at): Field => [8 * at, 8 * at + 8]),
  ...Object.entries(word)
    .filter(([name]) => name !== 'tails')
    .map(([, at]): Field => [4 * at, 4 * at + 4]),
  [4 * word.tails, 4 * (word.tails + channels.length * wordsPerTail)],
  [2 * half.exceedances, 2 * (half.exceedances + channels.length)],
  [2 * half.votes, 2 * (half.votes + channels.length)],
  [2 * half.unchanged, 2 * half.unchanged + 2],
  ...Object.values(byte).map((at): Field => [at, at + 1]),
];

describe('the record of a series', () => {
  it('takes 256 bytes, and so does a row of hour bands', () => {
    expect(bytesPerSeries).toBe(256);
    expect(bytesPerBand).toBe(256);
  });

  it('holds every field within them, none over another', () => {
    const ordered = fields.toSorted((left, right) => left[0] - right[0]);
    for (const [index, [start, end]] of ordered.entries()) {
      expect(start).toBeGreaterThanOrEqual(ordered[index - 1]?.[1] ?? 0);
      expect(end).toBeLessThanOrEqual(bytesPerSeries);
    }
  });

  it.each([1, 100, largestShard])('makes a shard of %d series %d times as large', (capacity) => {
    expect(createShard(capacity, true).records.byteLength).toBe(256 * capacity);
  });

  it('never makes a shard of more than 16,384 series', () => {
    expect(openRecords(createShard(20_000, false).records).capacity).toBe(16_384);
  });
});
