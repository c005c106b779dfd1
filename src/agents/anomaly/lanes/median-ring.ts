// The medians of equal steps of time, the newest ones, of a series that is fed value by value or from its past.
import { median } from '../kernels/order-statistics.ts';

export type Points = {
  /** Times in hours since the first point. */
  readonly hours: Float64Array;
  readonly values: Float64Array;
  readonly fromMs: number;
  readonly stepMs: number;
};

export interface MedianRing {
  /** Values come in the order of time; an older one is left out. */
  add(atMs: number, value: number): void;
  /** Values of a past that was read late: whole steps before those that are known, in any order. */
  addPast(past: readonly { readonly atMs: number; readonly value: number }[]): void;
  /** Complete steps; `merge` neighbours make one point, so that a past told in coarser steps has no holes. */
  points(merge: number): Points;
  /** The newest complete step; null before there is one. */
  readonly newest: number | null;
  /** Everything before this time is another story. */
  startAt(atMs: number): void;
}

const hourMs = 3_600_000;

export function createMedianRing(stepMs: number, capacity: number): MedianRing {
  const steps = new Map<number, number>();
  let open: { readonly step: number; readonly values: number[] } | null = null;
  let newest: number | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  const stepOf = (atMs: number): number => Math.ceil(atMs / stepMs) - 1;

  const complete = (): void => {
    if (open === null) return;
    steps.set(open.step, median(open.values));
    newest = open.step;
    open = null;
    for (const step of steps.keys()) if (step <= newest - capacity) steps.delete(step);
  };

  return {
    add(atMs, value) {
      if (atMs <= lastMs || !Number.isFinite(value)) return;
      lastMs = atMs;
      // A value at the end of a step belongs to it.
      const step = stepOf(atMs);
      if (open !== null && open.step !== step) complete();
      open ??= { step, values: [] };
      open.values.push(value);
      if (atMs === (step + 1) * stepMs) complete();
    },
    addPast(past) {
      const known = Math.min(...steps.keys(), open?.step ?? Number.POSITIVE_INFINITY);
      for (const [step, some] of Map.groupBy(past, ({ atMs }) => stepOf(atMs)))
        if (step < known && step > (newest ?? step) - capacity) steps.set(step, median(some.map((one) => one.value)));
    },
    points(merge) {
      const groups = new Map<number, number[]>();
      for (const [step, value] of steps) {
        const group = Math.floor(step / merge);
        const known = groups.get(group);
        if (known === undefined) groups.set(group, [value]);
        else known.push(value);
      }
      const ordered = [...groups].toSorted(([left], [right]) => left - right);
      const first = ordered[0]?.[0] ?? 0;
      const widthMs = stepMs * merge;
      return {
        hours: Float64Array.from(ordered, ([group]) => ((group - first) * widthMs) / hourMs),
        values: Float64Array.from(ordered, ([, values]) => median(values)),
        fromMs: first * widthMs,
        stepMs: widthMs,
      };
    },
    get newest() {
      return newest;
    },
    startAt(atMs) {
      for (const step of steps.keys()) if (step * stepMs < atMs) steps.delete(step);
    },
  };
}

/** The points from a place on. */
export function startingAt({ hours, values, fromMs, stepMs }: Points, start: number): Points {
  const shift = hours[start] ?? 0;
  return {
    hours: hours.slice(start).map((one) => one - shift),
    values: values.slice(start),
    fromMs: fromMs + shift * hourMs,
    stepMs,
  };
}
