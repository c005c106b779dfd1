import { describe, expect, it } from 'vitest';
import { quietRound } from '../../../../test/builders/heap.ts';
import { createBank } from './bank.ts';
import { bytesPerSeries, largestShard } from './layout.ts';
import { scaleSamples, tailSamples } from './parameters.ts';

const minuteMs = 60_000;
const series = 1_000;

describe('a cycle of tier one', () => {
  it('makes no object for a sample', () => {
    const bank = createBank({ shared: true });
    for (let at = 0; at < series; at += 1)
      bank.add({ id: `s-${at}`, direction: 'up', stepMs: minuteMs, deltaMin: 0.01, profile: `p-${at >> 2}` });
    const values = new Float64Array(series);
    let cycle = 0;
    const step = (): void => {
      cycle += 1;
      for (let slot = 0; slot < series; slot += 1) values[slot] = ((slot * 31 + cycle) * 0.618_033_988_749_894_9) % 1;
      bank.step(cycle * minuteMs, values);
    };
    for (let warm = 0; warm <= scaleSamples + tailSamples; warm += 1) step();
    expect(bank.state(0)).toBe('test');

    // A number on the heap for each sample would be 48 kB.
    const bytes = quietRound(2_000, 8 * series, () => {
      for (let again = 0; again < 3; again += 1) step();
    });
    expect(bytes).toBeLessThanOrEqual(8 * series);
  });

  it('keeps 256 bytes of a series in memory that is set aside by the shard', () => {
    const bank = createBank();
    bank.add({ id: 'one', direction: 'up', stepMs: minuteMs, deltaMin: 0.01, profile: 'p' });
    expect(bank.parts().shards.map(({ records }) => records.byteLength)).toEqual([largestShard * bytesPerSeries]);
    expect(bytesPerSeries).toBe(256);
  });
});
