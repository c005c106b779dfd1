import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBank } from './bank.ts';
import { aSeries, autoregressive, dyadic, minute, monday, normal, points, spoken, spokenOf } from './testing/series.ts';

const length = 520;
const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** Noise with a jump, a spike and a flat stretch, in sixteenths. */
function eventful(seed: number): number[] {
  const noise = autoregressive(seed, 0.5);
  return Array.from({ length }, (_, index) => {
    const value = noise() + (index > 400 ? 3 : 0) + (index === 330 ? 12 : 0);
    return dyadic(index > 450 && index < 480 ? 3 : value);
  });
}

describe('one pass over a series', () => {
  it('says the same of a series in another unit', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -12, max: 12 }), (seed, power) => {
        const values = eventful(seed);
        const factor = 2 ** power;
        const scaled = spokenOf(
          points(length, (index) => values[index]! * factor),
          { deltaMin: 0.25 * factor },
        );
        expect(scaled).toEqual(
          spokenOf(
            points(length, (index) => values[index]!),
            { deltaMin: 0.25 },
          ),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('says the same of a series with another zero', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), (seed, offset) => {
        const values = eventful(seed);
        const shifted = spokenOf(points(length, (index) => values[index]! + offset));
        expect(shifted).toEqual(spokenOf(points(length, (index) => values[index]!)));
      }),
      { numRuns: 20 },
    );
  });

  it('says the same of a mirrored series', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const values = eventful(seed);
        const mirrored = spokenOf(points(length, (index) => -values[index]!));
        expect(mirrored).toEqual(spokenOf(points(length, (index) => values[index]!)));
      }),
      { numRuns: 20 },
    );
  });

  it('calls a larger value no less rare and no smaller a jump', () => {
    const past = points(length, normal(5));
    const bank = createBank({ shardSeries: 1 });
    const slot = bank.add(aSeries());
    bank.replay(slot, past);
    const kept = bank.snapshot();
    const saidOf = (value: number) => {
      bank.restore(kept);
      return spoken(bank, slot, [{ atMs: monday + length * minute, value }])[0]!.votes;
    };
    fc.assert(
      fc.property(
        fc.double({ min: 4, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (value, more) => {
          const smaller = saidOf(value);
          const larger = saidOf(value + more);
          expect(larger.med).toBeGreaterThanOrEqual(smaller.med);
          expect(larger.last).toBeGreaterThanOrEqual(smaller.last);
        },
      ),
    );
  });

  it('takes any garbage without a throw and without a number that is none', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, 0),
      fc.integer({ min: 0, max: 3 }),
    );
    const step = fc.constantFrom(0, -minute, minute, minute, minute, 45 * minute, 26 * 60 * minute);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, step), { minLength: 250, maxLength: 400 }), (rows) => {
        let atMs = monday;
        const said = spokenOf(
          rows.map(([one, stepMs]) => {
            atMs += stepMs;
            return { atMs, value: one };
          }),
        );
        expect(said.filter(({ surprise }) => !(surprise >= 0 && surprise < 400))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('counts the side that is not bad by half', () => {
    const past = [...points(length, normal(6)), { atMs: monday + length * minute, value: -9 }];
    const both = spokenOf(past).at(-1)!.votes;
    const up = spokenOf(past, { direction: 'up' }).at(-1)!.votes;
    const down = spokenOf(past, { direction: 'down' }).at(-1)!.votes;
    expect(both.med).toBeGreaterThan(3);
    expect(down.med).toBe(both.med);
    expect(Math.abs(up.med - both.med / 2)).toBeLessThan(1 / 1024);
    expect(up.vr).toBe(both.vr);
  });

  it('takes the first of two samples at one time and none that comes late', () => {
    const past = points(length, normal(7));
    const again = past.flatMap((point) => [point, { ...point, value: 1e6 }, { atMs: point.atMs - 1, value: 1e6 }]);
    const said = spokenOf(again).filter((_, index) => index % 3 === 0);
    expect(said).toEqual(spokenOf(past));
  });
});

describe('gaps', () => {
  const noise = normal(8);
  const past = points(length, () => noise());
  const endMs = monday + (length - 1) * minute;
  const after = (gapMs: number, count: number) =>
    spokenOf([
      ...past,
      ...Array.from({ length: count }, (_, index) => ({ atMs: endMs + gapMs + index * minute, value: 40 })),
    ])
      .slice(length)
      .map(({ votes }) => votes);

  it('says nothing in a cycle without a sample', () => {
    expect(spokenOf([...past, { atMs: endMs + minute, value: Number.NaN }]).at(-1)!.surprise).toBe(0);
  });

  it('keeps short memories over a short gap', () => {
    const [first] = after(20 * minute, 1);
    expect(first!.last).toBeGreaterThan(2);
    expect(first!.mean).toBeGreaterThan(2);
  });

  it('starts short memories anew after half an hour: no jump, no mean, until five samples came', () => {
    const votes = after(31 * minute, 7);
    expect(votes[0]!.last).toBe(0);
    expect(votes.slice(0, 4).map(({ mean, vr, cus }) => mean + vr + cus)).toEqual([0, 0, 0, 0]);
    expect(votes[0]!.med).toBeGreaterThan(2);
    expect(votes[6]!.mean).toBeGreaterThan(2);
  });

  it('is cold for 30 samples after a day', () => {
    const votes = after(25 * 60 * minute, 31);
    expect(votes.slice(0, 30).every(({ med }) => med === 0)).toBe(true);
    expect(votes[30]!.med).toBeGreaterThan(2);
  });

  it('forgets after a fortnight', () => {
    const bank = createBank();
    const slot = bank.add(aSeries());
    bank.replay(slot, [...past, { atMs: endMs + 15 * 24 * 60 * minute, value: 1 }]);
    expect(bank.state(slot)).toBe('warm-up');
  });
});
