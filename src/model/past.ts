// The past that teaches what is usual, as every way in reads it: a start, a look, a snapshot and a replay of history learn the same.

/** Whole days of the week, and one more for what today's last hours were like on each of them. */
export const pastDays = 8;

/** One value per five minutes: a job of six minutes is never seen by a past in quarters of an hour. */
export const pastStepMs = 5 * 60_000;

/** Weekends that are kept beside them, in quarters of an hour: of eight days only two are of a weekend. */
export const weekendsKept = 4;
export const weekendStepMs = 15 * 60_000;

const dayMs = 86_400_000;
/** The first day of the epoch was a Thursday. */
const firstSaturdayMs = 2 * dayMs;

/** The weekends whose Saturdays lie within four weeks and that are not of the past days, newest first, each up to its last quarter of an hour. */
export function pastWeekends(nowMs: number): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const oldestMs = nowMs - 7 * weekendsKept * dayMs;
  const keptMs = nowMs - pastDays * dayMs;
  const newest = firstSaturdayMs + Math.floor((nowMs - firstSaturdayMs) / (7 * dayMs)) * 7 * dayMs;
  return Array.from({ length: weekendsKept + 1 }, (_, back) => newest - back * 7 * dayMs)
    .map((saturdayMs) => ({
      fromMs: Math.max(saturdayMs, up(oldestMs)),
      toMs: Math.min(saturdayMs + 2 * dayMs, up(keptMs)) - weekendStepMs,
    }))
    .filter(({ fromMs, toMs }) => fromMs <= toMs);
}

function up(atMs: number): number {
  return Math.ceil(atMs / weekendStepMs) * weekendStepMs;
}

/** Of the days of coordinated universal time. */
export function isWeekend(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay();
  return day === 0 || day === 6;
}
