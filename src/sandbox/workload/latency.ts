// How a service slows down, fails and is throttled as its CPU fills up, and how its answers spread over histogram buckets.

/** Upper bounds of `http_request_duration_seconds_bucket` in seconds, without +Inf. */
export const bucketBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

const slowest = 9.5;
/** Below, the first bucket could not hold 99 % and less than all of the answers. */
const fastest = 0.004_96;

/**
 * Factor on the 99th percentile at a utilisation (demand over capacity): 1 when idle, 5.8 at 0.93, at most 14.
 * The tail of a queue grows with u²/(1-u); past saturation the queue is bounded by its time-out.
 */
export function tailFactor(utilisation: number): number {
  if (utilisation <= 0) return 1;
  const bounded = Math.min(utilisation, 0.97);
  return Math.min(14, 1 + (0.392 * bounded * bounded) / (1 - bounded) + Math.max(0, utilisation - 0.97) * 8);
}

/** Share of requests that a saturated service cannot serve. */
export function overloadShare(utilisation: number): number {
  return utilisation <= 1 ? 0 : 1 - 1 / utilisation;
}

/** Share of CFS periods in which a container with a CPU limit is throttled: bursts touch the quota above 0.8. */
export function throttledShare(utilisation: number): number {
  if (utilisation <= 0.8) return 0;
  return Math.min(0.9, 0.35 * ((utilisation - 0.8) / 0.2));
}

/**
 * Cumulative shares per bucket (the last is +Inf, 1), such that the linear interpolation of `histogram_quantile(0.99)`
 * answers exactly `p99Seconds`.
 */
export function bucketShares(p99Seconds: number): number[] {
  const p99 = Math.max(fastest, Math.min(p99Seconds, slowest));
  const index = bucketBounds.findIndex((bound) => p99 <= bound);
  const lower = index === 0 ? 0 : (bucketBounds[index - 1] ?? 0);
  const upper = bucketBounds[index] ?? slowest;
  const ratio = (upper - lower) / (p99 - lower);
  const highest = 0.9995;
  const least = ratio > 1 ? (0.99 * ratio - highest) / (ratio - 1) : 0;
  const atLower = index === 0 ? 0 : Math.min(0.99, Math.max(share(lower, p99), least));
  const atUpper = atLower + (0.99 - atLower) * ratio;
  const shares = bucketBounds.map((bound, position) => {
    if (position < index) return position === index - 1 ? atLower : Math.min(share(bound, p99), atLower);
    if (position === index) return atUpper;
    return 1 - (1 - atUpper) * 0.1 ** (position - index);
  });
  return [...shares, 1];
}

/** Mean of answers whose 99th percentile is given; the spread of `share`. */
export function meanSeconds(p99Seconds: number): number {
  return Math.min(p99Seconds, slowest) * 0.31;
}

/** Log-logistic distribution with its median at a quarter of the 99th percentile. */
function share(seconds: number, p99: number): number {
  const shape = Math.log(99) / Math.log(4);
  return 1 / (1 + (seconds / (p99 / 4)) ** -shape);
}
