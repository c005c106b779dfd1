import { describe, expect, it } from 'vitest';
import { intervalsOf, shareBounds, shownIntervals } from './interval.ts';
import { figuresOf } from './summary.ts';

const series = (isFound: boolean | null, falseAlarms: number) => ({
  family: 'cpu',
  kind: null,
  isFound,
  delay: null,
  onsetError: null,
  floors: 0,
  falseAlarms: Array.from({ length: falseAlarms }, () => ({ from: 0, to: 1, onset: null, about: '' })),
  days: 7,
});

describe('bounds of a share', () => {
  it('are those of the tables', () => {
    const [low, high] = shareBounds(8, 10);
    expect(low).toBeCloseTo(0.4439, 4);
    expect(high).toBeCloseTo(0.9748, 4);
  });

  it('stay apart when all was right', () => {
    const [low, high] = shareBounds(100, 100);
    expect(low).toBeCloseTo(0.025 ** (1 / 100), 4);
    expect(high).toBe(1);
  });

  it('say nothing of nothing', () => {
    expect(shareBounds(0, 0)).toEqual([0, 1]);
  });
});

describe('intervals of a run', () => {
  it('bound false alarms as rare events are bounded, none of them too', () => {
    const { falsePerSeriesDay } = intervalsOf(figuresOf(Array.from({ length: 264 }, () => series(null, 0))));
    expect(falsePerSeriesDay[0]).toBe(0);
    expect(falsePerSeriesDay[1]).toBeCloseTo(3.689 / 1848, 5);
  });

  it('hold the figures that they belong to', () => {
    const figures = figuresOf([
      ...Array.from({ length: 80 }, () => series(true, 0)),
      ...Array.from({ length: 16 }, () => series(false, 0)),
      ...Array.from({ length: 4 }, () => series(null, 1)),
    ]);
    const { precision, recall, falsePerSeriesDay } = intervalsOf(figures);
    expect([precision[0] < figures.precision, precision[1] > figures.precision]).toEqual([true, true]);
    expect([recall[0] < figures.recall, recall[1] > figures.recall]).toEqual([true, true]);
    expect(falsePerSeriesDay[0]).toBeLessThan(figures.falsePerSeriesDay);
    expect(falsePerSeriesDay[1]).toBeGreaterThan(figures.falsePerSeriesDay);
  });

  it('are shown with what they bound', () => {
    expect(shownIntervals({ precision: [0.9, 1], recall: [0.8, 0.9], falsePerSeriesDay: [0, 0.002] })).toBe(
      '95 % over series: precision 0.900 to 1.000, recall 0.800 to 0.900, false alarms per series-day 0.0000 to 0.0020',
    );
  });
});
