import { describe, expect, it } from 'vitest';
import { createBandTable } from './band-table.ts';
import { bandWidth, bandWrittenMs } from './bands.ts';
import { createBank } from './bank.ts';
import { learnBands, packMembers } from './members.ts';
import { createShard, openShard } from './shard.ts';
import { minute, monday } from './testing/series.ts';

/** Two shards of two series, all heard, in one profile of which the bands learned 10 a minute ago. */
function aProfile(stepMs = minute) {
  const table = createBandTable(false);
  table.rowOf('shop', monday);
  const shards = [openShard(createShard(2, false)), openShard(createShard(2, false))];
  for (const shard of shards) shard.heard.fill(1);
  const members = packMembers(
    [0],
    () => [0, 1, 2, 3],
    () => stepMs,
  );
  const bands = table.bands();
  const learn = (values: readonly number[], atMs: number): void =>
    learnBands(bands, members, shards, 2, Float64Array.from(values), atMs);
  learn([10, 10, 10, 10], monday);
  return { bands, shards, learn, widthNow: () => bandWidth(bands, 0, 0) };
}

describe('series of one profile', () => {
  const slotsOf = (row: number): number[] => [[4, 1], [], [0, 3, 5]][row]!;

  it('lie together, and profiles without any are left out', () => {
    const { rows, starts, slots } = packMembers([0, 1, 2], slotsOf, () => minute);
    expect([...rows]).toEqual([0, 2]);
    expect([...starts]).toEqual([0, 2, 5]);
    expect([...slots]).toEqual([4, 1, 0, 3, 5]);
  });

  it('move their bands as far as the slowest of them would', () => {
    const { gains } = packMembers([0, 2], slotsOf, (slot) => (slot === 3 ? 5 : 1) * minute);
    expect(gains[0]).toBeCloseTo(0.04, 12);
    expect(gains[1]).toBeCloseTo(0.04 * 5 ** 0.68, 12);
  });

  it('are those that were asked for alone', () => {
    expect([...packMembers([2], slotsOf, () => minute).slots]).toEqual([0, 3, 5]);
  });
});

describe('what a profile learns in a cycle', () => {
  it('is the median of its members, across shards, and no wild one of them', () => {
    const calm = aProfile();
    const wild = aProfile();
    calm.learn([11, 12, 13, 14], monday + minute);
    wild.learn([-1e9, 12, 13, 1e9], monday + minute);
    expect(wild.bands.f32).toEqual(calm.bands.f32);
    expect(wild.widthNow()).toBeGreaterThan(0);
  });

  it('is nothing from a member whose sample the pass did not take', () => {
    const three = aProfile();
    const silent = aProfile();
    const missing = aProfile();
    three.learn([11, 12, 13, Number.NaN], monday + minute);
    silent.shards[1]!.heard[1] = 0;
    silent.learn([11, 12, 13, 1e9], monday + minute);
    missing.learn([11, 12, 13, 14], monday + minute);
    expect(silent.bands.f32).toEqual(three.bands.f32);
    expect(silent.bands.f32).not.toEqual(missing.bands.f32);
  });

  it('is nothing at all when none was taken', () => {
    const { bands, shards, learn } = aProfile();
    for (const shard of shards) shard.heard.fill(0);
    learn([50, 50, 50, 50], monday + minute);
    expect(bandWrittenMs(bands, 0)).toBe(monday);
  });

  it('is nothing of a frozen series, nor of a value that is none', () => {
    const bank = createBank();
    const values = Float64Array.of(5, Number.POSITIVE_INFINITY, 7);
    for (const id of ['a', 'b', 'c']) bank.add({ id, direction: 'both', stepMs: minute, deltaMin: 0, profile: id });
    bank.freeze(0, true);
    bank.step(monday, values);
    const bands = new Float64Array(bank.parts().bands);
    expect([0, 1, 2].map((profile) => bands[32 * profile])).toEqual([0, 0, 7]);
  });
});
