import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { printedBy } from '../../../../test/builders/own-process.ts';
import { createBank } from './bank.ts';
import { bytesPerSeries, largestShard } from './layout.ts';

const printed = z.object({ standing: z.string(), bytes: z.number() });

describe('a cycle of tier one', () => {
  it('makes no object for a sample', () => {
    const { standing, bytes } = printed.parse(printedBy('heap/tier-one.ts'));
    expect(standing).toBe('test');
    // A number on the heap for each sample would be 48 kB.
    expect(bytes).toBeLessThanOrEqual(8_000);
  }, 60_000);

  it('keeps 256 bytes of a series in memory that is set aside by the shard', () => {
    const bank = createBank();
    bank.add({ id: 'one', direction: 'up', stepMs: 60_000, deltaMin: 0.01, profile: 'p' });
    expect(bank.parts().shards.map(({ records }) => records.byteLength)).toEqual([largestShard * bytesPerSeries]);
    expect(bytesPerSeries).toBe(256);
  });
});
