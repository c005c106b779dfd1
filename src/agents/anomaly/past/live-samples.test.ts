import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveSamples } from './live-samples.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const twoHours = 120 * minuteMs;

/** Reads each `everyMs` from one time to another; the value is the minute. */
const read = (samples: ReturnType<typeof createLiveSamples>, fromMs: number, toMs: number, everyMs: number): void => {
  for (let atMs = fromMs; atMs <= toMs; atMs += everyMs) samples.push(atMs, atMs / minuteMs);
};
const minutesOf = (samples: ReturnType<typeof createLiveSamples>, fromMs: number, toMs: number): number[] =>
  samples.between(fromMs, toMs).filter(Number.isInteger);

describe('live samples', () => {
  it('hold two hours of cycles while guards are read each fifteen seconds', () => {
    const samples = createLiveSamples();
    read(samples, 0, 200 * minuteMs, minuteMs);
    read(samples, 200 * minuteMs + 1, 330 * minuteMs, 15 * secondMs);
    expect(samples.between(210 * minuteMs, 330 * minuteMs)).toHaveLength(480);
    read(samples, 331 * minuteMs, 340 * minuteMs, minuteMs);
    expect(minutesOf(samples, 330 * minuteMs, 340 * minuteMs)).toHaveLength(10);
    expect(samples.all()[0]?.atMs).toBeLessThanOrEqual(220 * minuteMs);
  });

  it('give the room back after a verification', () => {
    const samples = createLiveSamples();
    read(samples, 0, 240 * minuteMs, 15 * secondMs);
    read(samples, 241 * minuteMs, 2_400 * minuteMs, minuteMs);
    expect(samples.all().length).toBeGreaterThanOrEqual(120);
    expect(samples.all().length).toBeLessThanOrEqual(256);
  });

  it('end somewhere, however often they are read', () => {
    const samples = createLiveSamples();
    read(samples, 0, 120 * minuteMs, secondMs);
    expect(samples.all()).toHaveLength(1_024);
  });

  it('take the first of two reads of one time, and no value that is no number', () => {
    const samples = createLiveSamples();
    expect([samples.push(5, 1), samples.push(5, 2), samples.push(4, 3), samples.push(6, Number.NaN)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([samples.newestMs, samples.value]).toEqual([5, 1]);
    expect(createLiveSamples().newestMs).toBeNull();
    expect(createLiveSamples().value).toBeNull();
  });

  it('answer as a list of everything younger than two hours would, whatever comes', () => {
    const anyGaps = fc.array(fc.integer({ min: 1, max: 20 * 60 }), { maxLength: 900 });
    fc.assert(
      fc.property(anyGaps, fc.nat(100), fc.nat(100), (gaps, from, to) => {
        const samples = createLiveSamples();
        const list: { atMs: number; value: number }[] = [];
        for (const gap of gaps) {
          const atMs = (list.at(-1)?.atMs ?? 0) + (gap % 7 === 0 ? gap : 15) * secondMs;
          list.push({ atMs, value: atMs / 7 });
          samples.push(atMs, atMs / 7);
        }
        const nowMs = list.at(-1)?.atMs ?? 0;
        const young = list.filter((one) => one.atMs > nowMs - twoHours);
        const range = [nowMs - (from * twoHours) / 100, nowMs - (to * twoHours) / 100] as const;
        expect(samples.all().filter((one) => one.atMs > nowMs - twoHours)).toEqual(young);
        expect(samples.between(...range)).toEqual(
          young.filter((one) => one.atMs > range[0] && one.atMs <= range[1]).map((one) => one.value),
        );
      }),
      { numRuns: 60 },
    );
  });
});
