// All findings of a backtest on one strip, a row for each family, so that a storm, a nightly habit or a quiet week is seen at once.
import { escaped } from './chart.ts';
import type { BacktestReport } from './report.ts';
import { shownRef } from '../model/target.ts';

const width = 960;
const left = 110;
const rowHeight = 20;
const top = 8;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A finding of a minute must still be seen. */
const leastWidth = 2.5;

/** Empty without findings. */
export function timelineOf(report: BacktestReport): string {
  const { fromMs, toMs } = report.window;
  const families = report.families.filter((one) => one.findings > 0).map((one) => one.family);
  if (families.length === 0) return '';
  const height = top + families.length * rowHeight + 22;
  const x = (ms: number): number =>
    left + ((Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / Math.max(1, toMs - fromMs)) * (width - left - 10);
  const ticks = ticksOf(fromMs, toMs).map(
    ({ atMs, text }) =>
      `<line class="grid" x1="${at(x(atMs))}" x2="${at(x(atMs))}" y1="${top}" y2="${height - 20}"/><text class="tick" x="${at(x(atMs))}" y="${height - 6}" text-anchor="middle">${text}</text>`,
  );
  const holes = report.gaps.source.map(
    (gap) =>
      `<rect class="hole" x="${at(x(gap.fromMs))}" y="${top}" width="${at(Math.max(1, x(gap.toMs) - x(gap.fromMs)))}" height="${height - 20 - top}"><title>no data</title></rect>`,
  );
  const names = families.map(
    (family, row) =>
      `<text class="name" x="${left - 10}" y="${top + row * rowHeight + 14}" text-anchor="end">${escaped(family)}</text>`,
  );
  const bars = report.findings.map((one) => {
    const from = x(one.onsetMs);
    const to = x(one.closedAtMs ?? toMs);
    const row = families.indexOf(one.family);
    return `<rect class="bar ${one.severity}" x="${at(from)}" y="${top + row * rowHeight + 4}" width="${at(Math.max(leastWidth, to - from))}" height="${rowHeight - 8}" rx="1.5"><title>${escaped(`${shownRef(one.of)}: ${one.sentence}`)}</title></rect>`;
  });
  return `<section><h2>When</h2><svg class="strip" viewBox="0 0 ${width} ${height}" role="img" aria-label="${report.findings.length} findings over time by family">${[...ticks, ...holes, ...names, ...bars].join('')}</svg></section>`;
}

/** Days, or hours of a short window; eight at most. */
function ticksOf(fromMs: number, toMs: number): { readonly atMs: number; readonly text: string }[] {
  const spanMs = toMs - fromMs;
  const isShort = spanMs < 2 * dayMs;
  const unitMs = isShort ? hourMs : dayMs;
  const stepMs = Math.max(1, Math.ceil(spanMs / unitMs / 8)) * unitMs;
  const ticks: { atMs: number; text: string }[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
    const text = new Date(atMs).toISOString();
    ticks.push({ atMs, text: isShort ? text.slice(11, 16) : text.slice(5, 10) });
  }
  return ticks;
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
