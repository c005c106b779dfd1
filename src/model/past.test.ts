import { describe, expect, it } from 'vitest';
import { learnedDays } from '../backtest/window.ts';
import { daysKept, markMs, marksKept, marksPerDay } from '../agents/anomaly/marks.ts';
import { pastDays, pastStepMs } from './past.ts';

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
