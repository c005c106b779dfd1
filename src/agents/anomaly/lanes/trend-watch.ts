// One capacity-bound series over time: keeps its medians of six hours and of three days, runs the trend test on each when a step is complete, and opens by two of three runs that stand among all others.
import { scaled, type Pace } from '../../../model/pace.ts';
import { median } from '../kernels/order-statistics.ts';
import { falseDiscoveryRate } from '../settings.ts';
import type { Capacity } from './capacity.ts';
import { createMedianRing, type MedianRing, type Points, startingAt } from './median-ring.ts';
import { leastFall, type Trend, trendOf } from './trend.ts';

const minute = 60_000;
const steps = 72;
/** A past in quarters of an hour has 24 of them in six hours: three more steps hold them all. */
const keptSteps = steps + 3;
/** Steps after a fall until the test itself sees it. */
const restSteps = 4;
const runsKept = 3;
const runsToOpen = 2;

export type TrendLife = { readonly firstSeenMs: number; lastSeenMs: number };
export type Held = { readonly trend: Trend; readonly ranMs: number; readonly q: number };

export interface TrendWatch {
  add(atMs: number, value: number): void;
  /** A past that was read only after values had been added. */
  addPast(past: readonly { readonly atMs: number; readonly value: number }[]): void;
  /** Runs what is due. Points before `sinceMs` are of containers that are gone. True when a run was made: then `judge` is called. */
  run(capacity: Capacity, sinceMs: number, nowMs: number): boolean;
  /** Of the newest run of each span: significant trends toward the limit, near or not; 1 without one. */
  ps(): readonly number[];
  /** What `ps` are worth among those of all series, in their order: only what stands there counts as a run that was near. */
  judge(qs: readonly number[], nowMs: number): void;
  /** The newest trend that was near, with the life of its finding; null while it is not open. */
  open(): (Held & TrendLife) | null;
  adopt(life: TrendLife): void;
}

type Span = {
  readonly ring: MedianRing;
  readonly merges: readonly number[];
  readonly stepMs: number;
  restUntilMs: number;
  ranAt: number | null;
  readonly near: boolean[];
  held: Held | null;
  newest: Trend | null;
  /** It ran and was not judged yet. */
  isDue: boolean;
};

export function createTrendWatch(pace: Pace): TrendWatch {
  const spanOf = (stepMs: number, merges: readonly number[]): Span => ({
    ring: createMedianRing(scaled(pace, stepMs), keptSteps),
    merges,
    stepMs: scaled(pace, stepMs),
    restUntilMs: Number.NEGATIVE_INFINITY,
    ranAt: null,
    near: [],
    held: null,
    newest: null,
    isDue: false,
  });
  const spans = [spanOf(5 * minute, [3, 1]), spanOf(60 * minute, [1])];
  let life: TrendLife | null = null;
  let runs = 0;
  const values: number[] = [];

  return {
    add(atMs, value) {
      values.push(value);
      if (values.length > 3) values.shift();
      for (const { ring } of spans) ring.add(atMs, value);
    },
    addPast(past) {
      for (const { ring } of spans) ring.addPast(past);
    },
    run(capacity, sinceMs, nowMs) {
      let ran = false;
      for (const span of spans) {
        const { ring } = span;
        if (span.held !== null && isPast(span.held.trend, capacity, sinceMs)) {
          span.held = null;
          span.near.length = 0;
          span.restUntilMs = nowMs + restSteps * span.stepMs;
        }
        if (ring.newest === null || ring.newest === span.ranAt) continue;
        span.ranAt = ring.newest;
        ran = true;
        ring.startAt(sinceMs);
        span.newest = nowMs < span.restUntilMs ? null : bestOf(pointsOf(span), capacity);
        span.isDue = true;
      }
      return ran;
    },
    ps: () => spans.map(({ newest }) => newest?.p ?? 1),
    judge(qs, nowMs) {
      for (const [at, span] of spans.entries()) {
        if (!span.isDue) continue;
        span.isDue = false;
        const q = qs[at] ?? 1;
        const holds = span.newest?.isNear === true && q <= falseDiscoveryRate;
        if (span.newest !== null && holds) span.held = { trend: span.newest, ranMs: nowMs, q };
        span.near.push(holds);
        if (span.near.length > runsKept) span.near.shift();
      }
      runs += 1;
      move(nowMs);
    },
    open() {
      const held = heldNow();
      return life === null || held === null ? null : { ...held, ...life };
    },
    adopt(known) {
      life ??= { ...known };
    },
  };

  function move(nowMs: number): void {
    if (spans.some(({ near }) => near.filter(Boolean).length >= runsToOpen)) {
      life ??= { firstSeenMs: nowMs, lastSeenMs: nowMs };
      life.lastSeenMs = nowMs;
    } else if (runs >= runsToOpen && spans.every(({ near }) => !near.includes(true))) life = null;
  }

  /** The first that is near, else the first that is significant. */
  function bestOf(choices: readonly Points[], capacity: Capacity): Trend | null {
    let first: Trend | null = null;
    for (const points of choices) {
      const found = trendOf(points, capacity, pace.scale);
      if (found?.isNear === true) return found;
      first ??= found;
    }
    return first;
  }

  /** Whoever grew is gone, or the level fell back from the line. */
  function isPast(trend: Trend, { limit }: Capacity, sinceMs: number): boolean {
    return sinceMs > trend.fromMs || median(values) < trend.now - leastFall * limit;
  }

  /** The span that shows it now, the shorter first. */
  function heldNow(): Held | null {
    const now = spans.find(({ near }) => near.filter(Boolean).length >= runsToOpen);
    return now?.held ?? spans.find((one) => one.held !== null)?.held ?? null;
  }
}

/** Merged steps that reach back as far as the past does, and the unbroken stretch of single ones: what was watched since the start. */
function pointsOf({ ring, merges }: Span): readonly Points[] {
  return merges.map((merge) => ring.points(merge)).map(unbroken);
}

/** The newest points without a hole, single ones apart: the test takes them for equally far from each other. */
function unbroken(points: Points): Points {
  const { hours, stepMs } = points;
  const reach = (2.5 * stepMs) / 3_600_000;
  let start = Math.max(0, hours.length - 1);
  while (start > 0 && (hours[start] ?? 0) - (hours[start - 1] ?? 0) < reach) start -= 1;
  return startingAt(points, start);
}
