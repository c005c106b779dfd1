// What the newest cycles left behind of one series, as it is kept over a restart: with it the next cycle says what it would have said.
import { z } from 'zod';
import type { SeriesState } from '../series-state.ts';

const side = z.enum(['up', 'down']);
const range = z.tuple([z.number(), z.number()]);
/** A test on a scale without width has no number; JSON writes none either. */
const anyNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const numbers = z.object({
  test: z.object({
    x: z.number(),
    side,
    isBad: z.boolean(),
    minimum: z.number(),
    t: anyNumber,
    df: z.number(),
    p: anyNumber,
    surprise: anyNumber,
    exceeded: z.number(),
  }),
  level: z.object({
    location: z.number(),
    low: z.number(),
    high: z.number(),
    windows: z.number(),
    days: z.number(),
    weaker: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  }),
  q: anyNumber,
  family: z.number(),
});
const share = z.object({ own: z.number(), requests: z.number() });

export const keptRecent = z.object({
  /** Time, value and requests behind it. */
  window: z.array(z.tuple([z.number(), z.number(), z.number().nullable()])).readonly(),
  /** Surprise, false discovery rate and side of the last cycles; null where there was nothing to test. */
  results: z.array(z.tuple([anyNumber, anyNumber, side, z.boolean()]).nullable()).readonly(),
  lasting: z.number().int().min(0),
  open: z
    .object({
      firstSeenMs: z.number(),
      onsetMs: z.number(),
      onsetRangeMs: range,
      side,
      lastSeenMs: z.number(),
      cleanCycles: z.number().int().min(0),
      last: numbers.nullable(),
    })
    .nullable(),
  closed: z
    .object({
      atMs: z.number(),
      firstSeenMs: z.number(),
      onset: z.object({ atMs: z.number(), rangeMs: range }),
    })
    .nullable(),
  /** Files from before it was kept have none. */
  resizedMs: z.number().nullable().default(null),
  habits: z
    .object({
      day: z.number(),
      withRequests: z.boolean(),
      habits: z.object({ own: z.number(), both: share.nullable() }),
    })
    .nullable(),
});
export type KeptRecent = z.infer<typeof keptRecent>;

export function recentOf({ window, results, lasting, open, closed, resizedMs, habits }: SeriesState): KeptRecent {
  return {
    window: window.map(({ atMs, value, weight }) => [atMs, value, weight ?? null]),
    results: results.map((one) => one && [one.test.surprise, one.q, one.test.side, one.test.isBad]),
    lasting,
    open: open === null ? null : { ...open, onsetRangeMs: [...open.onsetRangeMs], last: open.last && bare(open.last) },
    closed: closed === null ? null : { ...closed, onset: { ...closed.onset, rangeMs: [...closed.onset.rangeMs] } },
    resizedMs,
    habits,
  };
}

export function loadRecent(state: SeriesState, kept: KeptRecent): void {
  state.window.splice(
    0,
    state.window.length,
    ...kept.window.map(([atMs, value, weight]) => ({ atMs, value, weight: weight ?? undefined })),
  );
  state.results.splice(
    0,
    state.results.length,
    ...kept.results.map((one) => one && { test: { surprise: one[0], side: one[2], isBad: one[3] }, q: one[1] }),
  );
  state.median = null;
  state.lasting = kept.lasting;
  state.open = kept.open;
  state.closed = kept.closed;
  state.resizedMs = kept.resizedMs;
  state.habits = kept.habits;
}

/** Cycles that nobody ran are no witnesses: what came before them does not count beside what comes after. */
export function forgetCycles(state: SeriesState): void {
  state.results.length = 0;
  state.lasting = 0;
}

function bare({ test, level, q, family }: NonNullable<NonNullable<SeriesState['open']>['last']>) {
  const { location, low, high, windows, days, weaker } = level;
  return { test, level: { location, low, high, windows, days, weaker }, q, family };
}

/** Live samples younger than `liveMs` as one row of numbers: time, value, time, value, … */
export function liveOf({ live }: SeriesState, liveMs: number): Float64Array {
  const oldestMs = (live.newestMs ?? 0) - liveMs;
  return Float64Array.from(live.all().flatMap(({ atMs, value }) => (atMs > oldestMs ? [atMs, value] : [])));
}
