// What a series should read now: the same hour of like days, moved by what today's last hours and today's requests say about the day.
import {
  aligned,
  type DayModel,
  deviation,
  type Expectation,
  type Habits,
  habitsOf,
  recentLevel,
} from './day-level.ts';
import { median } from '../kernels/order-statistics.ts';
import { type Marks, marksPerDay, slotOf } from './marks.ts';
import type { References } from './references.ts';
import { quarterMs, type SeriesState, usualWindowsAt } from '../series-state.ts';
import { type Level, levelOf, movedLevel } from '../window/window-test.ts';
import { minimumEffect } from '../../../model/signal-traits.ts';
import { once } from './once.ts';

/** The level of five samples, and of half an hour. */
export type Expected = { readonly short: Level; readonly long: () => Level | null };

/** A day may explain half of a change that matters, never more: an incident that comes on slowly must not explain itself away. */
const mostMoved = 0.5;
const longMarks = 6;
const leastLongMarks = 2;
const longStep = 3;

/** `requests` is the state of the workload's requests with their newest median, for what follows traffic; null when not measured now. */
export function expectedAt(
  state: SeriesState,
  nowMs: number,
  requests: { readonly marks: Marks; readonly now: number } | null,
): Expected | null {
  const slot = Math.round(nowMs / quarterMs);
  const version = state.marks.version();
  const cached = state.expected;
  const isKept =
    cached !== null &&
    cached.slot === slot &&
    cached.version === version &&
    cached.withRequests === (requests !== null);
  const base = isKept ? cached : baseAt(state, slot * quarterMs, requests?.marks ?? null);
  state.expected = base;
  if (base === null) return null;
  const { model, short, long } = base;
  if (model === null) return { short, long };
  const load = requests === null ? 0 : deviation(requests.now, model.usualRequests, true);
  const share = model.own * model.today + (Number.isFinite(load) ? model.requests * load : 0);
  const moved = (level: Level): Level => movedBy(level, share, model.isRelative, state);
  return {
    short: moved(short),
    long: () => {
      const level = long();
      return level === null ? null : moved(level);
    },
  };
}

function movedBy(level: Level, share: number, isRelative: boolean, state: SeriesState): Level {
  const most = mostMoved * minimumEffect(state.traits, level.location, 'up', state.cpuRequest);
  const by = isRelative ? share * level.location : share;
  const bounded = Math.min(most, Math.max(-most, by));
  return movedLevel(
    level,
    isRelative && level.location > 0
      ? { factor: 1 + bounded / level.location, shift: 0 }
      : { factor: 1, shift: bounded },
  );
}

function baseAt(state: SeriesState, nowMs: number, requests: Marks | null): Expectation | null {
  const { marks, traits, cpuRequest } = state;
  const usual = usualWindowsAt(state, nowMs);
  if (usual === null) return null;
  const { references, level: plain } = usual;
  const texture = marks.texture();
  const about = { slot: Math.round(nowMs / quarterMs), version: marks.version(), withRequests: requests !== null };
  const isRelative = isMeasuredAsShare(state);
  const days = references.weaker === 2 ? null : daysOf(state, references, nowMs, requests, isRelative);
  const adjusted = days === null ? null : levelOf(days.adjust(references), texture, traits, cpuRequest);
  const isBetter = adjusted !== null && adjusted.spread < plain.spread;
  const windows = once(() => longWindows(marks, references, nowMs));
  const long = once((): Level | null => {
    const found = windows();
    if (found === null) return null;
    return levelOf(isBetter && days !== null ? days.adjust(found) : found, texture, traits, cpuRequest);
  });
  return { ...about, short: isBetter ? adjusted : plain, long, model: isBetter && days !== null ? days.model : null };
}

type Days = { readonly model: DayModel; adjust(windows: References): References };

/** How each reference day was as a whole; null when today cannot be told or nothing carries over. */
function daysOf(
  state: SeriesState,
  references: References,
  nowMs: number,
  requests: Marks | null,
  isRelative: boolean,
): Days | null {
  const carried = carriedOver(state, references, nowMs, requests, habitsNow(state, nowMs, requests, isRelative));
  const today = recentLevel(state.marks, nowMs, 0);
  if (carried === null || Number.isNaN(today)) return null;
  const { own, requests: ofRequests, usualRequests, middle, adjust } = carried;
  const model: DayModel = {
    own,
    requests: ofRequests,
    isRelative,
    today: deviation(today, middle, isRelative),
    usualRequests,
  };
  return Number.isFinite(model.today) ? { model, adjust } : null;
}

/** The same windows as they would be if each of their days were as a whole like the others; null when nothing foretells how a day is. */
export function dayAdjusted(
  state: SeriesState,
  references: References,
  atMs: number,
  requests: Marks | null,
): References | null {
  const habits = state.habits?.habits ?? null;
  return habits === null ? null : (carriedOver(state, references, atMs, requests, habits)?.adjust(references) ?? null);
}

type Carried = Pick<DayModel, 'own' | 'requests' | 'usualRequests'> &
  Pick<Days, 'adjust'> & { readonly middle: number };

function carriedOver(
  state: SeriesState,
  references: References,
  atMs: number,
  requests: Marks | null,
  habits: Habits,
): Carried | null {
  const isRelative = isMeasuredAsShare(state);
  const both = requests === null ? null : habits.both;
  const own = both?.own ?? habits.own;
  if (own === 0 && both === null) return null;
  const levels = references.chosen.map((day) => recentLevel(state.marks, atMs, day));
  const known = levels.filter((one) => !Number.isNaN(one));
  if (known.length < 3) return null;
  const middle = median(known);
  const ofDay = new Map(
    references.chosen.map((day, index) => [day, deviation(levels[index] ?? middle, middle, isRelative)]),
  );
  const usualRequests = both === null || requests === null ? Number.NaN : loadsOf(requests, references);
  if (both !== null && !(usualRequests > 0)) return null;
  const ofRequests = both?.requests ?? 0;
  const most = mostMoved * minimumEffect(state.traits, median(references.values), 'up', state.cpuRequest);
  const scale = isRelative ? median(references.values) : 1;
  const bound = isRelative ? (scale > 0 ? most / scale : 0) : most;
  return {
    own,
    requests: ofRequests,
    usualRequests,
    middle,
    adjust(windows) {
      const values = windows.values.map((value, index) => {
        const ownShare = ofDay.get(windows.daysBack[index] ?? 0) ?? Number.NaN;
        const load =
          both === null || requests === null
            ? 0
            : deviation(requests.at(windows.slots[index] ?? 0), usualRequests, true);
        const share =
          own * (Number.isFinite(ownShare) ? ownShare : 0) + ofRequests * (Number.isFinite(load) ? load : 0);
        const bounded = Math.min(bound, Math.max(-bound, share));
        return isRelative ? value / (1 + bounded) : value - bounded;
      });
      return { ...windows, values };
    },
  };
}

function isMeasuredAsShare({ traits }: SeriesState): boolean {
  return traits.unit !== 'ratio' && traits.unit !== 'count' && traits.floor.relative > 1;
}

function loadsOf(requests: Marks, { slots }: References): number {
  const known: number[] = [];
  for (const slot of slots) {
    const value = requests.at(slot);
    if (!Number.isNaN(value)) known.push(value);
  }
  return median(known);
}

/** Medians of half an hour that end at the quarters around this time of the same days. */
function longWindows(marks: Marks, references: References, nowMs: number): References | null {
  const values: number[] = [];
  const daysBack: number[] = [];
  const slots: number[] = [];
  const centre = slotOf(nowMs);
  for (const day of references.chosen)
    for (let offset = -9; offset <= 9; offset += longStep) {
      const last = aligned(centre - day * marksPerDay + offset);
      const found: number[] = [];
      for (let slot = last - longMarks + 1; slot <= last; slot += 1) {
        const value = marks.at(slot);
        if (!Number.isNaN(value)) found.push(value);
      }
      if (found.length < leastLongMarks) continue;
      values.push(median(found));
      daysBack.push(day);
      slots.push(last - longStep);
    }
  if (values.length < 9) return null;
  return {
    ...references,
    values: Float64Array.from(values),
    daysBack: Uint8Array.from(daysBack),
    slots: Float64Array.from(slots),
  };
}

/** Habits change slowly: they are learned again once a day. */
function habitsNow(state: SeriesState, nowMs: number, requests: Marks | null, isRelative: boolean): Habits {
  const day = Math.floor(nowMs / 86_400_000);
  const known = state.habits;
  if (known !== null && known.day === day && known.withRequests === (requests !== null)) return known.habits;
  const habits = habitsOf(state.marks, requests, nowMs, isRelative);
  state.habits = { day, withRequests: requests !== null, habits };
  return habits;
}
