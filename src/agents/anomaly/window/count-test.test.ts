import { describe, expect, it } from 'vitest';
import { countBelief, countTest } from './count-test.ts';
import { createMarks, type Marks, marksPerDay, markMs } from '../past/marks.ts';
import type { WindowTest } from './window-test.ts';

const nowMs = Date.UTC(2026, 5, 9, 14, 0);
const windowMs = 10 * 60_000;

const tested = (test: WindowTest, week: Marks): WindowTest =>
  countTest(test, countBelief(week, nowMs, windowMs), windowMs);

const aTest = (x: number): WindowTest => ({
  x,
  side: 'up',
  isBad: true,
  minimum: 2,
  t: 0,
  df: 30,
  p: 0.5,
  surprise: 0,
  exceeded: 0,
});

/** A week in which every window of ten minutes shows as many. */
const aWeekOf = (count: number): Marks => {
  const marks = createMarks();
  const last = nowMs / markMs;
  for (let slot = last - 7 * marksPerDay; slot <= last; slot += 1) marks.set(slot, count);
  return marks;
};

describe('test of counts', () => {
  it('is sure of three restarts where there are none', () => {
    expect(tested(aTest(3), aWeekOf(0)).surprise).toBeGreaterThan(5);
  });

  it('takes three restarts for usual where three are', () => {
    expect(tested(aTest(3), aWeekOf(3)).p).toBe(1);
  });

  it('is careful where nothing was counted yet, and still sees a crash loop', () => {
    const fresh = createMarks();
    const known = tested(aTest(3), aWeekOf(0));
    const unknown = tested(aTest(3), fresh);
    expect(unknown.surprise).toBeLessThan(known.surprise);
    expect(unknown.surprise).toBeGreaterThan(3);
  });

  it('lets a difference below what matters count for nothing', () => {
    expect(tested(aTest(1), aWeekOf(0)).p).toBe(1);
  });

  it('keeps its promise for one count in three minutes', () => {
    // P(X ≥ 12) of a Poisson count with mean 10/3 is 1.9e-4; the belief of the start pulls the rate of a week down by a fifteenth.
    const { p } = tested({ ...aTest(12), minimum: 0 }, aWeekOf(10 / 3));
    expect(p).toBeGreaterThan(0.9e-4);
    expect(p).toBeLessThan(1.9e-4);
  });
});
