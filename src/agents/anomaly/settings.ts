// The numbers of the detector in one place (detection.md 22); windows of time come from the pace.
import { type Pace, scaled } from '../../model/pace.ts';

export const openSurprise = 3;
/** Enough for what has been so in every cycle of the long window: the last half is there against short strays. */
export const lastingSurprise = 2.5;
export const corroboratedSurprise = 5;
export const notFixedSurprise = 2;
export const cyclesToOpen = 3;
export const cyclesToClose = 10;
/** Up to so many series all of them are tested in every cycle: choosing suspects first loses what comes on softly. */
export const mostTested = 20_000;
export const falseDiscoveryRate = 0.05;
/** Samples without which there is no median to test. */
export const leastSamples = 3;
/** Single samples further than this many minimum effects from the last hour are worth a word although they passed. */
export const blipEffects = 2;
/** Traffic below this share of the usual decides nothing: nobody calls. */
export const leastTraffic = 0.7;
/** Times the usual traffic above which load that follows it is explained by it. */
export const surgeFactor = 1.3;

const minute = 60_000;

export type Windows = {
  readonly cycleMs: number;
  readonly rateMs: number;
  readonly hourMs: number;
  readonly longGapMs: number;
  /** The long window of the test. */
  readonly longMs: number;
  readonly graceMs: number;
  /** Volumes, sandbox and image before the first container of a pod runs. */
  readonly creationMs: number;
  /** A pod whose probes let it pass is still starting for this long. */
  readonly afterReadyMs: number;
  /** A workload that was rolled out is looked at by the second tier for this long, however calm it is. */
  readonly suspectMs: number;
  readonly refractoryMs: number;
  readonly onsetMs: number;
  readonly settleMs: number;
  /** What a process burns to start is over this long after its probes pass. */
  readonly startMs: number;
  /** One window of verification: five cycles. */
  readonly verifyMs: number;
  readonly beforeWriteMs: number;
  readonly forgetMs: number;
  /** A finding that is open for longer persists. */
  readonly persistingMs: number;
};

export function windowsOf(pace: Pace): Windows {
  return {
    cycleMs: pace.cycleMs,
    rateMs: pace.rateWindowMs,
    hourMs: pace.hourMs,
    longGapMs: scaled(pace, 30 * minute),
    longMs: scaled(pace, 30 * minute),
    graceMs: scaled(pace, 10 * minute),
    creationMs: scaled(pace, 2 * minute),
    afterReadyMs: scaled(pace, 2 * minute),
    suspectMs: scaled(pace, 60 * minute),
    refractoryMs: scaled(pace, 30 * minute),
    onsetMs: scaled(pace, 120 * minute),
    settleMs: pace.settleMs,
    startMs: pace.startMs,
    verifyMs: 5 * pace.cycleMs,
    beforeWriteMs: scaled(pace, 10 * minute),
    forgetMs: 24 * 60 * minute,
    persistingMs: scaled(pace, 24 * 60 * minute),
  };
}
