import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import { backOffMs } from './back-off.ts';
import { watchSilence } from './silence.ts';

const backOff = { baseMs: 800, longestMs: 30_000 };

describe('waiting before another try', () => {
  it('doubles with each failure up to the longest', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backOffMs(failures, backOff, () => 0));

    expect(waits).toEqual([400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
  });

  it('lies between half of and the whole step, however often it failed', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const wait = backOffMs(failures, backOff, () => random);
        expect(wait).toBeGreaterThanOrEqual(400);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});

describe('the silence of a stream', () => {
  it('is noticed after the time since it last spoke', () => {
    const wall = steppedClock(0);
    let calls = 0;
    const silence = watchSilence(wall, 90_000, () => (calls += 1));
    wall.advance(60_000);
    silence.heard();
    wall.advance(89_999);
    expect(silence.isSilent()).toBe(false);

    wall.advance(1);

    expect(silence.isSilent()).toBe(true);
    expect(calls).toBe(1);
    expect(wall.pending()).toBe(0);
  });

  it('keeps one timer however much is said, and none once it stopped', () => {
    const wall = steppedClock(0);
    const silence = watchSilence(wall, 90_000, () => undefined);
    for (let count = 0; count < 1_000; count += 1) silence.heard();
    expect(wall.pending()).toBe(1);

    silence.stop();

    expect(wall.pending()).toBe(0);
  });
});
