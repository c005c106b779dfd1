// The cluster's clock in the sandbox: it steps when told, and can jump over days in which nothing happens.
import { type Clock, steppedClock } from '../../clock.ts';

export interface WorldClock extends Clock {
  /** Moves on and runs the timers that fall due. */
  advance(ms: number): void;
  /** Moves on without running any timer: all of them are put off by the same time. */
  jump(ms: number): void;
}

export function worldClock(startMs: number): WorldClock {
  const inner = steppedClock(startMs);
  let skippedMs = 0;
  return {
    now: () => inner.now() + skippedMs,
    monotonic: () => inner.monotonic() + skippedMs,
    after: (delayMs, run) => inner.after(delayMs, run),
    advance: (ms) => inner.advance(ms),
    jump(ms) {
      skippedMs += ms;
    },
  };
}
