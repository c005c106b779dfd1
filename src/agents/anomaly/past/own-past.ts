// How far out the test would have found a series on each of its own past days: what its usual days show by themselves is no news today.
import { dayAdjusted } from './expected-level.ts';
import { daysKept, type Marks, markMs, marksPerDay, slotOf, weekendDaysBack } from './marks.ts';
import { isWeekend } from '../../../model/past.ts';
import { type References, windowsOfDays } from './references.ts';
import type { OwnPast, SeriesState } from '../series-state.ts';
import { levelOf, windowTest } from '../window/window-test.ts';
import { isHabit } from '../window/two-windows.ts';

const dayMs = 86_400_000;
const hourMs = 60 * 60_000;
const halfHourMs = hourMs / 2;
const halfHours = 48;
/** Windows of the half-hour around each level. */
const around = 3;
const leastDays = 4;
/** What came last may be the beginning of what is asked about. */
const settledMs = 2 * hourMs;

/** Null when too few days of one type are known. About 5 ms; kept for an hour. */
export function ownPastOf(
  state: SeriesState,
  side: 'up' | 'down',
  nowMs: number,
  requests: Marks | null,
): OwnPast | null {
  const hour = Math.floor(nowMs / hourMs);
  const known = state.ownPast;
  if (known?.hour === hour && known.side === side) return known.found;
  // As of the hour, so that a restart within it finds the same.
  const found = pastPeaks(state, side, hour * hourMs, requests);
  state.ownPast = { hour, side, found };
  return found;
}

/** Whether the hour's answer is there already. */
export function knowsOwnPast(state: SeriesState, side: 'up' | 'down', nowMs: number): boolean {
  return state.ownPast?.hour === Math.floor(nowMs / hourMs) && state.ownPast.side === side;
}

function pastPeaks(state: SeriesState, side: 'up' | 'down', nowMs: number, requests: Marks | null): OwnPast | null {
  const peaks = new Map<number, number>();
  const before = Math.floor((nowMs - settledMs) / markMs);
  const last = Math.round(nowMs / halfHourMs);
  for (let turn = 0; turn < halfHours; turn += 1) {
    const atMs = (last - turn) * halfHourMs;
    for (const days of daysByType(atMs)) {
      const plain = windowsOfDays(state.marks, atMs, days, before);
      if (plain.chosen.length < leastDays) continue;
      const adjusted = dayAdjusted(state, plain, atMs, requests);
      for (const day of plain.chosen) {
        const peak = peakOf(state, side, atMs, day, plain, adjusted);
        peaks.set(day, Math.max(peaks.get(day) ?? Number.NEGATIVE_INFINITY, peak));
      }
    }
  }
  const ordered = [...peaks.values()].toSorted((left, right) => right - left);
  const [highest, second] = ordered;
  return highest === undefined || second === undefined ? null : { highest, second, days: ordered.length };
}

/** Days back, today among them: the working days and the weekends of what is kept. */
function daysByType(atMs: number): readonly (readonly number[])[] {
  const days = Array.from({ length: weekendDaysBack + 1 }, (_, day) => day);
  const isOff = (day: number): boolean => isWeekend(atMs - day * dayMs);
  return [days.filter((day) => day < daysKept && !isOff(day)), days.filter(isOff)];
}

/** The highest `t` of the windows of one day's half-hour against the other days; minus infinity when they lie on the other side or do so each day. */
function peakOf(
  state: SeriesState,
  side: 'up' | 'down',
  atMs: number,
  day: number,
  plain: References,
  adjusted: References | null,
): number {
  const { traits, cpuRequest } = state;
  const texture = state.marks.texture();
  const others = withoutDay(plain, day);
  const plainLevel = levelOf(others, texture, traits, cpuRequest);
  const level = adjusted === null ? plainLevel : levelOf(withoutDay(adjusted, day), texture, traits, cpuRequest);
  const [windows, usual] =
    adjusted !== null && level.spread < plainLevel.spread ? [adjusted, level] : [plain, plainLevel];
  const centre = slotOf(atMs) - day * marksPerDay;
  let peak = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < windows.values.length; index += 1) {
    const away = (windows.slots[index] ?? 0) - centre;
    if (windows.daysBack[index] !== day || away < -around || away >= around) continue;
    const test = windowTest(windows.values[index] ?? Number.NaN, usual, traits, cpuRequest);
    if (test.side === side && test.t > peak && !(test.p < 0.5 && isHabit(test, usual))) peak = test.t;
  }
  return peak;
}

function withoutDay(windows: References, day: number): References {
  const kept: number[] = [];
  for (let index = 0; index < windows.values.length; index += 1) if (windows.daysBack[index] !== day) kept.push(index);
  const chosen = windows.chosen.filter((one) => one !== day);
  return {
    ...windows,
    values: Float64Array.from(kept, (index) => windows.values[index] ?? 0),
    daysBack: Uint8Array.from(kept, (index) => windows.daysBack[index] ?? 0),
    slots: Float64Array.from(kept, (index) => windows.slots[index] ?? 0),
    chosen,
    excursions: () => windows.excursions().filter((_, place) => windows.chosen[place] !== day),
    days: chosen.length,
  };
}
