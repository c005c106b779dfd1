// The only real clock and timers, and a stepped clock that lets a test or the sandbox decide what time it is.

/** Stops a timer; calling it twice or after the timer fired does nothing. */
export type Cancel = () => void;

/** Time as a parameter. `now` is milliseconds since the Unix epoch, `monotonic` milliseconds that never go back. */
export interface Clock {
  now(): number;
  monotonic(): number;
  after(delayMs: number, run: () => void): Cancel;
}

/** The machine's clock; timers do not keep the process alive when `keepAlive` is false. */
export function wallClock(keepAlive = true): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      if (!keepAlive) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that moves only when told. Timers run in due order; a timer set while advancing runs in the same advance when it is due. */
export interface SteppedClock extends Clock {
  advance(ms: number): void;
  /** Timers that have not fired yet. */
  pending(): number;
}

type Timer = { readonly due: number; readonly order: number; readonly run: () => void };

export function steppedClock(startMs: number): SteppedClock {
  let now = startMs;
  let order = 0;
  const timers = new Set<Timer>();
  const nextDue = (until: number): Timer | undefined => {
    let best: Timer | undefined;
    for (const timer of timers) {
      if (timer.due > until) continue;
      if (best === undefined || timer.due < best.due || (timer.due === best.due && timer.order < best.order))
        best = timer;
    }
    return best;
  };
  return {
    now: () => now,
    monotonic: () => now - startMs,
    after(delayMs, run) {
      const timer: Timer = { due: now + Math.max(0, delayMs), order: (order += 1), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.run();
      }
      now = until;
    },
    pending: () => timers.size,
  };
}

/** Resolves after `delayMs` on this clock, or rejects with the signal's reason. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(asError(signal.reason));
      return;
    }
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      cancel();
      reject(asError(signal?.reason));
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A signal that aborts after `timeoutMs` on this clock, or with its parent; call `done` when the work ended. */
export function deadline(
  clock: Clock,
  timeoutMs: number,
  parent?: AbortSignal,
): { readonly signal: AbortSignal; readonly done: Cancel } {
  const controller = new AbortController();
  const cancel = clock.after(timeoutMs, () => controller.abort(new Error(`no answer within ${timeoutMs} ms`)));
  const onParent = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) controller.abort(parent.reason);
  parent?.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      cancel();
      parent?.removeEventListener('abort', onParent);
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
