// How much of a series' deviation from other days its own last hours and the requests of the moment foretell, learned from its past.
import { median, medianAbsoluteDeviation } from '../kernels/order-statistics.ts';
import { type Marks, marksPerDay, markMs, slotOf } from './marks.ts';
import { isWeekend } from '../../../model/past.ts';
import type { Level } from '../window/window-test.ts';

/** Shares of a deviation that carry over: of the own last hours, and of the workload's requests. */
export type Habits = {
  readonly own: number;
  /** Null when requests are not measured or foretell nothing. */
  readonly both: { readonly own: number; readonly requests: number } | null;
};

/** How today is as a whole, beside other days. */
export type DayModel = {
  readonly own: number;
  readonly requests: number;
  readonly isRelative: boolean;
  /** Today's own deviation over the last hours. */
  readonly today: number;
  /** Usual requests at this hour; NaN when the model has none. */
  readonly usualRequests: number;
};

/** What is worked out once each quarter of an hour: the levels of an ordinary day, and how far today is from one. */
export type Expectation = {
  readonly slot: number;
  readonly version: number;
  readonly withRequests: boolean;
  readonly short: Level;
  readonly long: () => Level | null;
  readonly model: DayModel | null;
};

/** Marks are read each quarter of an hour, which every past has. */
const step = 3;
/** From three and a half hours to half an hour before: what begins now must not explain itself. */
const farthest = 42;
const nearest = 6;
const leastRecent = 6;
const turnMs = 30 * 60_000;
const turnsPerDay = 48;
const daysRead = 8;
const leastDays = 3;
const leastPoints = 60;
/** Deviations count up to here, so that a past incident teaches nothing. */
const mostDeviations = 3;
const ridge = 1.1;
/** Below this a fit explains too little to be worth its error. */
const leastExplained = 0.1;

/** Mean of the hours before a time `daysBack` days ago; NaN when more than half of it is missing. */
export function recentLevel(marks: Marks, atMs: number, daysBack: number): number {
  const centre = aligned(slotOf(atMs) - daysBack * marksPerDay);
  let sum = 0;
  let count = 0;
  for (let slot = centre - farthest; slot <= centre - nearest; slot += step) {
    const value = marks.at(slot);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count < leastRecent ? Number.NaN : sum / count;
}

export function aligned(slot: number): number {
  return slot - (((slot % step) + step) % step);
}

/** How far `value` lies from `middle`: as a share of it where changes are shares, else as it is. */
export function deviation(value: number, middle: number, isRelative: boolean): number {
  return isRelative ? (middle > 0 ? value / middle - 1 : Number.NaN) : value - middle;
}

/** Least squares over the half-hours of the working days that are kept. */
export function habitsOf(marks: Marks, requests: Marks | null, atMs: number, isRelative: boolean): Habits {
  const now: number[] = [];
  const before: number[] = [];
  const load: number[] = [];
  const lastMs = aligned(slotOf(atMs)) * markMs;
  for (let turn = 0; turn < turnsPerDay; turn += 1) {
    const turnAtMs = lastMs - turn * turnMs;
    const days = Array.from({ length: daysRead }, (_, day) => day).filter(
      (day) => !isWeekend(turnAtMs - day * 86_400_000),
    );
    const slot = slotOf(turnAtMs);
    const rows = days
      .map((day) => ({
        now: marks.at(slot - day * marksPerDay),
        before: recentLevel(marks, turnAtMs, day),
        load: requests === null ? 0 : requests.at(slot - day * marksPerDay),
      }))
      .filter((one) => !Number.isNaN(one.now) && !Number.isNaN(one.before) && !Number.isNaN(one.load));
    if (rows.length < leastDays) continue;
    const middle = {
      now: median(rows.map((one) => one.now)),
      before: median(rows.map((one) => one.before)),
      load: median(rows.map((one) => one.load)),
    };
    for (const one of rows) {
      const deviations = [
        deviation(one.now, middle.now, isRelative),
        deviation(one.before, middle.before, isRelative),
        requests === null ? 0 : deviation(one.load, middle.load, true),
      ] as const;
      if (!deviations.every(Number.isFinite)) continue;
      now.push(deviations[0]);
      before.push(deviations[1]);
      load.push(deviations[2]);
    }
  }
  if (now.length < leastPoints) return { own: 0, both: null };
  return fitted(clipped(now), clipped(before), requests === null ? null : clipped(load));
}

function fitted(y: readonly number[], own: readonly number[], load: readonly number[] | null): Habits {
  const yy = product(y, y);
  const oo = product(own, own) * ridge;
  const yo = product(y, own);
  const alone = oo > 0 ? bounded(yo / oo) : 0;
  const single = { own: yy > 0 && (yo * yo) / (oo * yy) >= leastExplained ? alone : 0, both: null };
  if (load === null) return single;
  const ll = product(load, load) * ridge;
  const ol = product(own, load);
  const yl = product(y, load);
  const determinant = oo * ll - ol * ol;
  if (!(determinant > 1e-12 * oo * ll) || !(yy > 0)) return single;
  const ofOwn = (yo * ll - yl * ol) / determinant;
  const ofLoad = (yl * oo - yo * ol) / determinant;
  const explained = (ofOwn * yo + ofLoad * yl) / yy;
  if (explained < leastExplained || ofLoad <= 0) return single;
  return { ...single, both: { own: bounded(ofOwn), requests: Math.min(1.5, ofLoad) } };
}

function clipped(values: readonly number[]): number[] {
  const most = mostDeviations * 1.4826 * medianAbsoluteDeviation(values, 0);
  return values.map((value) => Math.min(most, Math.max(-most, value)));
}

function product(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

function bounded(share: number): number {
  return Math.min(1, Math.max(0, share));
}
