import { describe, expect, it } from 'vitest';
import { firingsOf } from './clean-day.ts';

const grid = 30_000;
const at = (...steps: readonly number[]) => ({ labels: {}, timesMs: steps.map((one) => one * grid) });

describe('firings of a rule over a day', () => {
  it('are none while it held shorter than it must', () => {
    expect(firingsOf(at(0, 1, 2), 3 * grid, grid)).toEqual([]);
  });

  it('begin when it held long enough, once for each stretch', () => {
    expect(firingsOf(at(0, 1, 2, 3, 4), 3 * grid, grid)).toEqual([3 * grid]);
  });

  it('begin anew after a hole', () => {
    expect(firingsOf(at(0, 1, 2, 5, 6, 7), 2 * grid, grid)).toEqual([2 * grid, 7 * grid]);
  });

  it('begin at once for a rule without a time', () => {
    expect(firingsOf(at(4), 0, grid)).toEqual([4 * grid]);
  });
});
