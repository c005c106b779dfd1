// Draws one finding as inline SVG: the usual band, the values with holes where data is missing, when it began and when it was found.
import { shownValue } from '../agents/anomaly/sentence/wording.ts';
import type { ChartPoint } from './episodes.ts';
import type { BacktestFinding } from './report.ts';

const width = 720;
const height = 190;
const left = 64;
const right = 12;
const top = 22;
const bottom = 24;

/** An `svg` element without a script; colours come from classes of the page. */
export function chartOf(finding: BacktestFinding): string {
  const { chart, unit } = finding;
  const [first, last] = [chart[0]?.[0] ?? 0, chart.at(-1)?.[0] ?? 0];
  const x = scaleOf(first, Math.max(last, first + 60_000), left, width - right);
  const [low, high] = rangeOf(chart);
  const y = scaleOf(low, high, height - bottom, top);
  const label = `${finding.title} over time; ${finding.sentence}`;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`,
    ...ticksOf(low, high).map(
      (value) =>
        `<line class="grid" x1="${left}" x2="${width - right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
        `<text class="tick" x="${left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${escaped(shownValue(value, unit))}</text>`,
    ),
    ...timesOf(first, last).map(
      (ms) =>
        `<text class="tick" x="${at(x(ms))}" y="${height - 6}" text-anchor="middle">${clockText(ms, last - first)}</text>`,
    ),
    bandOf(chart, x, y),
    ...partsOf(chart).map((part) => lineOf(part, x, y)),
    mark('onset', `began ${clockText(finding.onsetMs, 0)}`, x(within(finding.onsetMs, first, last)), 'end'),
    mark('found', `found ${clockText(finding.openedAtMs, 0)}`, x(within(finding.openedAtMs, first, last)), 'start'),
    '</svg>',
  ].join('');
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Runs of values; a hole is where a value is missing or far later than its neighbours are apart. Never joined. */
export function partsOf(chart: readonly ChartPoint[]): ChartPoint[][] {
  const steps = chart.slice(1).map(([ms], index) => ms - (chart[index]?.[0] ?? ms));
  const usual = steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0;
  const parts: ChartPoint[][] = [];
  let part: ChartPoint[] = [];
  for (const point of chart) {
    const before = part.at(-1);
    if (point[1] === null || (before !== undefined && point[0] - before[0] > 4 * usual)) {
      if (part.length > 0) parts.push(part);
      part = [];
    }
    if (point[1] !== null) part.push(point);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** Two to five round values inside the range. */
export function ticksOf(low: number, high: number): number[] {
  const raw = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high && ticks.length < 6; index += 1)
    ticks.push(index * step);
  return ticks;
}

type Scale = (value: number) => number;

function scaleOf(low: number, high: number, from: number, to: number): Scale {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function rangeOf(chart: readonly ChartPoint[]): readonly [number, number] {
  const all = chart.flatMap(([, ...values]) => values.filter((one): one is number => one !== null));
  const low = all.reduce((least, one) => Math.min(least, one), all[0] ?? 0);
  const high = all.reduce((most, one) => Math.max(most, one), all[0] ?? 1);
  const room = Math.max((high - low) * 0.08, Math.abs(high) * 1e-3, 1e-9);
  // Zero belongs to the picture when it is near: what shrinks to a tenth should look like it.
  const floor = low >= 0 && low < (high - low) * 0.6 ? 0 : low - room;
  return [floor, high + room];
}

function bandOf(chart: readonly ChartPoint[], x: Scale, y: Scale): string {
  const known = chart.flatMap(([ms, , low, high]) => (low === null || high === null ? [] : [{ ms, low, high }]));
  if (known.length === 0) return '';
  const upper = known.map((one) => `${at(x(one.ms))},${at(y(one.high))}`);
  const lower = known.toReversed().map((one) => `${at(x(one.ms))},${at(y(one.low))}`);
  return `<polygon class="band" points="${[...upper, ...lower].join(' ')}"/>`;
}

function lineOf(part: readonly ChartPoint[], x: Scale, y: Scale): string {
  const points = part.map(([ms, value]) => `${at(x(ms))},${at(y(value ?? 0))}`);
  if (points.length === 1) {
    const [cx, cy] = (points[0] ?? '').split(',');
    return `<circle class="dot" cx="${cx}" cy="${cy}" r="1.6"/>`;
  }
  return `<polyline class="line" points="${points.join(' ')}"/>`;
}

function mark(name: 'onset' | 'found', text: string, x: number, anchor: 'start' | 'end'): string {
  // Near an edge the words stand on the other side of their line.
  const side = anchor === 'end' && x < left + 90 ? 'start' : anchor === 'start' && x > width - 100 ? 'end' : anchor;
  const shift = side === 'end' ? -5 : 5;
  return (
    `<line class="${name}" x1="${at(x)}" x2="${at(x)}" y1="${top - 8}" y2="${height - bottom}"/>` +
    `<text class="mark ${name}-text" x="${at(x + shift)}" y="${side === anchor || name === 'onset' ? top - 9 : top + 3}" text-anchor="${side}">${text}</text>`
  );
}

function timesOf(first: number, last: number): number[] {
  const hourMs = 3_600_000;
  const steps = [10 * 60_000, 30 * 60_000, hourMs, 2 * hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs, 72 * hourMs];
  const step = steps.find((one) => (last - first) / one <= 6) ?? 168 * hourMs;
  const times: number[] = [];
  for (let ms = Math.ceil(first / step) * step; ms <= last; ms += step) times.push(ms);
  return times;
}

/** "14:03", with its day where the chart spans several. */
function clockText(ms: number, spanMs: number): string {
  const text = new Date(ms).toISOString();
  return spanMs > 24 * 3_600_000 ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(11, 16);
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
