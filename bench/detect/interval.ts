// How far the figures of a run may be off by the luck of its series: exact bounds of a share, which are not empty when nothing was wrong.
import type { Figures } from './summary.ts';
import { lowerShare } from '../../src/agents/anomaly/kernels/clopper-pearson.ts';

/** Both ends of the 95 % interval. */
export type Bounds = readonly [number, number];

export type Intervals = {
  readonly precision: Bounds;
  readonly recall: Bounds;
  readonly falsePerSeriesDay: Bounds;
};

/** Each tail has half of what is left. */
const confidence = 0.975;
/** Pieces of a day that hold one false alarm or none. */
const piecesPerDay = 100;

/** A series has one incident at most, so that shares over incidents are shares over series. */
export function intervalsOf({ found, incidents, falseAlarms, seriesDays }: Figures): Intervals {
  const [low, high] = shareBounds(falseAlarms, seriesDays * piecesPerDay);
  return {
    precision: shareBounds(found, found + falseAlarms),
    recall: shareBounds(found, incidents),
    falsePerSeriesDay: [low * piecesPerDay, high * piecesPerDay],
  };
}

/** Clopper and Pearson (1934). Nothing at all is known of a share of nothing. */
export function shareBounds(count: number, total: number): Bounds {
  if (total === 0) return [0, 1];
  return [lowerShare(count, total, confidence), 1 - lowerShare(total - count, total, confidence)];
}

/** "precision .97 to 1.00, …". */
export function shownIntervals({ precision, recall, falsePerSeriesDay }: Intervals): string {
  const shown = ([low, high]: Bounds, digits: number): string => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  return `95 % over series: precision ${shown(precision, 3)}, recall ${shown(recall, 3)}, false alarms per series-day ${shown(falsePerSeriesDay, 4)}`;
}
