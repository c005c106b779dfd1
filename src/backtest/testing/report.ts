// A report with one finding of each outcome, to print.
import type { BacktestFinding, BacktestReport } from '../report.ts';

const minuteMs = 60_000;
export const onsetMs = Date.UTC(2026, 5, 9, 14, 3);

export function aBacktestFinding(over: Partial<BacktestFinding> = {}): BacktestFinding {
  return {
    id: 'signal:sli.latency@shop/Deployment/checkout',
    of: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    signal: 'sli.latency',
    title: 'p99',
    family: 'latency',
    level: 'workload',
    severity: 'critical',
    confidence: 'validated',
    sentence: 'p99 840 ms, usual 190 ms–260 ms',
    explanation:
      'p99 of shop/checkout is 840 ms since 14:03 UTC; normal for this hour on workdays is 190 to 260 ms (49 windows of 7 days). +600 ms, 12 times the 50 ms that matters here; outside all 49; q = .003.',
    onsetMs,
    openedAtMs: onsetMs + 4 * minuteMs,
    delayMs: 4 * minuteMs,
    closedAtMs: onsetMs + 30 * minuteMs,
    value: 0.84,
    baseline: 0.24,
    band: [0.19, 0.26],
    floor: 0.05,
    unit: 'seconds',
    direction: 'up',
    test: {
      name: 'minimum effect against the same hour',
      stat: 12.3,
      df: 30,
      p: 2e-7,
      q: 0.003,
      windows: 49,
      exceeded: 49,
    },
    notes: [],
    chart: Array.from({ length: 60 }, (_, at) => [
      onsetMs + (at - 20) * minuteMs,
      at < 20 || at > 50 ? 0.22 : 0.84,
      0.19,
      0.26,
    ]),
    ...over,
  };
}

export function aBacktestReport(over: Partial<BacktestReport> = {}): BacktestReport {
  const dayMs = 1440 * minuteMs;
  const toMs = Date.UTC(2026, 5, 10);
  return {
    window: {
      askedFromMs: toMs - 2 * dayMs,
      fromMs: toMs - 2 * dayMs,
      toMs,
      stepMs: minuteMs,
      historyFromMs: toMs - 12 * dayMs,
      learnedFromMs: toMs - 10 * dayMs,
      learnedSeries: 12,
    },
    cluster: null,
    totals: {
      findings: 1,
      series: 12,
      seriesDays: 24,
      perSeriesDay: 0.0417,
      medianDelayMs: 4 * minuteMs,
      cycles: 2881,
      openAtEnd: 0,
    },
    families: [
      {
        family: 'latency',
        findings: 1,
        series: 3,
        seriesDays: 6,
        perSeriesDay: 0.167,
        medianDelayMs: 4 * minuteMs,
      },
      { family: 'cpu', findings: 0, series: 9, seriesDays: 18, perSeriesDay: 0, medianDelayMs: null },
    ],
    findings: [aBacktestFinding()],
    gaps: { source: [], series: [], seriesWithGaps: 0 },
    notJudged: [{ what: 'rollouts', why: 'no cluster could be read' }],
    ...over,
  };
}
