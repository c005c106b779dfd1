// A use that will meet its limit as a finding: how fast it grows, and between when and when it gets there.
import type { SignalFinding } from '../../../model/finding.ts';
import type { SignalUnit } from '../../../model/signal.ts';
import type { SeriesState } from '../series-state.ts';
import { shownValue } from '../sentence/wording.ts';
import type { Capacity } from './capacity.ts';
import type { Trend } from './trend.ts';
import type { Held, TrendLife } from './trend-watch.ts';

const hourMs = 3_600_000;
/** Fewer points are a weaker proof. */
const pointsToValidate = 48;

export function trendFindingId(series: string): string {
  return `trend:${series}`;
}

export type TrendAbout = {
  readonly state: SeriesState;
  readonly capacity: Capacity;
  readonly open: Held & TrendLife;
  /** Series times spans that were tested together. */
  readonly m: number;
  readonly scale: number;
};

export function trendFinding({ state, capacity, open, m, scale }: TrendAbout): SignalFinding {
  const { trend, ranMs, q } = open;
  const { traits, key } = state;
  const toMs = trend.toHours === null ? null : ranMs + trend.toHours * hourMs;
  const fromMs = ranMs + trend.fromHours * hourMs;
  return {
    kind: 'signal',
    id: trendFindingId(state.id),
    of: key.of,
    severity: 'warning',
    // It grows since the beginning of its window; when it was shown is what it may be compared with others by.
    onsetMs: open.firstSeenMs,
    onsetRangeMs: [Math.min(trend.fromMs, open.firstSeenMs), open.firstSeenMs],
    firstSeenMs: open.firstSeenMs,
    lastSeenMs: open.lastSeenMs,
    sentence: sentenceOf(state, trend, { ranMs, fromMs, toMs, scale }),
    signal: key.signal,
    unit: traits.unit,
    value: round(trend.now),
    baseline: round(trend.first),
    band: [round(trend.low), round(trend.high)],
    floor: round(0.15 * capacity.limit),
    direction: 'up',
    test: {
      name: 'Mann-Kendall with autocorrelation',
      stat: round(trend.test.z),
      df: 0,
      p: round(trend.test.p),
      q: round(q),
      windows: trend.points,
      exceeded: 0,
      family: 'capacity',
      m,
    },
    confidence: trend.points >= pointsToValidate ? 'validated' : 'candidate',
    level: 'trend',
    exhaustion: { limit: capacity.limit, perHour: round(trend.perHour), fromMs, toMs },
    chart: trend.chart.map(([atMs, value]) => [atMs, round(value)]),
    notes: [
      `${trend.points} medians since ${timeOf(trend.fromMs)}, variance times ${digits(trend.test.inflation)} for autocorrelation`,
      '90 % interval by leaving out eight blocks in turn',
      ...(capacity.isSawtooth ? ['the floor under collected garbage is followed, the peaks get there earlier'] : []),
      'closes after three runs without it, or when the level falls back',
    ],
  };
}

/** "working set 62 % of limit, 7 points more each hour for 6 h: the limit is met between 16:40 and 18:10 UTC, in 2.1 h to 3.6 h". */
function sentenceOf(
  state: SeriesState,
  trend: Trend,
  met: { readonly ranMs: number; readonly fromMs: number; readonly toMs: number | null; readonly scale: number },
): string {
  const { title, suffix = '', unit } = state.traits;
  const lasted = hours((Math.max(0, met.ranMs - trend.fromMs) / hourMs) * met.scale);
  const until =
    met.toMs === null
      ? `after ${timeOf(met.fromMs)} UTC, in ${hours(trend.fromHours)} at the earliest, or never`
      : `between ${timeOf(met.fromMs)} and ${timeOf(met.toMs)} UTC, in ${hours(trend.fromHours)} to ${hours(trend.toHours ?? 0)}`;
  return `${title} ${shownValue(trend.now, unit)}${suffix}, ${rate(trend.perHour / met.scale, unit)} more each hour for ${lasted}: the limit is met ${until}`;
}

function rate(perHour: number, unit: SignalUnit): string {
  return unit === 'ratio' ? `${digits(perHour * 100)} points` : shownValue(perHour, unit);
}

function hours(value: number): string {
  return value < 1 ? `${Math.round(value * 60)} min` : `${digits(value)} h`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
