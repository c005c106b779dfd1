import { describe, expect, it } from 'vitest';
import { learnedDays } from '../backtest/window.ts';
import { daysKept, markMs, marksKept, marksPerDay } from '../agents/anomaly/past/marks.ts';
import { isWeekend, pastDays, pastStepMs, pastWeekends } from './past.ts';

describe('the past that teaches what is usual', () => {
  it('is kept in the steps in which it is read', () => {
    expect(markMs).toBe(pastStepMs);
    expect(marksPerDay * pastStepMs).toBe(86_400_000);
  });

  it('fits into what is kept of a series, with the newest hours', () => {
    expect(daysKept).toBe(pastDays);
    expect(marksKept).toBeGreaterThan(pastDays * marksPerDay);
  });

  it('is as long for a replay of history as for a start', () => {
    expect(learnedDays).toBe(pastDays);
  });

  it('stays under the eleven thousand points that Prometheus answers at most', () => {
    expect((pastDays * 86_400_000) / pastStepMs).toBeLessThan(11_000);
  });
});

describe('the weekends before the past days', () => {
  const quarter = 15 * 60_000;
  const told = (nowMs: number): string[] =>
    pastWeekends(nowMs).map(
      ({ fromMs, toMs }) =>
        `${new Date(fromMs).toISOString().slice(5, 16)} to ${new Date(toMs).toISOString().slice(5, 16)}`,
    );

  it('are the two days of each within four weeks, newest first', () => {
    expect(told(Date.UTC(2026, 10, 26, 10))).toEqual([
      '11-14T00:00 to 11-15T23:45',
      '11-07T00:00 to 11-08T23:45',
      '10-31T00:00 to 11-01T23:45',
    ]);
  });

  it('begin where the past days end and end four weeks back, on a Saturday, too', () => {
    expect(told(Date.UTC(2026, 10, 28, 10, 7))).toEqual([
      '11-14T00:00 to 11-15T23:45',
      '11-07T00:00 to 11-08T23:45',
      '10-31T10:15 to 11-01T23:45',
    ]);
  });

  it('leave no quarter of a weekend day of four weeks out, and take none twice', () => {
    const nowMs = Date.UTC(2026, 10, 22, 3, 1);
    const quarters = pastWeekends(nowMs).flatMap(({ fromMs, toMs }) =>
      Array.from({ length: 1 + (toMs - fromMs) / quarter }, (_, at) => fromMs + at * quarter),
    );
    const wanted = Array.from({ length: 28 * 96 }, (_, at) => Date.UTC(2026, 9, 25, 3, 15) + at * quarter).filter(
      (atMs) => isWeekend(atMs) && atMs < nowMs - pastDays * 86_400_000,
    );
    expect(quarters.toSorted((left, right) => left - right)).toEqual(wanted);
  });
});
