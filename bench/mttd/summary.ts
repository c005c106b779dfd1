// The figures of a comparison, its bars, and its table: ratios of times to detection, never a bare time.
import type { CleanDay } from './clean-day.ts';
import type { FaultRun } from './fault-run.ts';

export type Figures = {
  readonly faults: number;
  /** Alert over advisor, from injection to incident and to firing; an alert that never came counts as if it came when waiting ended. */
  readonly medianRatio: number;
  /** Faults that the alert rules saw first, or the advisor not at all. */
  readonly later: number;
  readonly unseen: number;
  readonly medianAdvisorMin: number;
  readonly medianAlertMin: number;
  /** Hard facts of the API, in cycles; infinite when one was not found. */
  readonly slowestFactCycles: number;
  readonly falseIncidents: number;
  readonly falseAlerts: number;
};

const bars = { medianRatio: 3, factCycles: 1 };

export function figuresOf(runs: readonly FaultRun[], day: Pick<CleanDay, 'incidents' | 'alerts'> | null): Figures {
  const advisor = runs.map((one) => one.incidentMin ?? Number.POSITIVE_INFINITY);
  const alert = runs.map((one) => one.alertMin ?? one.waitedMin);
  const ratios = runs.map((_, at) => (alert[at] ?? 0) / (advisor[at] ?? Number.POSITIVE_INFINITY));
  const facts = runs.flatMap((one) => one.facts.map(({ cycles }) => cycles ?? Number.POSITIVE_INFINITY));
  return {
    faults: runs.length,
    medianRatio: rounded(medianOf(ratios)),
    later: ratios.filter((one) => one < 1).length,
    unseen: runs.filter((one) => one.incidentMin === null).length,
    medianAdvisorMin: rounded(medianOf(advisor)),
    medianAlertMin: rounded(medianOf(alert)),
    slowestFactCycles: rounded(Math.max(0, ...facts)),
    falseIncidents: (day?.incidents.length ?? 0) + runs.reduce((sum, one) => sum + one.before.incidents, 0),
    falseAlerts: (day?.alerts.length ?? 0) + runs.reduce((sum, one) => sum + one.before.alerts.length, 0),
  };
}

/** One line for each bar that is missed. */
export function failuresOf(figures: Figures): string[] {
  const failures: string[] = [];
  if (!(figures.medianRatio >= bars.medianRatio))
    failures.push(`missed: the median ratio is ${figures.medianRatio}, below ${bars.medianRatio}`);
  if (figures.later > 0) failures.push(`missed: ${figures.later} faults were seen later than by the alert rules`);
  if (figures.slowestFactCycles > bars.factCycles)
    failures.push(`missed: a hard fact took ${figures.slowestFactCycles} cycles, more than ${bars.factCycles}`);
  if (figures.falseIncidents > figures.falseAlerts)
    failures.push(`missed: ${figures.falseIncidents} false incidents, ${figures.falseAlerts} false alerts`);
  return failures;
}

export function headingOf(): string {
  return line('FAULT', 'FINDING', 'INCIDENT', 'ALERT', 'RATIO', 'FACTS IN CYCLES', 'BY');
}

export function rowOf(run: FaultRun): string {
  const { findingMin, incidentMin, alertMin, waitedMin } = run;
  const ratio = incidentMin === null ? '-' : rounded((alertMin ?? waitedMin) / incidentMin);
  return line(
    run.fault,
    minutes(findingMin),
    minutes(incidentMin),
    alertMin === null ? `> ${waitedMin.toFixed(1)} min` : minutes(alertMin),
    alertMin === null && ratio !== '-' ? `> ${ratio}` : String(ratio),
    run.facts.map((one) => `${one.fact} ${one.cycles ?? 'not found'}`).join(', ') || '-',
    `${run.finding || 'nothing'} | ${run.alert || 'no alert'}`,
  );
}

function line(...cells: readonly string[]): string {
  const widths = [18, 9, 9, 12, 8, 36];
  return cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join('  ')
    .trimEnd();
}

function minutes(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} min`;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
