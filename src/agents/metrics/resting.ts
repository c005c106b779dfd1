// Which measures are asked for in a cycle: one that many clusters lack and that nothing has rests for a while, so that the number of queries stays small.
import type { Measure } from './measure.ts';

export interface Resting {
  /** Those that are due, in their order. */
  due(measures: readonly Measure[], atMs: number): readonly Measure[];
  /** What a read of a measure brought; null when it could not be read. */
  note(measure: Measure, rows: number | null, atMs: number): void;
  /** Optional measures of which nothing is there. */
  absent(measures: readonly Measure[]): readonly Measure[];
}

export function createResting(restMs: number): Resting {
  const emptySinceMs = new Map<string, number>();
  return {
    due: (measures, atMs) =>
      measures.filter((one) => atMs - (emptySinceMs.get(one.id) ?? Number.NEGATIVE_INFINITY) >= restMs),
    note({ id, optional }, rows, atMs) {
      if (optional !== true || rows === null) return;
      if (rows === 0) emptySinceMs.set(id, atMs);
      else emptySinceMs.delete(id);
    },
    absent: (measures) => measures.filter((one) => emptySinceMs.has(one.id)),
  };
}
