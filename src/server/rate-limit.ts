// A token bucket per caller, so that a loop gone wrong cannot keep the advisor from its work.
import type { Clock } from '../clock.ts';

export type RateLimit = { take(caller: string): boolean };

const callersKept = 100;

/** Refills `perSecond` up to `burst`; the oldest caller is forgotten beyond a hundred. */
export function createRateLimit(clock: Clock, perSecond: number, burst: number): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(caller) {
      const now = clock.monotonic();
      const bucket = buckets.get(caller) ?? { left: burst, atMs: now };
      const left = Math.min(burst, bucket.left + ((now - bucket.atMs) / 1_000) * perSecond);
      buckets.delete(caller);
      if (buckets.size >= callersKept) buckets.delete(buckets.keys().next().value ?? '');
      buckets.set(caller, { left: left >= 1 ? left - 1 : left, atMs: now });
      return left >= 1;
    },
  };
}
