import { describe, expect, it } from 'vitest';
import { quietRound } from '../../../test/builders/heap.ts';
import { createWireColumns } from './wire-columns.ts';
import { createSeriesTable } from './wire-series.ts';
import { createWireVectorReader } from './wire-vector.ts';

const series = 2_000;

describe('an answer whose series are known', () => {
  it('makes no object for a sample', () => {
    const result = Array.from({ length: series }, (_one, at) => ({
      metric: { __name__: 'up', pod: `pod-${at}`, path: at % 10 === 0 ? 'a\\b"é' : 'plain' },
      value: [1_435_781_430.781, String(at * 1.000_000_000_000_1 + at / 7)],
    }));
    const body = Buffer.from(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    let slots = 0;
    const reader = createWireVectorReader(
      { table: createSeriesTable(), key: { low: 1, high: 2 }, admit: () => slots++ },
      createWireColumns(series),
    );
    const read = (): void => {
      reader.start('up');
      reader.write(body);
      reader.end();
    };
    read();
    expect(slots).toBe(series);

    // A number on the heap for each sample would be 32 kB.
    expect(quietRound(2_000, 4 * series, read)).toBeLessThanOrEqual(4 * series);
  });
});
