import { describe, expect, it } from 'vitest';
import { aBacktestFinding, aBacktestReport, onsetMs } from '../backtest/testing/report.ts';
import { backtestLines, shortfallText } from './backtest-table.ts';
import { terminalOf } from './terminal.ts';
import { PassThrough } from 'node:stream';

const hourMs = 3_600_000;

function aTerminal(columns?: number) {
  const as = <Stream extends object>(stream: Stream) =>
    columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns });
  const io = {
    stdout: as(new PassThrough()),
    stderr: as(new PassThrough()),
    stdin: as(new PassThrough()),
    env: { LANG: 'C.UTF-8' },
    folder: '/',
    invokedAs: 'advisor',
  };
  return terminalOf(io, { color: 'never', input: false });
}

describe('a backtest on a terminal', () => {
  it('says how long after its onset a finding was found', () => {
    const [heading, row] = backtestLines(aBacktestReport(), aTerminal(120));
    expect(heading).toMatch(/^BEGAN +FOUND +LASTED +SEVERITY +WORKLOAD +WHAT$/);
    expect(row).toContain('2026-06-09T14:03:00Z  +4 min  30 min');
    expect(row).toContain('shop/deploy/checkout  p99 840 ms, usual 190 ms–260 ms');
  });

  it('cuts the sentence, never the workload, on a narrow one', () => {
    const [, row = ''] = backtestLines(aBacktestReport(), aTerminal(90));
    expect(row).toContain('shop/deploy/checkout');
    expect(row.endsWith('…')).toBe(true);
    expect(row.length).toBeLessThanOrEqual(90);
  });

  it('says that a finding still holds', () => {
    const report = aBacktestReport({ findings: [aBacktestFinding({ closedAtMs: null })] });
    expect(backtestLines(report, aTerminal(120))[1]).toMatch(/\+4 min +open/);
  });

  it('has no table of findings when there are none', () => {
    const report = aBacktestReport({ findings: [] });
    expect(backtestLines(report, aTerminal(120))[0]).toMatch(/^FAMILY/);
  });

  it('keeps what others wrote on its line', () => {
    const report = aBacktestReport({ findings: [aBacktestFinding({ sentence: 'p99\n\u001b[31mred' })] });
    const [, row = ''] = backtestLines(report, aTerminal(160));
    expect([row.includes('\n'), row.includes('\u001b')]).toEqual([false, false]);
  });
});

describe('a backtest in a pipe', () => {
  const lines = backtestLines(aBacktestReport(), aTerminal());

  it('gives times that a program reads', () => {
    expect(lines[1]).toContain('2026-06-09T14:03:00Z  2026-06-09T14:07:00Z');
  });

  it('counts by family and in all', () => {
    expect(lines.find((one) => one.startsWith('latency'))).toMatch(/latency +1 +3 +6\.0 +0\.167 +4 min/);
    expect(lines.find((one) => one.startsWith('all'))).toMatch(/all +1 +12 +24\.0 +0\.0417 +4 min/);
    expect(lines.find((one) => one.startsWith('cpu'))).toMatch(/cpu +0 +9 +18\.0 +0 +-/);
  });

  it('tells gaps, and what was not judged', () => {
    const gapped = backtestLines(
      aBacktestReport({
        gaps: { source: [{ fromMs: onsetMs, toMs: onsetMs + hourMs }], series: [], seriesWithGaps: 3 },
      }),
      aTerminal(),
    );
    expect(gapped).toContain('gap: no measurement from 2026-06-09T14:03:00Z for 60 min');
    expect(gapped).toContain('gap: 3 series were away for a while');
    expect(gapped).toContain('not judged: rollouts: no cluster could be read');
  });

  it('says from when it judged, when the history is short', () => {
    expect(shortfallText(aBacktestReport())).toBe(
      'history begins at 2026-05-29T00:00:00Z; one day teaches what is usual, so judging began at 2026-06-08T00:00:00Z',
    );
  });
});
