// The numbers of tier one in one place (detection.md 22); every series of every user runs with these, nothing is tuned by file.

/** Samples that set the scales, and the samples after them that set the tails. */
export const scaleSamples = 100;
export const tailSamples = 100;
/** Moves of medians and of their scales, as a share of the scale, per minute of step. */
export const slowStep = 0.0005;
/** Moves of the scale of jumps and of the scale of the hour bands, per sample. */
export const quickStep = 0.02;
export const meanLength = 12;
export const roughnessLength = 48;
export const roughnessMemory = 2000;
export const cusumSlack = 0.5;
export const cusumCap = 200;
export const cusumClip = 6;
/** A half-scale is a median of absolute deviations on one side; this many of them are a standard deviation of normal noise. */
export const halfScalesPerDeviation = 1.5;
/** A surprise at the threshold of a tail: it is the 99 % quantile. */
export const tailShare = 0.01;
export const tailMemory = 20_000;
export const longestTail = 0.5;

/** For scores of a file only: what was shown is shown again when it is that many times more surprising, and fades by half. */
export const habituationFactor = 1.2;
export const habituationHalfLifeHours = 24;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** Gaps after which the short memories start anew, a series is cold, and all is forgotten. */
export const longGapMs = 30 * minuteMs;
export const coldGapMs = 24 * hourMs;
export const forgetMs = 14 * dayMs;
export const coldSamples = 30;
/** Samples after such a gap until the channels with a short memory speak again. */
export const settledSamples = 5;
/** Steps without a sample after which a series is in a gap. */
export const staleSteps = 2.5;
/** Samples without a change after which a series is constant. */
export const constantSamples = 200;
/** Share of one value above which a series is a count rather than a level, and the mean below which integers are. */
export const modeShareOfCounts = 0.6;
export const meanOfCounts = 5;
export const bucketMs = 15 * minuteMs;
/** E from which a series is a suspect. */
export const suspectSurprise = 8;
/** Beyond this float32 has no room: such a sample is dropped as NaN is. */
export const largestValue = 1e30;
