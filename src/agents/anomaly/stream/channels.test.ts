import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBank } from './bank.ts';
import { openBands } from './bands.ts';
import { channelAt, measure } from './channels.ts';
import { channels, word, wordsPerTail } from './layout.ts';
import { openShard } from './shard.ts';
import { aSeries, minute, monday, normal, points } from './testing/series.ts';

/** A warm series of noise around 0, opened anew at each call, so that nothing that is measured is kept. */
function aWarmSeries() {
  const bank = createBank({ shardSeries: 1 });
  const slot = bank.add(aSeries());
  bank.replay(slot, points(400, normal(31)));
  const parts = bank.parts();
  const buffers = parts.shards[0]!;
  return (value: number, learns: boolean, isLive: boolean) => {
    const shard = openShard({ ...buffers, records: buffers.records.slice(0) });
    shard.scratch.now[0] = value;
    shard.scratch.now[1] = value - shard.records.f64[0]!;
    shard.scratch.time.at[0] = monday + 400 * minute;
    const sides = measure(shard, 0, openBands(parts.bands), learns, isLive);
    return { sides, a: shard.scratch.a, f32: shard.records.f32 };
  };
}

const values = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('the channels of a sample', () => {
  it('say the same whether the sample is learned or not', () => {
    const measured = aWarmSeries();
    fc.assert(
      fc.property(values, (value) => {
        const learned = measured(value, true, false);
        const kept = measured(value, false, false);
        expect(learned.a).toEqual(kept.a);
        expect(learned.sides).toBe(kept.sides);
      }),
    );
  });

  it('leave the logarithm of roughness out only where it lies under its threshold', () => {
    const measured = aWarmSeries();
    const threshold = measured(0, false, false).f32[word.tails + channelAt.vr * wordsPerTail]!;
    fc.assert(
      fc.property(fc.oneof(values, fc.double({ min: -3, max: 3, noNaN: true })), (value) => {
        const exact = measured(value, true, false).a[channelAt.vr]!;
        const told = measured(value, true, true).a[channelAt.vr]!;
        expect(Math.max(told, threshold)).toBe(Math.max(exact, threshold));
        expect(told).toBeGreaterThanOrEqual(exact);
      }),
    );
  });

  it('move no scale, no median and no usual roughness of a series that does not learn', () => {
    const measured = aWarmSeries();
    const before = measured(0, false, false).f32;
    const after = measured(9, false, false).f32;
    const long = [word.med, word.scaleUp, word.scaleDown, word.jump, word.meanUp, word.meanDown, word.usualRough];
    expect(long.map((at) => after[at])).toEqual(long.map((at) => before[at]));
    expect(after[word.mean]).not.toBe(before[word.mean]);
  });

  it.each([
    [5, 1, 1],
    [-5, 0, 0],
  ])('know on which side of the median and of the last sample %d lies', (value, isUp, isRise) => {
    const { sides } = aWarmSeries()(value, true, true);
    expect((sides >> channelAt.med) & 1).toBe(isUp);
    expect((sides >> channelAt.last) & 1).toBe(isRise);
  });

  it('lie in the order in which they are told', () => {
    expect(channels.map((channel) => channelAt[channel])).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
