// Leadership by a Lease: one actor at a time, judged by own monotonic time; the epoch rises with each holder (writes.md C.3).
import { pause, type Clock } from '../clock.ts';
import { microTime } from './event-text.ts';
import type { LeaseRecord, LeaseSpec, OwnWrites } from './own.ts';

export type LeaseTimes = {
  /** How long others must leave the lease alone after it last changed, wall milliseconds. */
  readonly durationMs: number;
  /** After this long without a successful renewal we hold it no more. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
};
export type Held = { readonly epoch: number; readonly remainingMs: number };

export interface Lease {
  /** One attempt. The holder is null when nobody holds it for now. */
  tryAcquire(
    signal?: AbortSignal,
  ): Promise<
    { readonly held: true; readonly epoch: number } | { readonly held: false; readonly holder: string | null }
  >;
  /** Tries until it is held; rejects with the signal's reason, or when the lease cannot be kept at all. */
  acquire(signal: AbortSignal): Promise<{ readonly epoch: number }>;
  /** Null when it is not held. `remainingMs` is wall time until others may take it over. */
  current(): Held | null;
  /** Called once each time it is lost; returns a function that ends that. */
  onLost(listener: (reason: string) => void): () => void;
  /** Lets it go, so that a successor need not wait. */
  release(signal?: AbortSignal): Promise<void>;
}

const kubernetesDefaults: LeaseTimes = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** `holder` must be unique to this process; `leastEpoch` is the newest epoch that its journal knows. */
export function createLease(ports: {
  readonly own: Pick<OwnWrites, 'readLease' | 'createLease' | 'replaceLease'>;
  readonly wall: Clock;
  readonly holder: string;
  readonly leastEpoch?: number;
  readonly times?: LeaseTimes;
}): Lease {
  const { own, wall, holder } = ports;
  const times = ports.times ?? kubernetesDefaults;
  const listeners = new Set<(reason: string) => void>();
  // A Lease that is deleted begins anew at nothing; an epoch must not, since permits and marks are told apart by it.
  let highest = ports.leastEpoch ?? 0;
  let observed: { readonly version: string; readonly changedAt: number } | null = null;
  let mine: {
    readonly epoch: number;
    readonly acquiredAtMs: number;
    readonly version: string;
    readonly renewedAt: number;
  } | null = null;
  let renewals: AbortController | null = null;
  let cancelExpiry = (): void => {};

  const lose = (reason: string): void => {
    if (mine === null) return;
    mine = null;
    cancelExpiry();
    renewals?.abort(new Error(reason));
    renewals = null;
    for (const listener of listeners) listener(reason);
  };
  const specOf = (epoch: number, acquiredAtMs: number): LeaseSpec => ({
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(times.durationMs / 1000),
    acquireTime: microTime(acquiredAtMs),
    renewTime: microTime(wall.now()),
    leaseTransitions: epoch,
  });
  const keep = (record: LeaseRecord, epoch: number, acquiredAtMs: number, sentAt: number): void => {
    mine = { epoch, acquiredAtMs, version: record.metadata.resourceVersion, renewedAt: sentAt };
    observed = { version: record.metadata.resourceVersion, changedAt: sentAt };
    cancelExpiry();
    const leftMs = sentAt + times.renewDeadlineMs - wall.monotonic();
    cancelExpiry = wall.after(leftMs, () => lose(`not renewed for ${times.renewDeadlineMs} ms`));
  };
  const take = async (former: LeaseRecord | null, signal?: AbortSignal): Promise<number | null> => {
    const epoch = highest + 1;
    const sentAt = wall.monotonic();
    const acquiredAtMs = wall.now();
    const spec = specOf(epoch, acquiredAtMs);
    const record =
      former === null
        ? await own.createLease(spec, signal)
        : await own.replaceLease(former.metadata.resourceVersion, spec, signal);
    if (record === null) return null;
    highest = epoch;
    keep(record, epoch, acquiredAtMs, sentAt);
    return epoch;
  };
  const renewOnce = async (signal: AbortSignal): Promise<void> => {
    const held = mine;
    if (held === null) return;
    const sentAt = wall.monotonic();
    const record = await own.replaceLease(held.version, specOf(held.epoch, held.acquiredAtMs), signal);
    if (mine === null) return;
    if (record !== null) {
      keep(record, held.epoch, held.acquiredAtMs, sentAt);
      return;
    }
    // Changed since: by somebody else, or by an own renewal whose answer was lost.
    const now = await own.readLease(signal);
    if (mine === null) return;
    if (now?.spec.holderIdentity !== holder || now.spec.leaseTransitions !== held.epoch) {
      lose(now === null ? 'the lease was deleted' : `taken over by ${now.spec.holderIdentity ?? 'nobody'}`);
      return;
    }
    mine = { ...held, version: now.metadata.resourceVersion };
  };
  const renew = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await pause(wall, times.retryMs, signal);
        await renewOnce(signal);
      } catch {
        // Unreachable or slow: tried again until the deadline, which ends the lease by itself.
      }
    }
  };
  const tryAcquire: Lease['tryAcquire'] = async (signal) => {
    if (mine !== null) return { held: true, epoch: mine.epoch };
    const record = await own.readLease(signal);
    if (record !== null) {
      const version = record.metadata.resourceVersion;
      highest = Math.max(highest, record.spec.leaseTransitions ?? 0);
      if (observed?.version !== version) observed = { version, changedAt: wall.monotonic() };
      const other = record.spec.holderIdentity ?? '';
      const leaveAloneMs = Math.max((record.spec.leaseDurationSeconds ?? 0) * 1000, 1_000);
      const isFree = other === '' || other === holder;
      if (!isFree && wall.monotonic() - observed.changedAt < leaveAloneMs) return { held: false, holder: other };
    }
    const epoch = await take(record, signal);
    if (epoch === null) return { held: false, holder: null };
    renewals = new AbortController();
    void renew(renewals.signal);
    return { held: true, epoch };
  };
  return {
    tryAcquire,
    async acquire(signal) {
      for (;;) {
        const answer = await tryAcquire(signal);
        if (answer.held) return { epoch: answer.epoch };
        await pause(wall, times.retryMs, signal);
      }
    },
    current() {
      if (mine === null) return null;
      const remainingMs = mine.renewedAt + times.durationMs - wall.monotonic();
      return remainingMs <= 0 ? null : { epoch: mine.epoch, remainingMs };
    },
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release(signal) {
      const held = mine;
      if (held === null) return;
      lose('released');
      const spec = { ...specOf(held.epoch, held.acquiredAtMs), holderIdentity: '', leaseDurationSeconds: 1 };
      await own.replaceLease(held.version, spec, signal);
    },
  };
}
