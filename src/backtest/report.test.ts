import { describe, expect, it } from 'vitest';
import { aSignalFinding } from '../../test/builders/findings.ts';
import { catalogue } from '../agents/metrics/catalogue.ts';
import type { Coverage } from './coverage.ts';
import type { Episode } from './episodes.ts';
import { reportOf } from './report.ts';
import { aBacktestReport } from './testing/report.ts';

const minuteMs = 60_000;
const onsetMs = Date.UTC(2026, 5, 9, 14, 3);
const coverage: Coverage = {
  cycles: 1440,
  series: 4,
  seriesDays: 4,
  sourceGaps: [],
  seriesGaps: [],
  seriesWithGaps: 0,
  bySignal: new Map([
    ['sli.latency', { series: 2, seriesDays: 2 }],
    ['cpu.usage', { series: 2, seriesDays: 2 }],
  ]),
};

function anEpisode(delayMin: number, closed = true): Episode {
  const openedAtMs = onsetMs + delayMin * minuteMs;
  return {
    finding: aSignalFinding({ onsetMs }),
    openedAtMs,
    closedAtMs: closed ? openedAtMs + minuteMs : null,
    chart: [],
  };
}

function reported(episodes: readonly Episode[], over: Partial<Coverage> = {}) {
  const { window, notJudged } = aBacktestReport();
  return reportOf({
    window,
    cluster: null,
    notJudged,
    episodes,
    coverage: { ...coverage, ...over },
    signals: catalogue,
  });
}

describe('the report of a backtest', () => {
  it('counts findings per series-day, in all and by family', () => {
    const report = reported([anEpisode(4), anEpisode(6, false)]);
    expect(report.totals).toMatchObject({ findings: 2, seriesDays: 4, perSeriesDay: 0.5, openAtEnd: 1 });
    expect(report.families.map((one) => [one.family, one.findings, one.perSeriesDay])).toEqual(
      expect.arrayContaining([
        ['latency', 2, 1],
        ['cpu', 0, 0],
      ]),
    );
  });

  it('leaves out families of which the history holds nothing', () => {
    expect(
      reported([])
        .families.map((one) => one.family)
        .toSorted(),
    ).toEqual(['cpu', 'latency']);
  });

  it('takes the median of the delays, none without findings', () => {
    expect(reported([anEpisode(4), anEpisode(6), anEpisode(30)]).totals.medianDelayMs).toBe(6 * minuteMs);
    expect(reported([]).totals.medianDelayMs).toBeNull();
  });

  it('is zero per series-day without a series, never infinite', () => {
    expect(reported([anEpisode(4)], { seriesDays: 0 }).totals.perSeriesDay).toBe(0);
  });

  it('gives each finding the title, family and unit of its signal', () => {
    expect(reported([anEpisode(4)]).findings[0]).toMatchObject({
      title: 'p99',
      family: 'latency',
      unit: 'seconds',
      level: 'workload',
      delayMs: 4 * minuteMs,
    });
  });
});
