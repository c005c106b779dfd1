import { describe, expect, it } from 'vitest';
import type { EventBody } from '../model/event.ts';
import { createLeadership, type LeaseHold } from './leadership.ts';

type FakeLease = LeaseHold & { lose(reason: string): void; give(epoch: number): void };

function aLease(first: { held: true; epoch: number } | { held: false; holder: string | null }): FakeLease {
  let lost: (reason: string) => void = () => undefined;
  let waiting: ((held: { epoch: number }) => void)[] = [];
  return {
    tryAcquire: () => Promise.resolve(first),
    acquire: async () => await new Promise((resolve) => waiting.push(resolve)),
    onLost(listener) {
      lost = listener;
      return () => undefined;
    },
    lose: (reason) => lost(reason),
    give(epoch) {
      for (const resolve of waiting) resolve({ epoch });
      waiting = [];
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
