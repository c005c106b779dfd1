import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRig, minuteMs, normal, raised, type Series } from '../../../../test/builders/signals.ts';
import type { SignalId } from '../../../model/signal.ts';
import { createMarks, markMs, marksPerDay } from './marks.ts';
import { createWeekends, weekendValues } from './weekends.ts';

/** Saturday, 3 October 2026, midnight. */
const saturday = Date.UTC(2026, 9, 3) / markMs;
const monday = saturday + 2 * marksPerDay;

describe('weekends that are kept', () => {
  it('hold the quarters of Saturdays and Sundays, and nothing between them', () => {
    const weekends = createWeekends();
    for (const slot of [saturday, saturday + 1, saturday + 3, saturday + marksPerDay, monday]) weekends.set(slot, slot);

    const found = [saturday, saturday + 1, saturday + 3, saturday + marksPerDay, monday].map((slot) =>
      weekends.at(slot),
    );

    expect(found).toEqual([saturday, Number.NaN, saturday + 3, saturday + marksPerDay, Number.NaN].map(Math.fround));
  });

  it('forget the fifth weekend back when its place is taken, and never bring it back', () => {
    const weekends = createWeekends();
    weekends.set(saturday + 3, 1);
    weekends.set(saturday + 28 * marksPerDay, 2);

    expect(weekends.at(saturday + 3)).toBeNaN();
    expect(weekends.at(saturday + 28 * marksPerDay)).toBe(2);

    weekends.set(saturday + 3, 1);

    expect(weekends.at(saturday + 3)).toBeNaN();
  });

  it('drop what came from a time on, in every day that is kept', () => {
    const weekends = createWeekends();
    const slots = [saturday, saturday + 30, saturday + marksPerDay, saturday + 7 * marksPerDay];
    for (const slot of slots) weekends.set(slot, 5);

    weekends.dropFrom(saturday + 29);

    expect(slots.map((slot) => weekends.at(slot))).toEqual([5, Number.NaN, Number.NaN, Number.NaN]);
  });

  it('go on after they were kept and loaded as if nothing had happened', () => {
    const weekends = createWeekends();
    weekends.set(saturday, 2);
    const loaded = createWeekends();
    loaded.load(weekends.kept());
    loaded.scale(3);

    expect(loaded.at(saturday)).toBe(6);
    expect(weekends.at(saturday)).toBe(2);
    expect(loaded.kept()?.offsets).toHaveLength(weekendValues);
    expect(createWeekends().kept()).toBeNull();
  });
});

describe('marks of a weekend', () => {
  it('are read up to four weeks back, while working days end with the ring', () => {
    const marks = createMarks();
    for (let day = 0; day < 28; day += 1) marks.set(saturday + day * marksPerDay, 100 + day);

    const now = saturday + 28 * marksPerDay;
    const found = [7, 14, 21, 27, 10, 20].map((back) => marks.at(now - back * marksPerDay));

    expect(found).toEqual([121, 114, 107, 101, Number.NaN, 108]);
  });

  it('may be taught after the week, as a source that is asked twice does', () => {
    const marks = createMarks();
    const now = saturday + 21 * marksPerDay;
    for (let day = 1; day <= 8; day += 1) marks.set(now - day * marksPerDay, day);
    marks.set(now - 14 * marksPerDay, 50);

    expect(marks.at(now - 14 * marksPerDay)).toBe(50);
    expect(marks.newestSlot()).toBe(now - marksPerDay);
  });

  it('never answer for another day than the one that was set', () => {
    const days = fc.array(fc.integer({ min: 0, max: 40 * marksPerDay }), { maxLength: 60 });
    fc.assert(
      fc.property(days, (offsets) => {
        const marks = createMarks();
        for (const offset of offsets.toSorted((left, right) => left - right)) marks.set(saturday + offset, offset);
        const wrong = Array.from({ length: 40 * marksPerDay }, (_, offset) => offset).filter(
          (offset) => Math.abs(marks.at(saturday + offset) - offset) > 0,
        );

        expect(wrong).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

/** Busy on working days, quiet on weekends, as it is 28 days before a Saturday. */
const weekly = (workday: number, weekend: number, signal: SignalId, seed: number): Series => {
  const noise = normal(seed);
  return {
    signal,
    level: (atMs) => ([0, 6].includes(new Date(atMs).getUTCDay()) ? weekend : workday) * (1 + 0.02 * noise()),
  };
};

describe('a Saturday of a service with a weekly rhythm', () => {
  const fromMs = Date.UTC(2026, 9, 31, 11);
  const found = (past: Series, level: number): string[] => {
    const rig = aRig([past], { days: 28, fromMs, stepMs: 5 * minuteMs });
    expect(raised(rig.run(30, [past]))).toEqual([]);
    return raised(rig.run(8, [{ ...past, level: () => level }]));
  };

  it('is compared with Saturdays and Sundays, so that a rise to the level of a working day is seen', () => {
    expect(found(weekly(90, 40, 'sli.rps', 1), 85)).toEqual(['signal:sli.rps@shop/Deployment/cart']);
    expect(found(weekly(90, 40, 'sli.rps', 2), 20)).toEqual(['signal:sli.rps@shop/Deployment/cart']);
    expect(found(weekly(0.4, 0.2, 'sli.latency', 3), 0.39)).toEqual(['signal:sli.latency@shop/Deployment/cart']);
  });
});
