import { describe, expect, it } from 'vitest';
import { createBank, type Bank } from './bank.ts';
import { openBands } from './bands.ts';
import { openShard } from './shard.ts';
import { progressWords, stepShare, type OpenShare } from './worker-order.ts';

const atMs = Date.UTC(2026, 0, 5);

function aBank(): Bank {
  const bank = createBank({ shared: true, shardSeries: 4 });
  for (let at = 0; at < 10; at += 1)
    bank.add({ id: `s-${at}`, direction: 'both', stepMs: 60_000, deltaMin: 0.1, profile: 'p' });
  return bank;
}

function shareOf(bank: Bank): OpenShare {
  return bank.parts().shards.map((buffers, index) => ({
    shard: openShard(buffers),
    first: 4 * index,
    count: Math.min(4, 10 - 4 * index),
  }));
}

describe('the pass over a share', () => {
  it('takes the sample of each series once and says that all is done', () => {
    const bank = aBank();
    const other = aBank();
    const values = Float64Array.from({ length: 10 }, (_one, slot) => slot);
    const progress = new Int32Array(progressWords);
    bank.parts().before();
    stepShare(shareOf(bank), openBands(bank.parts().bands), values, atMs, progress);
    bank.parts().after(atMs, values);
    other.step(atMs, values);

    expect([...progress]).toEqual([3, 0]);
    expect(bank.snapshot()).toEqual(other.snapshot());
  });

  it('goes on at the series at which another thread stopped', () => {
    const bank = aBank();
    const other = aBank();
    const values = Float64Array.from({ length: 10 }, (_one, slot) => slot);
    bank.parts().before();
    const [first] = shareOf(bank);
    // The whole first shard and one series of the second.
    stepShare(
      first === undefined ? [] : [first],
      openBands(bank.parts().bands),
      values,
      atMs,
      new Int32Array(progressWords),
    );
    stepShare(
      shareOf(bank)
        .slice(1, 2)
        .map((one) => ({ ...one, count: 1 })),
      openBands(bank.parts().bands),
      values,
      atMs,
      new Int32Array(progressWords),
    );
    stepShare(shareOf(bank), openBands(bank.parts().bands), values, atMs, Int32Array.of(1, 0));
    bank.parts().after(atMs, values);
    other.step(atMs, values);

    expect(bank.snapshot()).toEqual(other.snapshot());
  });

  it('does nothing with a share that is done', () => {
    const bank = aBank();
    const before = bank.snapshot();
    stepShare(shareOf(bank), openBands(bank.parts().bands), new Float64Array(10), atMs, Int32Array.of(3, 0));
    expect(bank.snapshot()).toEqual(before);
  });
});
