// Picks the windows of the past that the present is compared with: the same hour of like days, else weaker substitutes.
import { isWeekend } from '../../../model/past.ts';
import { quantileOfSorted, sorted } from '../kernels/order-statistics.ts';
import { daysKept, weekendDaysBack, type Marks, marksPerDay, markMs, slotOf } from './marks.ts';
import { once } from './once.ts';

export type References = {
  readonly values: Float64Array;
  /** For each value the days that it lies back. */
  readonly daysBack: Uint8Array;
  /** For each value the slot that it was learned at. */
  readonly slots: Float64Array;
  /** Days back that were used, nearest first; empty when it is the day before only. */
  readonly chosen: readonly number[];
  /** Those of them that are of the same type as today, when they are too few to be used alone. */
  readonly like: readonly number[];
  /** Of each day of any type, how far its highest and its lowest window of this hour lie from their median. */
  readonly excursions: () => readonly { readonly up: number; readonly down: number }[];
  readonly days: number;
  /** Steps by which the confidence is lowered: 0 same hour of enough days, 1 few days, 2 the day before only. */
  readonly weaker: 0 | 1 | 2;
};

const dayMs = 86_400_000;
const mostDays = 7;
/** ±45 minutes in windows of five. */
const reach = 9;
/** A day with fewer windows than this does not count as a day; a past read each quarter of an hour has seven. */
const leastOfDay = 3;
/** An hour of them: a level without a season. */
const leastTrailing = 12;

/** Same-hour references of a time (detection.md 6.1), or null when too little was learned. */
export function referencesAt(marks: Marks, atMs: number): References | null {
  const { chosen, like } = daysFor(marks, atMs);
  if (chosen.length < 3) return trailingDay(marks, atMs);
  return {
    ...windowsOf(marks, atMs, chosen, Number.POSITIVE_INFINITY),
    chosen,
    like,
    // Looked at only when a value is far out.
    excursions: once(() => excursionsOf(marks, atMs, keptDays)),
    days: chosen.length,
    weaker: chosen.length >= 5 ? 0 : 1,
  };
}

/** The windows of given days around an hour, today being day 0, from slots below `before`; excursions are of the days that were found, in order. */
export function windowsOfDays(marks: Marks, atMs: number, days: readonly number[], before: number): References {
  const chosen = days.filter(
    (day) => slotOf(atMs) - day * marksPerDay + reach < before && hasDay(marks, slotOf(atMs) - day * marksPerDay),
  );
  return {
    ...windowsOf(marks, atMs, chosen, before),
    chosen,
    like: [],
    excursions: once(() => excursionsOf(marks, atMs, chosen)),
    days: chosen.length,
    weaker: 0,
  };
}

function windowsOf(
  marks: Marks,
  atMs: number,
  days: readonly number[],
  before: number,
): Pick<References, 'values' | 'daysBack' | 'slots'> {
  const size = days.length * (2 * reach + 1);
  const values = new Float64Array(size);
  const daysBack = new Uint8Array(size);
  const slots = new Float64Array(size);
  let count = 0;
  for (const day of days) {
    const centre = slotOf(atMs) - day * marksPerDay;
    for (let slot = centre - reach; slot <= centre + reach && slot < before; slot += 1) {
      const value = marks.at(slot);
      if (Number.isNaN(value)) continue;
      values[count] = value;
      daysBack[count] = day;
      slots[count] = slot;
      count += 1;
    }
  }
  return {
    values: values.subarray(0, count),
    daysBack: daysBack.subarray(0, count),
    slots: slots.subarray(0, count),
  };
}

/** The last seven days of the same type, or simply the last seven when there are fewer than three of those. */
function daysFor(marks: Marks, atMs: number): { readonly chosen: readonly number[]; readonly like: readonly number[] } {
  const like: number[] = [];
  const newest: number[] = [];
  const isOff = isWeekend(atMs);
  for (let day = 1; day <= (isOff ? weekendDaysBack : daysKept) && like.length < mostDays; day += 1) {
    if (day > daysKept && !isWeekend(atMs - day * dayMs)) continue;
    if (!hasDay(marks, slotOf(atMs) - day * marksPerDay)) continue;
    if (newest.length < mostDays) newest.push(day);
    if (isWeekend(atMs - day * dayMs) === isOff) like.push(day);
  }
  return like.length >= 3 ? { chosen: like, like: [] } : { chosen: newest, like };
}

const keptDays: readonly number[] = Array.from({ length: daysKept }, (_, index) => index + 1);

/** Of days with enough windows. */
function excursionsOf(marks: Marks, atMs: number, days: readonly number[]): { up: number; down: number }[] {
  const found: { up: number; down: number }[] = [];
  for (const day of days) {
    const values = marks.between(slotOf(atMs) - day * marksPerDay - reach, slotOf(atMs) - day * marksPerDay + reach);
    if (values.length < leastOfDay) continue;
    const ordered = sorted(values);
    const middle = quantileOfSorted(ordered, 0.5);
    found.push({ up: (ordered.at(-1) ?? middle) - middle, down: middle - (ordered[0] ?? middle) });
  }
  return found;
}

function hasDay(marks: Marks, centre: number): boolean {
  let found = 0;
  for (let slot = centre - reach; slot <= centre + reach && found < leastOfDay; slot += 1)
    if (!Number.isNaN(marks.at(slot))) found += 1;
  return found >= leastOfDay;
}

/** The last 24 hours without the newest one; a level without a season, good for a hint only. */
function trailingDay(marks: Marks, atMs: number): References | null {
  const found: number[] = [];
  const last = slotOf(atMs) - 3_600_000 / markMs;
  for (let slot = last - marksPerDay; slot <= last; slot += 1) {
    const value = marks.at(slot);
    if (!Number.isNaN(value)) found.push(value);
  }
  if (found.length < leastTrailing) return null;
  const values = Float64Array.from(found);
  return {
    values,
    daysBack: new Uint8Array(values.length),
    slots: new Float64Array(values.length),
    chosen: [],
    like: [],
    excursions: () => [],
    days: 2,
    weaker: 2,
  };
}
