// A clock that runs at the host's pace but shows an earlier time until it is told to catch up.
import { type Clock, wallClock } from '../src/clock.ts';

export interface AgedClock extends Clock {
  /** Shows the host's time from now on. */
  catchUp(): void;
}

/** Starts `ageMs` in the past; timers are the host's. */
export function agedClock(ageMs: number): AgedClock {
  const host = wallClock();
  let behindMs = ageMs;
  return {
    now: () => host.now() - behindMs,
    monotonic: () => host.monotonic(),
    after: (delayMs, run) => host.after(delayMs, run),
    catchUp() {
      behindMs = 0;
    },
  };
}
