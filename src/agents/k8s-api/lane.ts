// Lets one write at a time at a target and a few in a second at the cluster: a bound on what a fault of ours could do, far below what a server bears (writes.md C.8).
import { pause, type Clock } from '../../clock.ts';

export interface Lane {
  /** Runs the work once nothing else is under way for the key; `full` when too many wait already, and nothing is run. */
  alone<Result>(key: string, work: () => Promise<Result>): Promise<{ readonly done: Result } | { readonly full: true }>;
  /** Resolves when the next write may start. */
  turn(): Promise<void>;
}

const spacingMs = 200;
const mostWaiting = 50;

export function createLane(wall: Clock): Lane {
  const last = new Map<string, Promise<unknown>>();
  let waiting = 0;
  let nextAt = 0;
  return {
    async alone(key, work) {
      if (waiting >= mostWaiting) return { full: true };
      const former = last.get(key);
      const run = async () => {
        waiting += 1;
        try {
          await former;
        } finally {
          waiting -= 1;
        }
        return await work();
      };
      const result = run();
      // Those behind wait for the end, whatever it is.
      const ended = result.then(
        () => undefined,
        () => undefined,
      );
      last.set(key, ended);
      try {
        return { done: await result };
      } finally {
        if (last.get(key) === ended) last.delete(key);
      }
    },
    async turn() {
      const now = wall.monotonic();
      const at = Math.max(now, nextAt);
      nextAt = at + spacingMs;
      if (at > now) await pause(wall, at - now);
    },
  };
}
