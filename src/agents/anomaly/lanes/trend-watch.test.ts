import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import type { Capacity } from './capacity.ts';
import { createTrendWatch, type TrendWatch } from './trend-watch.ts';
import { benjaminiHochberg } from '../kernels/false-discovery.ts';

const hourMs = 60 * minuteMs;
const disk: Capacity = { limit: 1, horizonHours: 24, isSawtooth: false };

/** Fed with quarters of an hour of the past, then minute by minute. */
function watched(level: (hour: number) => number, minutes: number, pastHours = 80) {
  const watch = createTrendWatch(paceOf(1));
  for (let quarter = -4 * pastHours; quarter <= 0; quarter += 1)
    watch.add(startMs + (quarter * hourMs) / 4, level(quarter / 4));
  for (let minute = 1; minute <= minutes; minute += 1) {
    watch.add(startMs + minute * minuteMs, level(minute / 60));
    runAlone(watch, startMs + minute * minuteMs);
  }
  return watch;
}

/** As if nothing else were watched. */
function runAlone(watch: TrendWatch, nowMs: number): boolean {
  const ran = watch.run(disk, 0, nowMs);
  if (ran) watch.judge(benjaminiHochberg(watch.ps()), nowMs);
  return ran;
}

describe('a watched capacity', () => {
  it('shows over three days what six hours are too uneven for', () => {
    // A point an hour under a wave as high as two hours of it.
    const open = watched((hour) => 0.82 + 0.01 * hour + 0.01 * Math.sin((2 * Math.PI * hour) / 8), 70).open();
    expect(open?.trend.perHour).toBeCloseTo(0.01, 3);
    expect(open?.trend.points).toBeGreaterThanOrEqual(36);
    expect(open?.trend.fromMs).toBeLessThan(startMs - 24 * hourMs);
  });

  it('is open only by two runs', () => {
    const leak = (hour: number): number => 0.5 + 0.04 * hour;
    expect(watched(leak, 4, 12).open()).toBeNull();
    expect(watched(leak, 12, 12).open()).not.toBeNull();
  });

  it('is not open by runs that do not stand among all others', () => {
    const watch = createTrendWatch(paceOf(1));
    const opened = Array.from({ length: 12 * 60 }, (_, minute) => {
      const nowMs = startMs + minute * minuteMs;
      watch.add(nowMs, 0.5 + (0.04 * minute) / 60);
      if (watch.run(disk, 0, nowMs)) watch.judge([0.06, 0.06], nowMs);
      return watch.open() !== null;
    });
    expect(Math.min(...watch.ps())).toBeLessThan(0.001);
    expect(opened.includes(true)).toBe(false);
  });

  it('tells the rate of the run that it tells of', () => {
    const open = watched((hour) => 0.5 + 0.04 * hour, 12, 12).open();
    expect(open?.q).toBeCloseTo(2 * (open?.trend.p ?? 1), 12);
  });

  it('runs only when a step is complete', () => {
    const watch = watched(() => 0.5, 6);
    expect(watch.run(disk, 0, startMs + 6 * minuteMs)).toBe(false);
  });

  it('closes as soon as the level falls back', () => {
    const watch = watched((hour) => 0.5 + 0.04 * hour, 12, 12);
    const after = (minute: number, value: number): boolean => {
      watch.add(startMs + minute * minuteMs, value);
      runAlone(watch, startMs + minute * minuteMs);
      return watch.open() !== null;
    };
    expect([13, 14, 15].map((minute) => after(minute, 0.2)).at(-1)).toBe(false);
    expect(Array.from({ length: 60 }, (_, index) => after(16 + index, 0.2)).includes(true)).toBe(false);
  });

  it('is not closed by a dip of one minute', () => {
    const watch = watched((hour) => 0.5 + 0.04 * hour, 12, 12);
    watch.add(startMs + 13 * minuteMs, 0.2);
    runAlone(watch, startMs + 13 * minuteMs);
    expect(watch.open()).not.toBeNull();
  });

  it('has no significance where nothing grows', () => {
    expect(watched(() => 0.5, 20).ps()).toEqual([1, 1]);
  });
});
