// The report as one page that needs nothing else: no script, no network, light and dark by the reader's own setting.
import { shownProbability, shownSpan } from '../agents/anomaly/sentence/wording.ts';
import { shownRef } from '../model/target.ts';
import { chartOf, escaped } from './chart.ts';
import type { BacktestFinding, BacktestReport } from './report.ts';
import { style } from './style.ts';
import { timelineOf } from './timeline.ts';

/** More findings than this are listed without a chart, largest deviations first. */
const mostCharts = 200;

export function pageOf(report: BacktestReport): string {
  const { window, totals } = report;
  const drawn = new Set(
    report.findings
      .toSorted((one, other) => depth(other) - depth(one) || one.openedAtMs - other.openedAtMs)
      .slice(0, mostCharts),
  );
  const title = `Backtest ${dayText(window.fromMs)} to ${dayText(window.toMs)}`;
  return `${[
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${title}</title><style>${style}</style></head><body><main>`,
    `<header><h1>What would have been found</h1><p class="when">${timeText(window.fromMs)} to ${timeText(window.toMs)} UTC, one cycle each ${shownSpan(window.stepMs)}${report.cluster === null ? '' : `, objects of ${escaped(report.cluster)}`}</p></header>`,
    shortfall(report),
    '<dl class="figures">',
    figure(String(totals.findings), totals.findings === 1 ? 'finding' : 'findings'),
    figure(totals.perSeriesDay === 0 ? '0' : String(totals.perSeriesDay), 'per series and day'),
    figure(`${totals.series}`, `series, ${Math.round(totals.seriesDays).toLocaleString('en')} series-days`),
    figure(totals.medianDelayMs === null ? '–' : shownSpan(totals.medianDelayMs), 'median delay after onset'),
    figure(String(totals.openAtEnd), 'still open at the end'),
    '</dl>',
    timelineOf(report),
    families(report),
    '<section><h2>Findings</h2>',
    report.findings.length === 0 ? '<p>None. What could not be judged is listed below.</p>' : '',
    ...report.findings.map((one) => card(one, drawn.has(one))),
    '</section>',
    gaps(report),
    notJudged(report),
    '</main></body></html>',
  ].join('\n')}\n`;
}

function shortfall({ window }: BacktestReport): string {
  if (window.fromMs <= window.askedFromMs) return '';
  return `<p class="note">The history begins at ${timeText(window.historyFromMs)}. Its first day teaches what is usual, so judging begins at ${timeText(window.fromMs)}, not at ${timeText(window.askedFromMs)} as asked.</p>`;
}

function figure(value: string, text: string): string {
  return `<div><dt>${escaped(text)}</dt><dd>${escaped(value)}</dd></div>`;
}

function families({ families: all }: BacktestReport): string {
  const rows = all.map(
    (one) =>
      `<tr><th scope="row">${escaped(one.family)}</th><td>${one.findings}</td><td>${one.series}</td><td>${one.seriesDays.toFixed(1)}</td><td>${one.perSeriesDay}</td><td>${one.medianDelayMs === null ? '–' : shownSpan(one.medianDelayMs)}</td></tr>`,
  );
  return `<section><h2>By family</h2><div class="wide"><table><thead><tr><th scope="col">family</th><th scope="col">findings</th><th scope="col">series</th><th scope="col">series-days</th><th scope="col">per series-day</th><th scope="col">median delay</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function card(one: BacktestFinding, isDrawn: boolean): string {
  const lasted =
    one.closedAtMs === null ? 'still open at the end' : `lasted ${shownSpan(one.closedAtMs - one.onsetMs)}`;
  return [
    `<article class="${one.severity}"><h3>${escaped(shownRef(one.of))}</h3>`,
    `<p class="what">${escaped(one.explanation)}</p>`,
    `<p class="meta"><span>${timeText(one.onsetMs)}</span><span>found after ${shownSpan(one.delayMs)}</span><span>${lasted}</span><span>${one.severity}</span><span>${one.confidence}</span></p>`,
    isDrawn ? chartOf(one) : '',
    `<details><summary>numbers</summary><p>${escaped(numbersOf(one).join('; '))}</p></details>`,
    '</article>',
  ].join('');
}

/** The test once: findings of a level carry it among their notes. */
function numbersOf({ test, notes }: BacktestFinding): readonly string[] {
  if (notes.some((one) => one.startsWith(test.name))) return notes;
  return [`${test.name}: p ${shownProbability(test.p)}, q ${shownProbability(test.q)}`, ...notes];
}

function gaps(report: BacktestReport): string {
  const { source, series, seriesWithGaps } = report.gaps;
  if (source.length === 0 && series.length === 0)
    return '<section><h2>Gaps</h2><p>None longer than five cycles.</p></section>';
  const whole = source.map(
    ({ fromMs, toMs }) => `<li>no measurement at all from ${timeText(fromMs)} for ${shownSpan(toMs - fromMs)}</li>`,
  );
  const single = series.map(
    (one) =>
      `<tr><th scope="row">${escaped(one.series)}</th><td>${one.gaps}</td><td>${shownSpan(one.missingMs)}</td><td>${timeText(one.longestFromMs)}, ${shownSpan(one.longestMs)}</td></tr>`,
  );
  return [
    '<section><h2>Gaps</h2>',
    whole.length === 0 ? '' : `<ul>${whole.join('')}</ul>`,
    single.length === 0
      ? ''
      : `<details><summary>${seriesWithGaps} series were away for a while</summary><div class="wide"><table><thead><tr><th scope="col">series</th><th scope="col">gaps</th><th scope="col">missing</th><th scope="col">longest</th></tr></thead><tbody>${single.join('')}</tbody></table></div></details>`,
    '</section>',
  ].join('');
}

function notJudged(report: BacktestReport): string {
  const rows = report.notJudged.map((one) => `<dt>${escaped(one.what)}</dt><dd>${escaped(one.why)}</dd>`);
  return `<section><h2>Not judged</h2><dl class="blind">${rows.join('')}</dl></section>`;
}

function depth(one: BacktestFinding): number {
  return Math.abs(one.value - one.baseline) / Math.max(one.floor, Number.MIN_VALUE);
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
