// Picks the values of the past that the present is compared with: the same hour of like days, else weaker substitutes.
import { type Marks, marksPerDay, markMs, slotOf } from './marks.ts';

export type References = {
  readonly values: Float64Array;
  readonly days: number;
  /** Steps by which the confidence is lowered: 0 same hour of enough days, 1 few days, 2 the day before only. */
  readonly weaker: 0 | 1 | 2;
};

const dayMs = 86_400_000;
const mostDays = 7;
const lookBackDays = 28;
/** ±45 minutes in quarters of an hour. */
const reach = 3;
/** A day with fewer of its seven windows does not count as a day. */
const leastOfDay = 3;

/** Same-hour references of a time (detection.md 6.1), or null when too little was learned. */
export function referencesAt(marks: Marks, atMs: number): References | null {
  const like: number[][] = [];
  const any: number[][] = [];
  const isWeekend = weekend(atMs);
  for (let day = 1; day <= lookBackDays && like.length < mostDays; day += 1) {
    const values = windowsOfDay(marks, atMs, day);
    if (values.length < leastOfDay) continue;
    if (any.length < mostDays && day <= mostDays + 1) any.push(values);
    if (weekend(atMs - day * dayMs) === isWeekend) like.push(values);
  }
  const chosen = like.length >= 3 ? like : any;
  if (chosen.length >= 3)
    return { values: Float64Array.from(chosen.flat()), days: chosen.length, weaker: chosen.length >= 5 ? 0 : 1 };
  return trailingDay(marks, atMs);
}

function windowsOfDay(marks: Marks, atMs: number, day: number): number[] {
  const centre = slotOf(atMs) - day * marksPerDay;
  const values: number[] = [];
  for (let offset = -reach; offset <= reach; offset += 1) {
    const value = marks.at(centre + offset);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

/** The last 24 hours without the newest one; a level without a season, good for a hint only. */
function trailingDay(marks: Marks, atMs: number): References | null {
  const values: number[] = [];
  const last = slotOf(atMs) - 3_600_000 / markMs;
  for (let slot = last - marksPerDay; slot <= last; slot += 1) {
    const value = marks.at(slot);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values.length < 12 ? null : { values: Float64Array.from(values), days: 2, weaker: 2 };
}

function weekend(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay();
  return day === 0 || day === 6;
}
