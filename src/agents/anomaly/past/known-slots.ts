// Which slots of a series a restart kept, and so no source may teach again: it does not know which of its values were faults or are on trial.
import { type KeptMarks, marksKept } from './marks.ts';
import { weekendsHeld } from './weekends.ts';

/** First and last slot of each stretch, one after the other; small, since there is one for each series. */
export type KnownSlots = readonly number[];

/** What a process knew at `keptSlot`: all from the oldest slot that it kept, and the weekends from the oldest of each day. Nothing where it never knew anything. */
export function knownSlots({ newest, offsets, weekends }: KeptMarks, keptSlot: number): KnownSlots {
  if (newest === null) return [];
  let oldest = Math.max(0, newest - marksKept + 1);
  while (oldest <= newest && Number.isNaN(offsets[oldest % marksKept])) oldest += 1;
  return [oldest, keptSlot, ...(weekends === null ? [] : weekendsHeld(weekends))];
}

export function isKnown(known: KnownSlots, slot: number): boolean {
  for (let at = 0; at < known.length; at += 2)
    if (slot >= (known[at] ?? Number.NaN) && slot <= (known[at + 1] ?? Number.NaN)) return true;
  return false;
}
