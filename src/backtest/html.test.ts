import { describe, expect, it } from 'vitest';
import { pageOf } from './html.ts';
import { aBacktestFinding, aBacktestReport, onsetMs } from './testing/report.ts';
import { timelineOf } from './timeline.ts';

const hourMs = 3_600_000;

describe('the page of a backtest', () => {
  const page = pageOf(aBacktestReport());

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(page).toContain(`default-src 'none'`);
    expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
  });

  it('says what, when, how late and how long', () => {
    expect(page).toContain('shop/deploy/checkout');
    expect(page).toContain('p99 of shop/checkout is 840 ms since 14:03 UTC; normal for this hour on workdays is');
    expect(page).toContain('2026-06-09 14:03');
    expect(page).toContain('found after 4 min');
    expect(page).toContain('lasted 30 min');
  });

  it('cuts probabilities, and tells the test once', () => {
    const { test } = aBacktestFinding();
    const sure = { ...test, p: 3.13558e-33, q: 3.13558e-33 };
    const alone = pageOf(aBacktestReport({ findings: [aBacktestFinding({ test: sure })] }));
    expect(alone).toContain('minimum effect against the same hour: p &lt; 1e-12, q &lt; 1e-12');
    expect(alone).not.toContain('e-33');
    const line = 'minimum effect against the same hour: T 12.3, 30 df, p < 1e-12, q < 1e-12 among 7 of latency';
    const noted = pageOf(aBacktestReport({ findings: [aBacktestFinding({ test: sure, notes: [line] })] }));
    expect(noted.split('minimum effect against')).toHaveLength(2);
  });

  it('says what it could not judge', () => {
    expect(page).toContain('<dt>rollouts</dt><dd>no cluster could be read</dd>');
  });

  it('reads in light and dark', () => {
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('color-scheme:light dark');
  });

  it('says when less was judged than was asked', () => {
    const { window } = aBacktestReport();
    const short = pageOf(aBacktestReport({ window: { ...window, askedFromMs: window.fromMs - 24 * hourMs } }));
    expect(short).toContain('Its first day teaches what is usual');
    expect(page).not.toContain('Its first day teaches what is usual');
  });

  it('says that nothing was found', () => {
    expect(pageOf(aBacktestReport({ findings: [] }))).toContain('None. What could not be judged is listed below.');
  });

  it('says that a finding still holds', () => {
    expect(pageOf(aBacktestReport({ findings: [aBacktestFinding({ closedAtMs: null })] }))).toContain(
      'still open at the end',
    );
  });

  it('keeps names of others from becoming markup', () => {
    const of = { kind: 'Deployment', namespace: 'shop', name: '<b>cart</b>' };
    expect(pageOf(aBacktestReport({ findings: [aBacktestFinding({ of })] }))).not.toContain('<b>');
  });

  it('lists gaps of the source and of series', () => {
    const gap = { fromMs: onsetMs, toMs: onsetMs + hourMs };
    const series = [
      {
        series: 'sli.err@shop/Deployment/cart',
        gaps: 2,
        missingMs: hourMs,
        longestFromMs: onsetMs,
        longestMs: hourMs / 2,
      },
    ];
    const gapped = pageOf(aBacktestReport({ gaps: { source: [gap], series, seriesWithGaps: 1 } }));
    expect(gapped).toContain('no measurement at all from 2026-06-09 14:03 for 60 min');
    expect(gapped).toContain('sli.err@shop/Deployment/cart');
  });

  it('draws the two hundred largest deviations, and lists the rest', () => {
    const findings = Array.from({ length: 220 }, (_, at) => aBacktestFinding({ id: `signal:${at}`, value: at }));
    const large = pageOf(aBacktestReport({ findings }));
    expect(large.match(/<article/g)).toHaveLength(220);
    expect(large.match(/class="line"/g)).toHaveLength(200);
  });
});

describe('the timeline', () => {
  it('has a row for each family with findings, and marks the time without data', () => {
    const svg = timelineOf(
      aBacktestReport({
        gaps: { source: [{ fromMs: onsetMs, toMs: onsetMs + hourMs }], series: [], seriesWithGaps: 0 },
      }),
    );
    expect(svg).toContain('>latency</text>');
    expect(svg).not.toContain('>cpu</text>');
    expect(svg).toContain('class="bar critical"');
    expect(svg).toContain('class="hole"');
  });

  it('counts hours in a short window, days in a long one', () => {
    const { window } = aBacktestReport();
    const short = timelineOf(aBacktestReport({ window: { ...window, fromMs: window.toMs - 6 * hourMs } }));
    expect(short).toContain('>20:00</text>');
    expect(timelineOf(aBacktestReport())).toContain('>06-09</text>');
  });

  it('is left out without findings', () => {
    const { families } = aBacktestReport();
    expect(timelineOf(aBacktestReport({ families: families.filter((one) => one.findings === 0) }))).toBe('');
  });
});
