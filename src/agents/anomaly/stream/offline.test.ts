import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHabituation, scoreOf } from './habituation.ts';
import { scoreSeries, stepOf, type OfflineRow } from './offline.ts';
import { stretchesOf, wordsOf } from './stretches.ts';
import { minute, monday, normal, points } from './testing/series.ts';

const hour = 60 * minute;

describe('habituation', () => {
  it('shows again only what is 1.2 times more surprising', () => {
    const shown = createHabituation();
    expect([10, 11.9, 12, 12.1, 14].map((surprise) => shown(monday, surprise))).toEqual([10, 0, 0, 12.1, 0]);
  });

  it('lets what it showed fade by half in a day', () => {
    const shown = createHabituation();
    shown(monday, 10);
    expect(shown(monday + 24 * hour, 5.9)).toBe(0);
    expect(shown(monday + 24 * hour, 6.1)).toBe(6.1);
  });

  it('shows nothing of nothing', () => {
    expect(createHabituation()(monday, 0)).toBe(0);
  });

  it.each([
    [0, 0],
    [10, 0.5],
    [20, 0.75],
  ])('gives E = %d the score %d', (surprise, score) => {
    expect(scoreOf(surprise)).toBe(score);
  });

  it('keeps the order of surprises in scores', () => {
    const surprise = fc.double({ min: 0, max: 384, noNaN: true });
    fc.assert(
      fc.property(surprise, surprise, (left, right) => {
        expect(scoreOf(Math.max(left, right))).toBeGreaterThanOrEqual(scoreOf(Math.min(left, right)));
        expect(scoreOf(left)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a recorded series', () => {
  const noise = normal(17);
  const past = points(600, (index) => (index >= 500 && index < 520 ? 15 : 0) + noise());

  it('is scored row by row, and only for what came before', () => {
    const whole = scoreSeries(past, minute);
    expect(scoreSeries(past.slice(0, 510), minute)).toEqual(whole.slice(0, 510));
    expect(whole.slice(0, 200).every(({ surprise }) => surprise === 0)).toBe(true);
  });

  it('stands out where it changed, with what was usual before', () => {
    const [most] = stretchesOf(scoreSeries(past, minute), minute).toSorted((a, b) => b.surprise - a.surprise);
    expect(most).toMatchObject({ fromMs: monday + 500 * minute });
    expect(Math.abs(most!.usual)).toBeLessThan(0.5);
    expect(most!.value).toBeGreaterThan(12);
  });

  it('has its surprises in steps of 1/1024, those of a constant that moved and stays away included', () => {
    const moved = scoreSeries(
      points(160, (index) => (index < 150 ? 0 : 5)),
      minute,
    ).slice(150);
    expect(moved[1]?.loudest).toBe('constant');
    expect(moved.map(({ surprise }) => (surprise * 1024) % 1)).toEqual(moved.map(() => 0));
  });

  it.each([
    ['of one point has no step', 1, 0],
    ['of minutes has a step of one minute', 5, minute],
  ])('%s', (_, count, step) => {
    expect(stepOf(points(count, () => 0))).toBe(step);
  });

  it('has the usual time between rows as its step, whatever the gaps', () => {
    const gappy = [0, 1, 2, 3, 500, 501, 502].map((at) => ({ atMs: at * minute, value: 0 }));
    expect(stepOf(gappy)).toBe(minute);
  });
});

describe('stretches', () => {
  const row = (at: number, surprise: number, shown: number): OfflineRow => ({
    atMs: monday + at * minute,
    value: surprise,
    usual: 1,
    surprise,
    shown,
    loudest: 'last',
  });

  it('join rows less than half an hour apart and name the furthest', () => {
    const stretches = stretchesOf(
      [row(0, 9, 9), row(20, 14, 14), row(25, 2, 0), row(49, 10, 0), row(90, 12, 12)],
      minute,
    );
    expect(stretches.map(({ fromMs, toMs, peakMs, rows }) => [fromMs, toMs, peakMs, rows])).toEqual([
      [monday, monday + 49 * minute, monday + 20 * minute, 3],
      [monday + 90 * minute, monday + 90 * minute, monday + 90 * minute, 1],
    ]);
  });

  it('leave out what only repeats what was shown', () => {
    expect(stretchesOf([row(0, 9, 0), row(1, 9.5, 0)], minute)).toEqual([]);
  });

  it('say in words what a channel sees', () => {
    expect(wordsOf('env')).toBe('odd at this hour');
  });
});
