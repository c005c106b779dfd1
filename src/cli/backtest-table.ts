// A backtest as people read it on a terminal: findings in the order of time, counts by family, and what could not be judged.
import { shownSpan } from '../agents/anomaly/sentence/wording.ts';
import type { BacktestReport } from '../backtest/report.ts';
import { shownRef } from '../model/target.ts';
import { rfc3339 } from './ages.ts';
import { severityWord } from './incident-text.ts';
import { table, wrap } from './table.ts';
import { plain, type Terminal } from './terminal.ts';

export function backtestLines(report: BacktestReport, terminal: Terminal): string[] {
  const { window, totals, gaps } = report;
  const { width } = terminal;
  const lines: string[] = [];
  if (report.findings.length > 0)
    lines.push(
      ...table(
        [
          { title: 'BEGAN' },
          { title: 'FOUND' },
          { title: 'LASTED' },
          { title: 'SEVERITY' },
          { title: 'WORKLOAD' },
          { title: 'WHAT', cut: true },
        ],
        report.findings.map((one) => [
          rfc3339(one.onsetMs),
          terminal.shown ? `+${shownSpan(one.delayMs)}` : rfc3339(one.openedAtMs),
          one.closedAtMs === null ? 'open' : shownSpan(one.closedAtMs - one.onsetMs),
          severityWord(one.severity, terminal),
          plain(shownRef(one.of)),
          plain(one.sentence),
        ]),
        width,
      ),
      '',
    );
  lines.push(
    ...table(
      [
        { title: 'FAMILY' },
        { title: 'FINDINGS' },
        { title: 'SERIES' },
        { title: 'SERIES-DAYS' },
        { title: 'PER-SERIES-DAY' },
        { title: 'MEDIAN-DELAY' },
      ],
      [...report.families, { ...totals, family: 'all' }].map((one) => [
        one.family,
        String(one.findings),
        String(one.series),
        one.seriesDays.toFixed(1),
        String(one.perSeriesDay),
        one.medianDelayMs === null ? '-' : shownSpan(one.medianDelayMs),
      ]),
      width,
    ),
    '',
    `${rfc3339(window.fromMs)} to ${rfc3339(window.toMs)}, ${totals.cycles} cycles, ${totals.openAtEnd} still open at the end`,
  );
  for (const gap of gaps.source)
    lines.push(`gap: no measurement from ${rfc3339(gap.fromMs)} for ${shownSpan(gap.toMs - gap.fromMs)}`);
  if (gaps.seriesWithGaps > 0) lines.push(`gap: ${gaps.seriesWithGaps} series were away for a while`);
  for (const { what, why } of report.notJudged) lines.push(...wrap(plain(`not judged: ${what}: ${why}`), width, '  '));
  return lines;
}

/** Why less was judged than was asked. */
export function shortfallText({ window }: BacktestReport): string {
  return `history begins at ${rfc3339(window.historyFromMs)}; one day teaches what is usual, so judging began at ${rfc3339(window.fromMs)}`;
}
