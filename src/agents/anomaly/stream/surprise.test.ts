import { describe, expect, it } from 'vitest';
import { createBank } from './bank.ts';
import { channelAt } from './channels.ts';
import { byte, directions, half, word, wordsPerTail } from './layout.ts';
import { openShard } from './shard.ts';
import { tell, weightOf } from './surprise.ts';
import { aSeries, normal, points } from './testing/series.ts';
import { votesOf } from './standing.ts';

const everyside = 0b11_1111;
const at = (channel: number): number => word.tails + channel * wordsPerTail;

/** The shard of one warm series of which every channel is at half its threshold. */
function aCalmShard(over: { readonly direction?: 'both' | 'up' | 'down' } = {}) {
  const bank = createBank({ shardSeries: 1 });
  bank.add(aSeries(over));
  bank.replay(0, points(400, normal(33)));
  const shard = openShard(bank.parts().shards[0]!);
  shard.records.u16.fill(0, half.votes, half.votes + 6);
  for (const channel of Object.values(channelAt)) shard.scratch.a[channel] = shard.records.f32[at(channel)]! / 2;
  return shard;
}

describe('what a sample tells', () => {
  it('is nothing where no channel exceeds its threshold', () => {
    const shard = aCalmShard();
    tell(shard, 0, everyside, true);
    expect(Object.values(votesOf(shard.records, 0))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('is the surprise of each channel that exceeds it, and the sum is kept', () => {
    const shard = aCalmShard();
    shard.records.f32[word.bucket] = 0;
    shard.scratch.a[channelAt.med] = 2 * shard.records.f32[at(channelAt.med)]!;
    shard.scratch.a[channelAt.cus] = 2 * shard.records.f32[at(channelAt.cus)]!;
    tell(shard, 0, everyside, true);
    const { med, env, mean, vr, last, cus } = votesOf(shard.records, 0);
    expect(Math.min(med, cus)).toBeGreaterThan(2);
    expect([env, mean, vr, last]).toEqual([0, 0, 0, 0]);
    expect(shard.records.f32[word.bucket]).toBeCloseTo(med + cus, 3);
  });

  it('is not used while the series is cold, but learned', () => {
    const shard = aCalmShard();
    shard.records.u8[byte.cold] = 2;
    shard.scratch.a[channelAt.med] = 1e3;
    const seen = shard.records.u16[half.exceedances + channelAt.med]!;
    tell(shard, 0, everyside, true);
    expect(votesOf(shard.records, 0).med).toBe(0);
    expect(shard.records.u8[byte.cold]).toBe(1);
    expect(shard.records.u16[half.exceedances + channelAt.med]).toBe(seen + 1);
  });

  it('is told and not learned by a series with an open finding', () => {
    const shard = aCalmShard();
    shard.scratch.a[channelAt.med] = 1e3;
    const tails = shard.records.f32.slice(word.tails, word.tails + 6 * wordsPerTail);
    tell(shard, 0, everyside, false);
    expect(votesOf(shard.records, 0).med).toBeGreaterThan(2);
    expect(shard.records.f32.slice(word.tails, word.tails + 6 * wordsPerTail)).toEqual(tails);
  });

  it('leaves the tail of a silent channel as it is', () => {
    const shard = aCalmShard();
    shard.scratch.a[channelAt.env] = Number.NaN;
    const tail = shard.records.f32.slice(at(channelAt.env), at(channelAt.env) + wordsPerTail);
    tell(shard, 0, everyside, true);
    expect(shard.records.f32.slice(at(channelAt.env), at(channelAt.env) + wordsPerTail)).toEqual(tail);
  });

  it('moves the tail of the bands by the longest steps that its exceedances allow', () => {
    const few = aCalmShard();
    const many = aCalmShard();
    few.records.u16[half.exceedances + channelAt.env] = 1;
    few.records.u32[word.count] = 1e6;
    many.records.u16[half.exceedances + channelAt.env] = 60_000;
    many.records.u32[word.count] = 1e9;
    const before = few.records.f32[at(channelAt.env)]!;
    tell(few, 0, everyside, true);
    tell(many, 0, everyside, true);
    expect(before - few.records.f32[at(channelAt.env)]!).toBeGreaterThan(
      100 * (before - many.records.f32[at(channelAt.env)]!),
    );
  });
});

describe('a side that is not bad', () => {
  it.each([
    ['both', true, 1],
    ['both', false, 1],
    ['up', true, 1],
    ['up', false, 0.5],
    ['down', true, 0.5],
    ['down', false, 1],
  ] as const)('of a series where %s is bad, up being %s, counts %d', (direction, isUp, weight) => {
    expect(weightOf(directions[direction], isUp)).toBe(weight);
  });

  it('counts by half in every channel but that of roughness', () => {
    const up = aCalmShard({ direction: 'up' });
    const down = aCalmShard({ direction: 'down' });
    up.scratch.a.fill(30);
    down.scratch.a.fill(30);
    tell(up, 0, everyside, false);
    tell(down, 0, everyside, false);
    const whole = votesOf(up.records, 0);
    const halved = votesOf(down.records, 0);
    expect(halved.med).toBeCloseTo(whole.med / 2, 2);
    expect(halved.cus).toBeCloseTo(whole.cus / 2, 2);
    expect(halved.vr).toBe(whole.vr);
  });
});
