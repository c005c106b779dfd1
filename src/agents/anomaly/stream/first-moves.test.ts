import { describe, expect, it } from 'vitest';
import { isAway, moveSurprise } from './first-moves.ts';
import { scoreSeries } from './offline.ts';
import { suspectSurprise } from './parameters.ts';
import { stretchesOf } from './stretches.ts';
import { minute, monday, points } from './testing/series.ts';

/** A constant of 100 with other values by row. */
const constant = (others: (index: number) => number | null, rows = 600) =>
  points(rows, (index) => others(index) ?? 100);
const stretches = (past: ReturnType<typeof constant>) => stretchesOf(scoreSeries(past, minute), minute);

describe('a constant that moves', () => {
  it('is a suspect from its first hundred values on', () => {
    const past = constant((index) => (index === 100 ? 101 : null));
    expect(moveSurprise(past, 100)).toBeGreaterThanOrEqual(suspectSurprise);
  });

  it('is the more surprising the longer it stood still', () => {
    const past = constant((index) => (index === 300 || index === 500 ? index : null));
    expect(moveSurprise(past, 500)).toBeGreaterThan(moveSurprise(past, 300));
  });

  it('stands out by a single value', () => {
    const found = stretches(constant((index) => (index === 400 ? 900 : null)));
    expect(found).toEqual([
      expect.objectContaining({ fromMs: monday + 400 * minute, rows: 1, value: 900, usual: 100, channel: 'constant' }),
    ]);
  });

  it('stands out for as long as its new level is not known, and is shown once', () => {
    const rows = scoreSeries(
      constant((index) => (index >= 400 ? 900 : null)),
      minute,
    );
    expect(rows.filter(({ shown }) => shown > 0).map(({ atMs }) => atMs)).toEqual([monday + 400 * minute]);
    expect(stretchesOf(rows, minute)).toEqual([
      expect.objectContaining({ fromMs: monday + 400 * minute, toMs: monday + 498 * minute }),
    ]);
  });

  it('is no news where the series was for long before', () => {
    const found = stretches(constant((index) => (index >= 200 && index < 400 ? 50 : null)));
    expect(found.map(({ fromMs, value }) => [fromMs, value])).toEqual([[monday + 200 * minute, 50]]);
  });

  it('does not move by the rounding of a sum', () => {
    expect(stretches(points(300, (index) => (index < 200 ? 0.3 : 0.1 + 0.2)))).toEqual([]);
  });

  it('moves as well at a large offset', () => {
    const found = stretches(points(300, (index) => (index === 200 ? -1e9 - 5 : -1e9)));
    expect(found).toEqual([expect.objectContaining({ value: -1e9 - 5, usual: -1e9 })]);
  });
});

describe('being away from a constant', () => {
  it.each([
    [900, true],
    [600, true],
    [500, false],
    [100, false],
    [-700, false],
  ])('with 100 left for 900, %d is: %s', (value, away) => {
    expect(isAway(value, 100, 900)).toBe(away);
  });
});
