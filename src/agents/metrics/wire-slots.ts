// The slot of a series on the wire: known by the hash of its labels, or admitted once, the only time its labels become text.
import { z } from 'zod';
import { malformed } from './wire-bytes.ts';
import type { WireElement, WireWindow } from './wire-element.ts';
import type { HashKey } from './wire-hash.ts';
import { ignoredSeries, unknownSeries, type SeriesTable } from './wire-series.ts';

export type WireLabels = Readonly<Record<string, string>>;

/** What several readers may share. */
export type WireSlots = {
  readonly table: SeriesTable;
  readonly key: HashKey;
  /** Called once for a series that is not known: its slot, or null to ignore it from then on. */
  readonly admit: (labels: WireLabels, query: string) => number | null;
};

/** A slot from 0 on, `ignoredSeries`, or `malformed` when the labels cannot be read. */
export function slotOf({ table, admit }: WireSlots, window: WireWindow, element: WireElement, query: string): number {
  const known = table.find(element.sum);
  if (known !== unknownSeries) return known;
  const labels = labelsOf(window, element);
  if (labels === null) return malformed;
  const slot = admit(labels, query) ?? ignoredSeries;
  table.put(element.sum, slot);
  return slot;
}

const labelsSchema = z.record(z.string(), z.string());

function labelsOf({ bytes }: WireWindow, { labelsFrom, labelsTo }: WireElement): WireLabels | null {
  if (labelsTo === 0) return {};
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + labelsFrom, labelsTo - labelsFrom).toString('utf8');
    return labelsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
