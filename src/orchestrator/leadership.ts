// Who may act: takes the Lease, records gaining and losing it, and has the intents of whoever acted before fenced first.
import type { EventBody } from '../model/event.ts';

/** The part of a Lease that leadership needs; the cluster room has it. */
export interface LeaseHold {
  tryAcquire(signal?: AbortSignal): Promise<{ held: true; epoch: number } | { held: false; holder: string | null }>;
  acquire(signal: AbortSignal): Promise<{ epoch: number }>;
  onLost(listener: (reason: string) => void): () => void;
}

export type LeadershipPorts = {
  readonly lease: LeaseHold;
  readonly holder: string;
  append(body: EventBody): Promise<unknown>;
  /** Fences every open intent; called once for each time the lease is gained, before anything else is written. */
  settle(): Promise<void>;
  /** Resolves when it is time to try again; rejects when the signal aborts. */
  waitToRetry(signal: AbortSignal): Promise<void>;
  fault(error: unknown): void;
};

export type Leadership = {
  /** One attempt, then goes on trying by itself. Null when it is held, else who holds it. */
  start(signal: AbortSignal): Promise<{ readonly heldBy: string | null } | null>;
  /** True once the lease is held and what was open before is settled. */
  isReady(): boolean;
  /** Acts no more, and tries for the lease no more. */
  end(): void;
};

export function createLeadership(ports: LeadershipPorts): Leadership {
  let ready = false;
  let epoch = 0;
  let recorded = 0;
  let losses = 0;
  const ended = new AbortController();

  const gained = async (newEpoch: number): Promise<void> => {
    epoch = newEpoch;
    const known = losses;
    if (recorded !== epoch) await ports.append({ kind: 'lease.acquired', epoch, holder: ports.holder });
    recorded = epoch;
    await ports.settle();
    // Lost while it was settled: whoever gains it next settles anew.
    ready = losses === known;
  };
  /** An API server that is away, or a journal that is full, is no reason to act never again. */
  const keepTrying = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        const held = await ports.lease.acquire(signal);
        await gained(held.epoch);
        return;
      } catch (error) {
        if (signal.aborted) return;
        ports.fault(error);
        await ports.waitToRetry(signal).catch(() => undefined);
      }
    }
  };
  return {
    async start(until) {
      const signal = AbortSignal.any([until, ended.signal]);
      ports.lease.onLost((reason) => {
        ready = false;
        losses += 1;
        if (signal.aborted) return;
        void ports
          .append({ kind: 'lease.lost', epoch, reason })
          .then(undefined, (error: unknown) => ports.fault(error));
        void keepTrying(signal);
      });
      const first = await ports.lease.tryAcquire(signal);
      if (first.held) {
        await gained(first.epoch);
        return null;
      }
      void keepTrying(signal);
      return { heldBy: first.holder };
    },
    isReady: () => ready && !ended.signal.aborted,
    end: () => ended.abort(new Error('it acts no more')),
  };
}
