// Decides when a cycle or a guard read runs: on its period, or woken by a fact, a decision or a stop; never two at a time.
import type { Cancel, Clock } from '../clock.ts';
import type { Pace } from '../model/pace.ts';

export type LoopPorts = {
  readonly clock: Clock;
  readonly pace: Pick<Pace, 'cycleMs' | 'guardReadMs' | 'scale'>;
  readonly cycle: () => Promise<void>;
  readonly guardRead: () => Promise<void>;
  /** True while an incident is verifying, so that guards are due. */
  readonly guardsDue: () => boolean;
  /** A cycle that threw: it is reported and the next one runs as usual. */
  readonly onFault: (error: unknown) => void;
};

export type Loop = {
  start(): void;
  /** Asks for a cycle now; several wakes before it starts are one. */
  wake(): void;
  /** Runs other work on the same state when no cycle runs; cycles wait for it. */
  between<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing runs and nothing was asked for. */
  idle(): Promise<void>;
  /** Takes no new cycle and waits for the one that runs. */
  close(): Promise<void>;
};

/** Woken cycles keep this distance, so that a storm of events is one cycle. */
const leastDistanceMs = 2_000;

export function createLoop(ports: LoopPorts): Loop {
  const { clock, pace } = ports;
  let timers: Cancel[] = [];
  let closed = false;
  let wanted = { cycle: false, guards: false };
  let running: Promise<void> | null = null;
  let lastCycleMs = Number.NEGATIVE_INFINITY;
  let delayed: Cancel | null = null;

  const drain = async (): Promise<void> => {
    while (!closed && (wanted.cycle || wanted.guards)) {
      const { cycle } = wanted;
      wanted = { cycle: false, guards: false };
      try {
        if (cycle) {
          lastCycleMs = clock.now();
          await ports.cycle();
        } else await ports.guardRead();
      } catch (error) {
        ports.onFault(error);
      }
    }
    running = null;
  };
  const ask = (what: 'cycle' | 'guards'): void => {
    if (closed) return;
    wanted[what] = true;
    running ??= drain();
  };
  const every = (periodMs: number, run: () => void): void => {
    const at = timers.length;
    timers.push(() => undefined);
    const arm = (): void => {
      timers[at] = clock.after(periodMs, () => {
        if (closed) return;
        run();
        arm();
      });
    };
    arm();
  };
  return {
    start() {
      every(pace.cycleMs, () => ask('cycle'));
      every(pace.guardReadMs, () => {
        if (ports.guardsDue()) ask('guards');
      });
      ask('cycle');
    },
    wake() {
      const waitMs = lastCycleMs + leastDistanceMs / pace.scale - clock.now();
      if (waitMs <= 0) {
        ask('cycle');
        return;
      }
      delayed ??= clock.after(waitMs, () => {
        delayed = null;
        ask('cycle');
      });
    },
    async between(work) {
      while (running !== null) await running;
      // Held before the work starts, so that a timer that fires in it finds the place taken.
      const task = Promise.resolve().then(work);
      running = task.then(
        () => undefined,
        () => undefined,
      );
      try {
        return await task;
      } finally {
        running = null;
        if (!closed && (wanted.cycle || wanted.guards)) running = drain();
      }
    },
    async idle() {
      while (running !== null) await running;
    },
    async close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers = [];
      delayed?.();
      await running;
    },
  };
}
