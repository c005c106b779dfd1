// The figures of the guardian in one place: what counts as stale, how much may be touched at once and in an hour (safety.md G07, G09, G11, G19).

/** The server gives up on a write after this long; a write starts only while more lease time is left (writes.md A.4). */
export const writeTimeoutMs = 10_000;
/** For what lies between our clock and the server's: pauses of this process, and the way there. */
export const leaseMarginMs = 2_000;
/** From the first read of the facts to the burning of the permit (design decision 5). */
export const reviewMs = 30_000;
/** Reads and dry run of one gathering. */
export const gatherMs = 15_000;

export const writesPerHour = 10;
export const writesPerHourInNamespace = 4;
/** Share of a workload's pods that may be missing at one time; one pod always may. */
export const mostMissingShare = 0.25;
/** Pods that one action may add, and the size above which nothing is scaled up from here. */
export const mostPodsAdded = 20;
export const mostReplicas = 200;

export const staleCycles = 3;
export const leastStaleMs = 20_000;
export const mostClockSkewMs = 30_000;

/** Outcomes that did harm within 24 h: of one action in one namespace, and in the whole cluster. */
export const harmsInNamespace = 2;
export const harmsInCluster = 3;
/** The same action on the same target, or the same incident opened again, within 24 h. */
export const mostRepetitions = 3;
/** Incidents opened within one cooldown: something bigger is wrong. */
export const incidentStorm = 10;
