import { describe, expect, it } from 'vitest';
import { deployment, minuteMs, shippedSignals, startMs } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import { createSeriesState } from '../series-state.ts';
import { windowsOf } from '../settings.ts';
import { testWindows } from './two-windows.ts';
import { levelOf } from './window-test.ts';

/** Traffic that was around 60 on each of seven days, within `spread`. */
const around = (spread: number) => {
  const [traits] = shippedSignals.filter((one) => one.id === 'sli.rps');
  if (traits === undefined) throw new Error('no traffic');
  const level = levelOf(
    {
      values: Float64Array.from({ length: 133 }, (_, index) => 60 + (spread * ((index % 7) - 3)) / 3),
      daysBack: Uint8Array.from({ length: 133 }, (_, index) => 1 + Math.floor(index / 19)),
      chosen: [1, 2, 3, 4, 5, 6, 7],
      like: [],
      excursions: () => [],
      days: 7,
      weaker: 0,
    },
    { range: 0, quantum: 0 },
    traits,
    0,
  );
  return { traits, level };
};

/** Whether the half hour decides on traffic that is up by half: within the noise of five samples, beyond that of thirty minutes. */
function isSeenByTheLongWindow(stepMinutes: number, samples: number): boolean {
  const { traits, level: short } = around(60);
  const { level: long } = around(6);
  const state = createSeriesState({ signal: 'sli.rps', of: deployment() }, traits);
  for (let at = samples - 1; at >= 0; at -= 1) state.live.push(startMs - at * stepMinutes * minuteMs, 120);
  const windows = windowsOf({ ...paceOf(1), cycleMs: stepMinutes * minuteMs });
  return testWindows(120, state, { short, long: () => long }, startMs, windows).level === long;
}

describe('the window of half an hour', () => {
  it.each([
    [1, 30],
    [1, 20],
    [5, 6],
    [5, 4],
    [10, 3],
  ])('decides on cycles of %i min with %i samples in it', (stepMinutes, samples) => {
    expect(isSeenByTheLongWindow(stepMinutes, samples)).toBe(true);
  });

  it.each([
    [1, 19],
    [5, 3],
    [10, 1],
  ])('has no median on cycles of %i min with %i samples in it', (stepMinutes, samples) => {
    expect(isSeenByTheLongWindow(stepMinutes, samples)).toBe(false);
  });
});
