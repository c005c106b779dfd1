// Whether an objective is counted at all: a promise that nothing measures must not pass for one that is kept.
import type { Sample, SignalId } from '../../../model/signal.ts';
import type { Slo } from '../../../model/slo.ts';

/** What one cycle brought for an objective. */
export type SloCycle = {
  readonly sample: Sample | undefined;
  /** Requests of the same workload: without any there is no share of them, and nothing is missing. */
  readonly requests: Sample | undefined;
  /** Why the sample cannot be counted; null when it can, or when there is none. */
  readonly uncountable: string | null;
  /** Whether a source of measurements answered: one that is down is told by itself. */
  readonly isMeasured: boolean;
  readonly nowMs: number;
};

export interface SloSight {
  note(cycle: SloCycle): void;
  /** Its past was counted. */
  wasSeen(): void;
  /** Why it is not counted now, from the first cycle on where it never was; null while it is, and for a gap. */
  why(nowMs: number): string | null;
  /** The same for whoever is told once: a series may come a little late. */
  lastingWhy(nowMs: number): string | null;
}

/** `graceMs` is how long a gap may last. */
export function createSloSight(slo: Slo, graceMs: number): SloSight {
  let uncountable: string | null = null;
  let unseenSinceMs: number | null = null;
  let isKnown = false;
  const lastingWhy = (nowMs: number): string | null =>
    uncountable ?? (unseenSinceMs !== null && nowMs - unseenSinceMs >= graceMs ? nothingOf(slo.signal) : null);
  return {
    note({ sample, requests, isMeasured, nowMs, ...read }) {
      uncountable = sample === undefined ? uncountable : read.uncountable;
      const isQuiet = slo.signal.startsWith('sli.') && requests?.value === 0;
      if (sample !== undefined || isQuiet) {
        isKnown = true;
        unseenSinceMs = null;
      } else if (isMeasured) unseenSinceMs ??= nowMs;
    },
    wasSeen() {
      isKnown = true;
    },
    why: (nowMs) => lastingWhy(nowMs) ?? (unseenSinceMs !== null && !isKnown ? nothingOf(slo.signal) : null),
    lastingWhy,
  };
}

function nothingOf(signal: SignalId): string {
  if (signal === 'sli.err') return 'no count of its requests by status is read from any source';
  if (signal === 'sli.latency') return 'no histogram of the time that its requests take is read from any source';
  return `${signal} of it is read from no source`;
}
