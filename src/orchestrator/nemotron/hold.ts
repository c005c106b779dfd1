// Decides how long a model endpoint is left alone after a fault, so that a refused key or a dead endpoint is not asked in every cycle. Pure.
import type { FaultKind, ModelFault } from './fault.ts';

/** Times are of a monotonic clock, milliseconds. */
export type Hold = {
  readonly fault: ModelFault;
  readonly untilMs: number;
  /** Faults of this kind in a row. */
  readonly times: number;
};

const minute = 60_000;
const pauses: Readonly<Record<FaultKind, { readonly firstMs: number; readonly mostMs: number } | null>> = {
  'key-refused': { firstMs: 5 * minute, mostMs: 60 * minute },
  'no-credit': { firstMs: 15 * minute, mostMs: 60 * minute },
  'no-model': { firstMs: 5 * minute, mostMs: 60 * minute },
  'not-entitled': { firstMs: 5 * minute, mostMs: 60 * minute },
  retired: { firstMs: 5 * minute, mostMs: 60 * minute },
  'no-endpoint': { firstMs: minute, mostMs: 30 * minute },
  throttled: { firstMs: minute / 2, mostMs: 10 * minute },
  failing: { firstMs: minute / 4, mostMs: 10 * minute },
  unreadable: { firstMs: minute / 4, mostMs: 10 * minute },
  'too-large': { firstMs: minute / 4, mostMs: 10 * minute },
  unreachable: { firstMs: minute / 4, mostMs: 10 * minute },
  timeout: { firstMs: minute / 4, mostMs: 10 * minute },
  /** What is wrong with one request says nothing about the next. */
  'not-taken': null,
  'too-long': null,
  withdrawn: null,
};

/** The hold after a fault: doubled each time in a row, at least as long as the endpoint asked for. */
export function holdAfter(fault: ModelFault, former: Hold | null, nowMs: number): Hold | null {
  const pause = pauses[fault.kind];
  if (pause === null) return former;
  const times = former?.fault.kind === fault.kind ? former.times + 1 : 1;
  const grownMs = Math.min(pause.firstMs * 2 ** Math.min(times - 1, 20), pause.mostMs);
  return { fault, untilMs: nowMs + Math.max(grownMs, fault.retryAfterMs ?? 0), times };
}

/** Why the endpoint is not asked now, or null when it may be. */
export function heldBack(hold: Hold | null, nowMs: number): string | null {
  if (hold === null || nowMs >= hold.untilMs) return null;
  const leftS = Math.ceil((hold.untilMs - nowMs) / 1000);
  return `${hold.fault.detail}; asked again in ${leftS > 90 ? `${Math.ceil(leftS / 60)} min` : `${leftS} s`}`;
}
