// Weekends further back than the past in five minutes, one value per quarter of an hour: two weekend days of eight are too few to compare with.
import { pastStepMs, weekendsKept } from '../../../model/past.ts';

const slotsPerDay = 86_400_000 / pastStepMs;
/** Every third of the slots of five minutes. */
const every = 3;
const perDay = slotsPerDay / every;
const daysHeld = 2 * weekendsKept;
/** The first day of the epoch was a Thursday. */
const firstSaturday = 2;

export const weekendValues = daysHeld * perDay;

/** What is kept over a restart. */
export type KeptWeekends = {
  /** The day since the epoch that each eighth holds; -1 for none. */
  readonly days: readonly number[];
  /** `weekendValues` long; NaN where nothing was learned. */
  readonly offsets: Float32Array;
};

export interface Weekends {
  /** Takes the values of whole quarters of an hour on weekends, and no others. */
  set(slot: number, offset: number): void;
  /** NaN where nothing was learned. */
  at(slot: number): number;
  dropFrom(slot: number): void;
  scale(factor: number): void;
  /** Null when nothing was ever set. */
  kept(): KeptWeekends | null;
  load(kept: KeptWeekends | null): void;
}

export function createWeekends(): Weekends {
  const days = Array.from({ length: daysHeld }, () => -1);
  let offsets: Float32Array | null = null;

  return {
    set(slot, offset) {
      const held = placeOf(slot);
      if (held === null) return;
      offsets ??= new Float32Array(weekendValues).fill(Number.NaN);
      const known = days[held.block] ?? -1;
      if (held.day < known) return;
      if (held.day > known) {
        offsets.fill(Number.NaN, held.block * perDay, (held.block + 1) * perDay);
        days[held.block] = held.day;
      }
      offsets[held.block * perDay + held.quarter] = offset;
    },
    at(slot) {
      const held = offsets === null ? null : placeOf(slot);
      if (held === null || days[held.block] !== held.day) return Number.NaN;
      return offsets?.[held.block * perDay + held.quarter] ?? Number.NaN;
    },
    dropFrom(slot) {
      for (const [block, day] of days.entries()) {
        const first = Math.max(0, Math.ceil((slot - day * slotsPerDay) / every));
        if (day >= 0 && first < perDay) offsets?.fill(Number.NaN, block * perDay + first, (block + 1) * perDay);
      }
    },
    scale(factor) {
      for (let index = 0; index < (offsets?.length ?? 0); index += 1)
        if (offsets !== null) offsets[index] = (offsets[index] ?? Number.NaN) * factor;
    },
    kept: () => (offsets === null ? null : { days: [...days], offsets: offsets.slice() }),
    load(kept) {
      for (let block = 0; block < daysHeld; block += 1) days[block] = kept?.days[block] ?? -1;
      offsets = kept === null ? null : kept.offsets.slice();
    },
  };
}

/** First and last slot of each day that is held, one after the other: from its oldest value, or all of a day that lost every value. */
export function weekendsHeld({ days, offsets }: KeptWeekends): readonly number[] {
  return days.flatMap((day, block) => {
    if (day < 0) return [];
    const quarters = offsets.subarray(block * perDay, (block + 1) * perDay);
    const oldest = Math.max(
      0,
      quarters.findIndex((one) => !Number.isNaN(one)),
    );
    return [day * slotsPerDay + oldest * every, (day + 1) * slotsPerDay - 1];
  });
}

/** Null for what is not kept: working days, and times between the quarters. */
function placeOf(slot: number): { readonly block: number; readonly day: number; readonly quarter: number } | null {
  if (slot % every !== 0) return null;
  const day = Math.floor(slot / slotsPerDay);
  const since = (((day - firstSaturday) % 7) + 7) % 7;
  if (since > 1) return null;
  const week = Math.floor((day - firstSaturday) / 7) % weekendsKept;
  return { block: 2 * week + since, day, quarter: (slot - day * slotsPerDay) / every };
}
