import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { createMedianRing } from './median-ring.ts';

const five = 5 * minuteMs;

describe('medians of equal steps', () => {
  it('are told when their step is complete', () => {
    const ring = createMedianRing(five, 72);
    for (const [minute, value] of [1, 9, 2, 3, 4].entries()) ring.add(startMs + (minute + 1) * minuteMs, value);
    expect([...ring.points(1).values]).toEqual([3]);
    ring.add(startMs + 6 * minuteMs, 7);
    expect([...ring.points(1).values]).toEqual([3]);
    ring.add(startMs + 11 * minuteMs, 8);
    expect([...ring.points(1).values]).toEqual([3, 7]);
    expect(ring.points(1)).toMatchObject({ fromMs: startMs, stepMs: five });
  });

  it('are the newest ones', () => {
    const ring = createMedianRing(five, 4);
    for (let step = 1; step <= 10; step += 1) ring.add(startMs + step * five, step);
    expect([...ring.points(1).values]).toEqual([7, 8, 9, 10]);
    expect([...ring.points(1).hours]).toEqual([0, 1 / 12, 1 / 6, 0.25]);
  });

  it('take in a past that came late, but no step that is known already, and none that is too old', () => {
    const ring = createMedianRing(five, 6);
    for (const step of [5, 6]) ring.add(startMs + step * five, step);
    const late = [6, 4, 3, 1, -1].map((step) => ({ atMs: startMs + step * five, value: 10 * step }));
    ring.addPast([...late, { atMs: startMs + 3 * five - minuteMs, value: 32 }]);
    expect([...ring.points(1).values]).toEqual([10, 31, 40, 5, 6]);
    expect(ring.points(1).fromMs).toBe(startMs);
  });

  it('keep the times of what is missing between them', () => {
    const ring = createMedianRing(five, 72);
    for (const step of [1, 2, 5]) ring.add(startMs + step * five, step);
    expect([...ring.points(1).hours]).toEqual([0, 1 / 12, 4 / 12]);
  });

  it('of a past in quarters of an hour have no holes when three are merged', () => {
    const ring = createMedianRing(five, 75);
    for (let quarter = 1; quarter <= 20; quarter += 1) ring.add(startMs + quarter * 3 * five, quarter);
    const { hours, values } = ring.points(3);
    expect([...values]).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect([...hours]).toEqual(Array.from({ length: 20 }, (_, index) => index / 4));
  });

  it('leave out what is older than the last, and what is no number', () => {
    const ring = createMedianRing(five, 72);
    ring.add(startMs + five, 1);
    ring.add(startMs + five, 5);
    ring.add(startMs, 5);
    ring.add(startMs + 2 * five, Number.NaN);
    expect([...ring.points(1).values]).toEqual([1]);
  });

  it('begin at a time that is told', () => {
    const ring = createMedianRing(five, 72);
    for (let step = 1; step <= 6; step += 1) ring.add(startMs + step * five, step);
    ring.startAt(startMs + 2 * five + 1);
    expect([...ring.points(1).values]).toEqual([4, 5, 6]);
  });
});
