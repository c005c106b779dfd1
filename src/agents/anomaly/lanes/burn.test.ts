import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { createBudgetRing } from './budget-ring.ts';
import { type Burn, burnOf } from './burn.ts';

const hour = 60;
const day = 24 * hour;

/** Minutes of `total` events up to now, of which `share(minutesAgo)` are bad. */
function burning(minutes: number, share: (ago: number) => number, total = 100, objective = 0.999): Burn | null {
  const ring = createBudgetRing(minuteMs);
  for (let ago = minutes - 1; ago >= 0; ago -= 1) {
    const toMs = startMs - ago * minuteMs;
    ring.add(toMs - minuteMs, toMs, share(ago) * total, total);
  }
  return burnOf(ring, objective, startMs, minuteMs);
}

describe('burn rates', () => {
  it('page at 14.4 times over an hour and five minutes', () => {
    const burn = burning(day, (ago) => (ago < hour ? 0.0145 : 0));
    expect(burn).toMatchObject({ isPage: true, factor: 14.4, longMs: hour * minuteMs, shortMs: 5 * minuteMs });
    expect(burn?.long).toBeCloseTo(14.5, 2);
    expect(burn?.short).toBeCloseTo(14.5, 2);
  });

  it('page at 6 times over six hours and thirty minutes', () => {
    expect(burning(day, (ago) => (ago < 6 * hour ? 0.0061 : 0))).toMatchObject({ isPage: true, factor: 6 });
    expect(burning(day, (ago) => (ago < 5 * hour ? 0.0061 : 0))?.isPage).not.toBe(true);
  });

  it('open a ticket at the pace that uses all of the budget', () => {
    expect(burning(3 * day, () => 0.00105, 10_000)).toMatchObject({ isPage: false, factor: 1 });
    expect(burning(3 * day, () => 0.00095)).toBeNull();
  });

  it('page within five minutes of everything failing', () => {
    expect(burning(day, (ago) => (ago < 2 ? 1 : 0))).toMatchObject({ isPage: true, factor: 14.4 });
  });

  it('are over when the short window is clean', () => {
    expect(burning(day, (ago) => (ago < hour && ago >= 6 ? 0.2 : 0))?.factor).not.toBe(14.4);
  });

  it('believe no few requests, and lengthen the short window for them', () => {
    // One request in a minute, every one of them bad for four minutes: four are no proof.
    expect(burning(day, (ago) => (ago < 4 ? 1 : 0), 1)).toBeNull();
    // One in five minutes, bad for half an hour: the five minutes alone would never have five.
    const slow = burning(day, (ago) => (ago < 30 ? 1 : 0), 0.2);
    expect(slow?.proof.windowMs).toBeGreaterThan(slow?.shortMs ?? 0);
    expect(slow?.proof.bad).toBeGreaterThanOrEqual(5);
  });

  it('ask for a lower bound above what the objective allows', () => {
    // Five of sixty are bad where a tenth may be: more than the share, by chance.
    expect(burning(day, (ago) => (ago < hour ? 0.11 : 0), 1, 0.9)).toBeNull();
  });

  it('lower the factor for an objective that can never reach it, and say so', () => {
    const burn = burning(day, (ago) => (ago < hour ? 1 : 0), 100, 0.9);
    expect(burn?.factor).toBeCloseTo(9, 9);
    expect(burn?.loweredFrom).toBe(14.4);
    expect(burning(day, (ago) => (ago < 6 * hour ? 0.7 : 0), 100, 0.9)).toMatchObject({ factor: 6, loweredFrom: null });
    expect(burning(day, (ago) => (ago < 6 * hour ? 0.95 : 0), 100, 0.8)?.factor).toBeCloseTo(4.5, 9);
  });

  it('do not exist without data', () => {
    expect(burnOf(createBudgetRing(minuteMs), 0.999, startMs, minuteMs)).toBeNull();
    expect(burning(day, (ago) => (ago >= 30 ? 0.5 : 0), 100)?.factor).not.toBe(14.4);
  });

  it('count a window that was not wholly seen only as far as it was', () => {
    // Twenty minutes at 20 times are 6.7 times over an hour.
    expect(burning(20, () => 0.02)?.factor).not.toBe(14.4);
    expect(burning(50, () => 0.02)).toMatchObject({ factor: 14.4 });
    expect(burning(4, () => 1)).toMatchObject({ isPage: true });
  });

  it('divide every window by the pace', () => {
    const ring = createBudgetRing(3_000);
    ring.add(startMs - 180_000, startMs, 1_000, 10_000);
    expect(burnOf(ring, 0.999, startMs, 3_000)).toMatchObject({ isPage: true, longMs: 180_000, shortMs: 15_000 });
  });

  it('never alarm below the objective, whatever the traffic', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.8, 0.9, 0.99, 0.999),
        (total, part, objective) => {
          expect(burning(3 * hour, () => part * (1 - objective), total, objective)).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});
