// How fast an error budget burns: shares of it per share of its time over a long and a short window, and whether that is an alarm (detection.md 7).
import { atLeastTail, lowerShare } from '../kernels/clopper-pearson.ts';
import type { BudgetRing, Counted } from './budget-ring.ts';

const hour = 60;

/** Minutes of the pace. On a budget of 30 days these spend 2 %, 5 % and 10 % of it. */
const alarms = [
  { longMin: hour, shortMin: 5, factor: 14.4, isPage: true },
  { longMin: 6 * hour, shortMin: 30, factor: 6, isPage: true },
  { longMin: 72 * hour, shortMin: 6 * hour, factor: 1, isPage: false },
] as const;

const leastBad = 5;
const confidence = 0.95;

export type Burn = {
  readonly isPage: boolean;
  /** Times the pace at which the budget lasts for its whole period; the least that is an alarm. */
  readonly factor: number;
  /** The usual factor when the objective is too low for it ever to be reached. */
  readonly loweredFrom: number | null;
  readonly longMs: number;
  readonly shortMs: number;
  readonly long: number;
  readonly short: number;
  /** Bad and all events of the long window. */
  readonly counted: Counted;
  /** Share of bad events in the short window. */
  readonly shortShare: number;
  /** The window that had enough bad events to prove it: the short one, or longer when few were counted. */
  readonly proof: Counted & { readonly windowMs: number; readonly lower: number; readonly p: number };
};

/** The first alarm that holds, pages before tickets; null when none does. Windows without events burn nothing and prove nothing. */
export function burnOf(ring: BudgetRing, objective: number, nowMs: number, minuteMs: number): Burn | null {
  const allowed = 1 - objective;
  for (const { longMin, shortMin, factor: usual, isPage } of alarms) {
    const longMs = longMin * minuteMs;
    const shortMs = shortMin * minuteMs;
    const { factor, loweredFrom } = reachable(usual, allowed);
    const counted = ring.sum(longMs, nowMs);
    const recent = ring.sum(shortMs, nowMs);
    const long = burnRate(counted, allowed) * seenShare(ring, longMs, nowMs);
    const short = burnRate(recent, allowed);
    // NaN where nothing was counted: no data is not good data, and no bad data.
    if (!(long >= factor && short >= factor)) continue;
    const proof = proofOf(ring, { shortMs, longMs, factor, allowed, nowMs });
    if (proof === null) continue;
    const shortShare = recent.bad / recent.total;
    return { isPage, factor, loweredFrom, longMs, shortMs, long, short, counted, shortShare, proof };
  }
  return null;
}

/** Times the sustainable pace; NaN without events. */
export function burnRate({ bad, total }: Counted, allowed: number): number {
  return bad / total / allowed;
}

/** All requests failing burn at 1 / allowed; where that is less than the usual factor, nine tenths of it count. */
function reachable(usual: number, allowed: number): { readonly factor: number; readonly loweredFrom: number | null } {
  return 1 / allowed < usual ? { factor: 0.9 / allowed, loweredFrom: usual } : { factor: usual, loweredFrom: null };
}

/** What was not seen has spent nothing that could be shown: a window that began with the process counts as far as it reaches. */
function seenShare(ring: BudgetRing, windowMs: number, nowMs: number): number {
  return Math.min(1, Math.max(0, nowMs - (ring.sinceMs ?? nowMs)) / windowMs);
}

/** With few requests the short window is lengthened, never believed. */
function proofOf(
  ring: BudgetRing,
  about: {
    readonly shortMs: number;
    readonly longMs: number;
    readonly factor: number;
    readonly allowed: number;
    readonly nowMs: number;
  },
): Burn['proof'] | null {
  const { shortMs, longMs, factor, allowed, nowMs } = about;
  for (let windowMs = shortMs; ; windowMs = Math.min(longMs, windowMs * 2)) {
    const { bad, total } = ring.sum(windowMs, nowMs);
    // A little below five may be five: rates times a window are no whole numbers.
    if (bad >= leastBad - 0.05 && burnRate({ bad, total }, allowed) >= factor) {
      const lower = lowerShare(bad, total, confidence);
      if (lower > allowed) return { bad, total, windowMs, lower, p: atLeastTail(bad, total, allowed) };
    }
    if (windowMs >= longMs) return null;
  }
}
