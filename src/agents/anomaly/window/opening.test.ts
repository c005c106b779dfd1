import { describe, expect, it } from 'vitest';
import { dayMs, deployment, minuteMs, shippedSignals, startMs } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import { markMs, slotOf } from '../past/marks.ts';
import { createSeriesState, keepFloor, type OwnPast, type SeriesState, usualAt } from '../series-state.ts';
import { windowsOf } from '../settings.ts';
import { mayOpen } from './opening.ts';
import { windowTest } from './window-test.ts';

const hourMs = 60 * minuteMs;
const windows = windowsOf(paceOf(1));
const calm: OwnPast = { highest: -5, second: -6, days: 5 };

/** Requests of which three tests in a row were surprising enough for a series that is calm, and for no other. */
function aState(answeredMs: number): SeriesState[] {
  return shippedSignals
    .filter((one) => one.id === 'sli.rps')
    .map((traits) => {
      const state = createSeriesState({ signal: 'sli.rps', of: deployment() }, traits);
      for (let atMs = startMs - 8 * dayMs; atMs < startMs; atMs += markMs)
        state.marks.set(slotOf(atMs), 100 + (slotOf(atMs) % 7));
      const level = usualAt(state, startMs)!;
      const test = { ...windowTest(500, level, traits, 0), surprise: 2.7 };
      state.tested = { test, level, q: 0.01, family: 10 };
      state.results.push(state.tested, state.tested, state.tested);
      state.window.push({ atMs: startMs, value: 500, weight: undefined });
      state.ownPast = { hour: Math.floor(answeredMs / hourMs), side: 'up', found: calm };
      return state;
    });
}

const opens = (states: readonly SeriesState[]): boolean[] =>
  states.map((state) => mayOpen(state, state.tested!, startMs, windows));

describe('what may open', () => {
  it('opens a little earlier where its own past days are calm', () => {
    expect(opens(aState(startMs))).toEqual([true]);
  });

  it('goes by the common rule where its past days were looked at in another hour', () => {
    expect(opens(aState(startMs - 30 * 24 * hourMs))).toEqual([false]);
  });

  it('goes by the common rule once something else matters on its workload, until its past days are looked at again', () => {
    const states = aState(startMs);
    for (const state of states) keepFloor(state, { absolute: 1, relative: 1.1 });
    expect(opens(states)).toEqual([false]);
  });
});
