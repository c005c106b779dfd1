import { describe, expect, it } from 'vitest';
import type { EventBody } from '../model/event.ts';
import { createLeadership, type LeaseHold } from './leadership.ts';

type FakeLease = LeaseHold & { lose(reason: string): void; give(epoch: number): void; refuse(error: Error): void };

function aLease(first: { held: true; epoch: number } | { held: false; holder: string | null }): FakeLease {
  let lost: (reason: string) => void = () => undefined;
  let waiting: { resolve(held: { epoch: number }): void; reject(error: Error): void }[] = [];
  return {
    tryAcquire: () => Promise.resolve(first),
    acquire: async () => await new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    onLost(listener) {
      lost = listener;
      return () => undefined;
    },
    lose: (reason) => lost(reason),
    give(epoch) {
      const given = waiting;
      waiting = [];
      for (const one of given) one.resolve({ epoch });
    },
    refuse(error) {
      const refused = waiting;
      waiting = [];
      for (const one of refused) one.reject(error);
    },
  };
}

function setUp(lease: FakeLease, settle: () => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const faults: unknown[] = [];
  const leadership = createLeadership({
    lease,
    holder: 'me',
    append: (body: EventBody) => {
      log.push('epoch' in body ? `${body.kind} ${body.epoch}` : body.kind);
      return Promise.resolve();
    },
    settle: async () => {
      log.push('settle');
      await settle();
    },
    waitToRetry: () => Promise.resolve(),
    fault: (error) => faults.push(error),
  });
  return { leadership, log, faults };
}

const turns = async (): Promise<void> => {
  for (let at = 0; at < 10; at += 1) await Promise.resolve();
};

describe('leadership', () => {
  it('records the lease and settles what was open before anything else', async () => {
    const { leadership, log } = setUp(aLease({ held: true, epoch: 4 }));
    expect(leadership.isReady()).toBe(false);
    expect(await leadership.start(new AbortController().signal)).toBeNull();
    expect(log).toEqual(['lease.acquired 4', 'settle']);
    expect(leadership.isReady()).toBe(true);
  });

  it('says who holds it, and takes it when it becomes free', async () => {
    const lease = aLease({ held: false, holder: 'other' });
    const { leadership, log } = setUp(lease);
    expect(await leadership.start(new AbortController().signal)).toEqual({ heldBy: 'other' });
    expect(leadership.isReady()).toBe(false);
    lease.give(9);
    await turns();
    expect(log).toEqual(['lease.acquired 9', 'settle']);
    expect(leadership.isReady()).toBe(true);
  });

  it('is not ready from the moment it lost the lease until it has it again', async () => {
    const lease = aLease({ held: true, epoch: 1 });
    const { leadership, log } = setUp(lease);
    await leadership.start(new AbortController().signal);
    lease.lose('not renewed');
    expect(leadership.isReady()).toBe(false);
    lease.give(2);
    await turns();
    expect(log).toEqual(['lease.acquired 1', 'settle', 'lease.lost 1', 'lease.acquired 2', 'settle']);
    expect(leadership.isReady()).toBe(true);
  });

  it('stays unready and reports it when what was open cannot be settled', async () => {
    const lease = aLease({ held: false, holder: null });
    const { leadership, faults } = setUp(lease, () => Promise.reject(new Error('journal full')));
    await leadership.start(new AbortController().signal);
    lease.give(1);
    await turns();
    expect([leadership.isReady(), faults.length]).toEqual([false, 1]);
  });

  it('is not ready when the lease was lost while what was open was settled', async () => {
    const lease = aLease({ held: false, holder: null });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const settled: Promise<undefined>[] = [promise, Promise.resolve(undefined)];
    const { leadership } = setUp(lease, async () => await settled.shift());
    await leadership.start(new AbortController().signal);
    lease.give(1);
    await turns();
    lease.lose('not renewed');
    resolve(undefined);
    await turns();
    expect(leadership.isReady()).toBe(false);
    lease.give(2);
    await turns();
    expect(leadership.isReady()).toBe(true);
  });

  it('tries again when the server that keeps the lease was away', async () => {
    const lease = aLease({ held: true, epoch: 1 });
    const { leadership, log, faults } = setUp(lease);
    await leadership.start(new AbortController().signal);
    lease.lose('not renewed');
    lease.refuse(new Error('does not answer'));
    await turns();
    lease.refuse(new Error('does not answer'));
    await turns();
    lease.give(2);
    await turns();
    expect([leadership.isReady(), faults.length]).toEqual([true, 2]);
    expect(log.slice(2)).toEqual(['lease.lost 1', 'lease.acquired 2', 'settle']);
  });

  it('settles again what could not be settled, and records the same lease once', async () => {
    const lease = aLease({ held: false, holder: null });
    const { promise, reject } = Promise.withResolvers<undefined>();
    const settled: Promise<undefined>[] = [promise, Promise.resolve(undefined)];
    const { leadership, log } = setUp(lease, async () => await settled.shift());
    await leadership.start(new AbortController().signal);
    lease.give(3);
    await turns();
    reject(new Error('journal full'));
    await turns();
    expect(leadership.isReady()).toBe(false);
    lease.give(3);
    await turns();
    expect(leadership.isReady()).toBe(true);
    expect(log).toEqual(['lease.acquired 3', 'settle', 'settle']);
  });

  it('acts no more once it is ended, and does not take the lease again', async () => {
    const lease = aLease({ held: true, epoch: 1 });
    const { leadership, log } = setUp(lease);
    await leadership.start(new AbortController().signal);
    leadership.end();
    expect(leadership.isReady()).toBe(false);
    lease.lose('released');
    await turns();
    expect(log).toEqual(['lease.acquired 1', 'settle']);
  });

  it('neither records nor retries a loss that is its own end', async () => {
    const lease = aLease({ held: true, epoch: 1 });
    const stop = new AbortController();
    const { leadership, log } = setUp(lease);
    await leadership.start(stop.signal);
    stop.abort();
    lease.lose('released');
    await turns();
    expect(log).toEqual(['lease.acquired 1', 'settle']);
  });
});
