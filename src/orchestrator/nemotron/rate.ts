// Keeps requests under the rate that an endpoint allows: 30 a minute at first, halved when it throttles, regained slowly while it does not.
import { pause, type Clock } from '../../clock.ts';

export type RateOptions = {
  readonly clock: Clock;
  readonly perMinute?: number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export interface Rate {
  /** Resolves when a request may be sent; rejects when the signal aborts. Requests go in the order in which they came. */
  enter(signal: AbortSignal): Promise<void>;
  /** How long a request that came now would wait, milliseconds. */
  waitMs(): number;
  /** The endpoint throttled, and wants this pause when it named one. */
  throttled(retryAfterMs: number | undefined): void;
  /** Requests a minute that are sent at most now. */
  perMinute(): number;
}

const defaultPerMinute = 30;
const leastPerMinute = 2;
const regainedPerMinute = 2;
const minuteMs = 60_000;

export function createRate(options: RateOptions): Rate {
  const { clock } = options;
  const most = options.perMinute ?? defaultPerMinute;
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => pause(clock, ms, signal));
  /** When each of the newest requests was or will be sent. */
  let sent: readonly number[] = [];
  let lowered = { to: most, atMs: 0 };
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  const perMinute = (): number => {
    const regained = Math.floor((clock.monotonic() - lowered.atMs) / minuteMs) * regainedPerMinute;
    return Math.min(most, lowered.to + Math.max(0, regained));
  };
  const nextMs = (): number => {
    const before = sent.at(-perMinute());
    return Math.max(clock.monotonic(), notBeforeMs, before === undefined ? notBeforeMs : before + minuteMs);
  };
  return {
    async enter(signal) {
      const atMs = nextMs();
      sent = [...sent, atMs].slice(-most);
      const waitMs = atMs - clock.monotonic();
      if (waitMs > 0) await wait(waitMs, signal);
    },
    waitMs: () => Math.max(0, nextMs() - clock.monotonic()),
    throttled(retryAfterMs) {
      const nowMs = clock.monotonic();
      lowered = { to: Math.max(leastPerMinute, Math.floor(perMinute() / 2)), atMs: nowMs };
      if (retryAfterMs !== undefined) notBeforeMs = Math.max(notBeforeMs, nowMs + retryAfterMs);
    },
    perMinute,
  };
}
