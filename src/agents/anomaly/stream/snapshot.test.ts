import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBank } from './bank.ts';
import { aSeries, normal, points, spoken } from './testing/series.ts';

const length = 300;

function aBank(count: number) {
  const bank = createBank({ shardSeries: 2 });
  const noise = normal(21);
  const past = points(length, () => noise());
  const slots = ['a', 'b', 'c'].map((id) => bank.add(aSeries({ id })));
  bank.replay(slots[0]!, past.slice(0, count));
  bank.replay(slots[2]!, past.slice(0, Math.floor(count / 3)));
  return { bank, past, slot: slots[0]! };
}

describe('a snapshot', () => {
  it('goes on as if it had never stopped, wherever it was taken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length - 1 }), fc.integer({ min: 1, max: 4 }), (cut, shardSeries) => {
        const { bank, past, slot } = aBank(cut);
        const restored = createBank({ shardSeries });
        expect(restored.restore(bank.snapshot())).toEqual({ restored: true });
        expect(spoken(restored, slot, past.slice(cut))).toEqual(spoken(bank, slot, past.slice(cut)));
        expect(restored.snapshot()).toEqual(bank.snapshot());
      }),
      { numRuns: 25 },
    );
  });

  it('holds an empty bank', () => {
    expect(createBank().restore(createBank().snapshot())).toEqual({ restored: true });
  });

  it('takes series that were removed for free slots', () => {
    const { bank } = aBank(250);
    bank.remove(1);
    const restored = createBank();
    restored.restore(bank.snapshot());
    expect(restored.size()).toBe(2);
    expect(restored.add(aSeries({ id: 'new' }))).toBe(1);
  });

  it('is refused with any byte changed, and leaves the bank as it was', () => {
    const { bank } = aBank(250);
    const whole = bank.snapshot();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(whole);
        damaged[at]! ^= change;
        expect(bank.restore(damaged)).toMatchObject({ restored: false });
        expect(bank.snapshot()).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [0, /less than its head/],
    [31, /less than its head/],
    [200, /checksum/],
  ])('of %d bytes is refused with a reason', (bytes, why) => {
    const { bank } = aBank(10);
    const read = bank.restore(bank.snapshot().subarray(0, bytes));
    expect(read).toEqual({ restored: false, why: expect.stringMatching(why) as unknown });
  });

  it('of another program or version is refused by name', () => {
    const { bank } = aBank(10);
    const other = bank.snapshot();
    other[4]! += 1;
    expect(bank.restore(other)).toEqual({ restored: false, why: expect.stringMatching(/version/) as unknown });
    other[0]! += 1;
    expect(bank.restore(other)).toEqual({ restored: false, why: 'it is not a snapshot of tier one' });
  });
});
