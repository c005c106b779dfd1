// G19: only the holder of the lease writes, and only while more lease time is left than the server may take for the write.
import { leaseMarginMs, writeTimeoutMs } from './limits.ts';
import { allow, deny, type Rule } from './rule.ts';

export const leaderEpoch: Rule = {
  id: 'G19',
  about:
    'The leader epoch is in the permit; a write starts only while more lease time is left than its own server-side timeout.',
  judge({ lease, mode }) {
    if (mode.mode === 'observe' || mode.mode === 'suggest')
      return allow(`mode ${mode.mode}: nothing is written, so no lease is needed`);
    const why = whyNoLease(lease);
    return why === null
      ? allow(`epoch ${lease?.epoch ?? 0}, ${Math.round((lease?.remainingMs ?? 0) / 1_000)} s of the lease are left`)
      : deny(why);
  },
};

/** Null when a write may start. */
export function whyNoLease(lease: { readonly epoch: number; readonly remainingMs: number } | null): string | null {
  if (lease === null) return 'the lease is not held: another advisor may act';
  return lease.remainingMs > writeTimeoutMs + leaseMarginMs
    ? null
    : `${Math.round(lease.remainingMs / 1_000)} s of the lease are left, a write may take ${(writeTimeoutMs + leaseMarginMs) / 1_000} s`;
}
