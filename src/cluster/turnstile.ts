// Keeps us a modest client: bounds how many requests are under way and how many start in a second.
import { pause, type Clock } from '../clock.ts';

export type TurnstileLimits = {
  /** Requests under way at once. */
  readonly atOnce: number;
  /** Requests that may start per wall second on average, and in one burst. */
  readonly perSecond: number;
  readonly burst: number;
};

export interface Turnstile {
  /** Runs the work when there is room; rejects with the signal's reason when it aborts in line. */
  pass<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

const modest: TurnstileLimits = { atOnce: 16, perSecond: 50, burst: 150 };

export function createTurnstile(wall: Clock, limits: TurnstileLimits = modest): Turnstile {
  let tokens = limits.burst;
  let filledAt = wall.monotonic();
  let underWay = 0;
  const line: (() => void)[] = [];

  const refill = (): void => {
    const now = wall.monotonic();
    tokens = Math.min(limits.burst, tokens + ((now - filledAt) / 1000) * limits.perSecond);
    filledAt = now;
  };
  const leave = (): void => {
    underWay -= 1;
    line.shift()?.();
  };
  const turn = async (signal: AbortSignal): Promise<void> =>
    await new Promise<void>((resolve, reject) => {
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        const at = line.indexOf(onTurn);
        if (at >= 0) line.splice(at, 1);
        reject(reasonOf(signal));
      };
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      line.push(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  return {
    async pass(work, signal) {
      while (underWay >= limits.atOnce) await turn(signal);
      underWay += 1;
      try {
        for (refill(); tokens < 1; refill()) await pause(wall, ((1 - tokens) / limits.perSecond) * 1000, signal);
        tokens -= 1;
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}
