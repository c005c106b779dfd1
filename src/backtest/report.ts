// What a backtest says: which findings would have opened and when, how often for how many series-days, and what the past could not tell.
import type { SignalTraits } from '../model/signal-traits.ts';
import type { SignalFinding } from '../model/finding.ts';
import type { SignalUnit } from '../model/signal.ts';
import type { ObjectRef } from '../model/target.ts';
import type { Coverage, SeriesGap, SourceGap } from './coverage.ts';
import type { ChartPoint, Episode } from './episodes.ts';

/** One finding of the past. Times are milliseconds since the epoch. */
export type BacktestFinding = {
  readonly id: string;
  readonly of: ObjectRef;
  readonly signal: SignalFinding['signal'];
  readonly title: string;
  readonly family: string;
  readonly level: NonNullable<SignalFinding['level']>;
  readonly severity: SignalFinding['severity'];
  readonly confidence: SignalFinding['confidence'];
  /** Short: value and usual band. */
  readonly sentence: string;
  /** The whole sentence; that of burn rates, trends and silence is their short one. */
  readonly explanation: string;
  readonly onsetMs: number;
  readonly openedAtMs: number;
  /** From onset to opening. */
  readonly delayMs: number;
  /** Null when it still held at the end. */
  readonly closedAtMs: number | null;
  /** At its largest deviation, in `unit`. */
  readonly value: number;
  readonly baseline: number;
  readonly band: readonly [number, number];
  readonly floor: number;
  readonly unit: SignalUnit;
  readonly direction: 'up' | 'down';
  readonly test: SignalFinding['test'];
  readonly notes: readonly string[];
  readonly chart: readonly ChartPoint[];
};

type FamilyCount = {
  readonly family: string;
  readonly findings: number;
  readonly series: number;
  readonly seriesDays: number;
  readonly perSeriesDay: number;
  readonly medianDelayMs: number | null;
};

export type NotJudged = { readonly what: string; readonly why: string };

export type BacktestReport = {
  readonly window: {
    readonly askedFromMs: number;
    readonly fromMs: number;
    readonly toMs: number;
    readonly stepMs: number;
    /** Oldest measurement that the server still has, within eight days before what was asked. */
    readonly historyFromMs: number;
    readonly learnedFromMs: number;
    readonly learnedSeries: number;
  };
  /** Name of the cluster whose objects of today were used, null without one. */
  readonly cluster: string | null;
  readonly totals: Omit<FamilyCount, 'family'> & { readonly cycles: number; readonly openAtEnd: number };
  readonly families: readonly FamilyCount[];
  readonly findings: readonly BacktestFinding[];
  readonly gaps: {
    readonly source: readonly SourceGap[];
    readonly series: readonly SeriesGap[];
    readonly seriesWithGaps: number;
  };
  readonly notJudged: readonly NotJudged[];
};

export type ReportParts = Pick<BacktestReport, 'window' | 'cluster' | 'notJudged'> & {
  readonly episodes: readonly Episode[];
  readonly coverage: Coverage;
  readonly signals: readonly SignalTraits[];
};

export function reportOf({ window, cluster, notJudged, episodes, coverage, signals }: ReportParts): BacktestReport {
  const findings = episodes.map((one) => findingOf(one, signals));
  const families = [...new Set(signals.map((one) => one.family))]
    .map((family) => familyCount(family, findings, coverage, signals))
    .filter((one) => one.series > 0 || one.findings > 0);
  return {
    window,
    cluster,
    totals: {
      findings: findings.length,
      series: coverage.series,
      seriesDays: rounded(coverage.seriesDays),
      perSeriesDay: perDay(findings.length, coverage.seriesDays),
      medianDelayMs: medianDelay(findings),
      cycles: coverage.cycles,
      openAtEnd: findings.filter((one) => one.closedAtMs === null).length,
    },
    families,
    findings,
    gaps: { source: coverage.sourceGaps, series: coverage.seriesGaps, seriesWithGaps: coverage.seriesWithGaps },
    notJudged,
  };
}

function findingOf(
  { finding, openedAtMs, closedAtMs, chart }: Episode,
  signals: readonly SignalTraits[],
): BacktestFinding {
  const traits = signals.find((one) => one.id === finding.signal);
  const { id, of, signal, severity, confidence, sentence, value, baseline, band, floor, direction, test } = finding;
  return {
    id,
    of,
    signal,
    title: traits?.title ?? signal,
    family: traits?.family ?? signal,
    level: finding.level ?? 'workload',
    severity,
    confidence,
    sentence,
    explanation: finding.explanation ?? sentence,
    onsetMs: finding.onsetMs,
    openedAtMs,
    delayMs: Math.max(0, openedAtMs - finding.onsetMs),
    closedAtMs,
    value,
    baseline,
    band,
    floor,
    unit: traits?.unit ?? 'count',
    direction,
    test,
    notes: finding.notes ?? [],
    chart,
  };
}

function familyCount(
  family: string,
  all: readonly BacktestFinding[],
  coverage: Coverage,
  signals: readonly SignalTraits[],
): FamilyCount {
  const findings = all.filter((one) => one.family === family);
  const counts = signals.filter((one) => one.family === family).flatMap(({ id }) => coverage.bySignal.get(id) ?? []);
  const seriesDays = counts.reduce((sum, one) => sum + one.seriesDays, 0);
  return {
    family,
    findings: findings.length,
    series: counts.reduce((sum, one) => sum + one.series, 0),
    seriesDays: rounded(seriesDays),
    perSeriesDay: perDay(findings.length, seriesDays),
    medianDelayMs: medianDelay(findings),
  };
}

function medianDelay(findings: readonly BacktestFinding[]): number | null {
  const delays = findings.map((one) => one.delayMs).toSorted((left, right) => left - right);
  return delays[Math.floor((delays.length - 1) / 2)] ?? null;
}

function perDay(findings: number, seriesDays: number): number {
  return seriesDays > 0 ? Number((findings / seriesDays).toPrecision(3)) : 0;
}

function rounded(days: number): number {
  return Math.round(days * 100) / 100;
}
