import { describe, expect, it } from 'vitest';
import { dayMs, deployment, minuteMs, normal, shippedSignals, startMs } from '../../../../test/builders/signals.ts';
import { markMs, slotOf } from './marks.ts';
import { knowsOwnPast, ownPastOf } from './own-past.ts';
import { createSeriesState, type SeriesState } from '../series-state.ts';

const hourMs = 60 * minuteMs;

/** Eight days up to a Tuesday of requests around 100 a second, with what `more` adds. */
const aPast = (more: (atMs: number) => number, noise = 1, days = 8): SeriesState[] =>
  shippedSignals
    .filter((one) => one.id === 'sli.rps')
    .map((traits) => {
      const state = createSeriesState({ signal: 'sli.rps', of: deployment() }, traits);
      const draw = normal(5);
      for (let atMs = startMs - days * dayMs; atMs <= startMs; atMs += markMs)
        state.marks.set(slotOf(atMs), 100 + noise * draw() + more(atMs));
      return state;
    });

const pastOf = (states: readonly SeriesState[], side: 'up' | 'down' = 'up') =>
  states.map((state) => ownPastOf(state, side, startMs, null));

/** An hour in the middle of the day `daysBack` days ago, each day another one. */
const strays =
  (size: number, daysBack: readonly number[]) =>
  (atMs: number): number =>
    daysBack.some((day) => Math.abs(atMs - (startMs - day * dayMs - (4 + day) * hourMs)) < 30 * minuteMs) ? size : 0;

describe('how far out the own past days lie', () => {
  it('is inside the edge on every working day of a calm series', () => {
    const [past] = pastOf(aPast(() => 0));
    expect(past?.highest).toBeLessThan(-5);
    expect(past?.days).toBe(7);
  });

  it('shows one day that strayed as the furthest alone', () => {
    const [past] = pastOf(aPast(strays(80, [5])));
    expect(past?.highest).toBeGreaterThan(10);
    expect(past?.second).toBeLessThan(0);
  });

  it('shows two days that strayed at different hours', () => {
    const [past] = pastOf(aPast(strays(80, [4, 5])));
    expect(past?.second).toBeGreaterThan(10);
  });

  it('does not count what happens each day at the same hour', () => {
    const [past] = pastOf(aPast((atMs) => (new Date(atMs).getUTCHours() === 4 ? 80 : 0)));
    expect(past?.highest).toBeLessThan(0);
  });

  it('tells the sides apart', () => {
    const states = aPast(strays(-60, [4, 5]));
    expect(pastOf(states, 'down')[0]?.second).toBeGreaterThan(5);
    expect(pastOf(aPast(strays(-60, [4, 5])), 'up')[0]?.highest).toBeLessThan(0);
  });

  it('leaves out the last two hours, which may be what is asked about', () => {
    const [past] = pastOf(aPast((atMs) => (startMs - atMs < 2 * hourMs ? 80 : 0)));
    expect(past?.highest).toBeLessThan(-5);
  });

  it('is not known from three working days, and is from four', () => {
    // From a Friday and from a Thursday on, a weekend between them and the Tuesday.
    expect(pastOf(aPast(() => 0, 1, 4.5))).toEqual([null]);
    expect(pastOf(aPast(() => 0, 1, 5.5)).map((past) => past?.days)).toEqual([4]);
  });

  it('is worked out once an hour and for one side at a time', () => {
    const known = aPast(() => 0).map((state) => {
      ownPastOf(state, 'up', startMs, null);
      return [
        knowsOwnPast(state, 'up', startMs + 59 * minuteMs),
        knowsOwnPast(state, 'down', startMs),
        knowsOwnPast(state, 'up', startMs + 60 * minuteMs),
      ];
    });
    expect(known).toEqual([[true, false, false]]);
  });
});
