// How fast cluster time runs: every window of the product is named here once and divided by one scale.

/** All windows in milliseconds of the cluster's clock. */
export type Pace = {
  /** 1 on a cluster and in the demo, 20 on the lab. Divide a window of the fault catalogue by it. */
  readonly scale: number;
  readonly cycleMs: number;
  readonly scrapeMs: number;
  readonly guardReadMs: number;
  /** PromQL range of live rates. */
  readonly rateWindowMs: number;
  /** Least observation for a verdict on metrics alone. */
  readonly metricVerdictMs: number;
  /** After this long without a decision the outcome is unknown. */
  readonly undecidedMs: number;
  /** How long after a write a signal may still look bad before that counts as not fixed. */
  readonly settleMs: number;
  /** What a process burns to start is over this long after its probes pass. */
  readonly startMs: number;
  /** No new plan for a target after one ended. */
  readonly cooldownMs: number;
  /** An incident that returns within this time is the same incident. */
  readonly reopenMs: number;
  readonly hourMs: number;
};

/** What the config may name as a pace. */
export const paceScales = { cluster: 1, lab: 20 } as const;

/** The windows of design.md, divided by `scale`; at least two reads fit in each of them. */
export function paceOf(scale: number): Pace {
  return {
    scale,
    cycleMs: 60_000 / scale,
    scrapeMs: 15_000 / Math.min(scale, 15),
    guardReadMs: Math.max(15_000 / scale, 1_000),
    rateWindowMs: 120_000 / scale,
    metricVerdictMs: (15 * 60_000) / scale,
    undecidedMs: (60 * 60_000) / scale,
    settleMs: (5 * 60_000) / scale,
    startMs: (2 * 60_000) / scale,
    cooldownMs: (10 * 60_000) / scale,
    reopenMs: (24 * 3_600_000) / scale,
    hourMs: 3_600_000 / scale,
  };
}

/** A window of the catalogue at this pace. */
export function scaled(pace: Pace, windowMs: number): number {
  return windowMs / pace.scale;
}
