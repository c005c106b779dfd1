// Figures of a run: precision, recall, false alarms, delay and onset error, over all and per family.
import { quantileOfSorted, sorted } from '../../src/agents/anomaly/kernels/order-statistics.ts';
import type { Scored } from './episode.ts';

export type Figures = {
  readonly incidents: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly seriesDays: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly falsePerSeriesDay: number;
  /** Minutes; NaN when nothing was found. */
  readonly delay: number;
  readonly delay90: number;
  /** Minutes by which the onset is named late, the median and the ninth decile of its size. */
  readonly onsetError: number;
  readonly onsetError90: number;
};

export function figuresOf(list: readonly Scored[]): Figures {
  const withIncident = list.filter((one) => one.isFound !== null);
  const found = withIncident.filter((one) => one.isFound === true).length;
  const falseAlarms = list.reduce((sum, one) => sum + one.falseAlarms.length, 0);
  const seriesDays = list.reduce((sum, one) => sum + one.days, 0);
  const delays = sorted(list.flatMap((one) => (one.delay === null ? [] : [one.delay])));
  const errors = list.flatMap((one) => (one.onsetError === null ? [] : [one.onsetError]));
  const precision = found + falseAlarms === 0 ? 1 : found / (found + falseAlarms);
  const recall = withIncident.length === 0 ? 1 : found / withIncident.length;
  return {
    incidents: withIncident.length,
    found,
    falseAlarms,
    seriesDays,
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    falsePerSeriesDay: falseAlarms / seriesDays,
    delay: quantileOfSorted(delays, 0.5),
    delay90: quantileOfSorted(delays, 0.9),
    onsetError: quantileOfSorted(sorted(errors), 0.5),
    onsetError90: quantileOfSorted(sorted(errors.map(Math.abs)), 0.9),
  };
}

/** One line of the table. */
export function row(name: string, figures: Figures): string {
  const cells = [
    name.padEnd(40),
    figures.precision.toFixed(3),
    figures.recall.toFixed(3),
    figures.f1.toFixed(3),
    figures.falsePerSeriesDay.toFixed(4).padStart(8),
    shown(figures.delay),
    shown(figures.delay90),
    shown(figures.onsetError),
    shown(figures.onsetError90),
    `${figures.found}/${figures.incidents}`.padStart(10),
    String(figures.falseAlarms).padStart(6),
  ];
  return cells.join('  ');
}

export const heading = [
  ''.padEnd(40),
  'prec ',
  'recall',
  'F1   ',
  'FA/s-day',
  '  delay',
  'p90',
  'onset',
  'p90',
  'found',
  'false',
].join('  ');

function shown(minutes: number): string {
  return (Number.isNaN(minutes) ? '–' : String(Math.round(minutes * 10) / 10)).padStart(5);
}
