import { describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock } from '../clock.ts';
import { createLease, type Lease } from './lease.ts';
import type { LeaseRecord, LeaseSpec, OwnWrites } from './own.ts';

type Store = Pick<OwnWrites, 'readLease' | 'createLease' | 'replaceLease'> & {
  record: LeaseRecord | null;
  /** The server does not answer. */
  down: boolean;
  /** The server carries out the next renewal, and its answer is lost. */
  losesAnswer: boolean;
  writes: number;
};

/** A Lease as the API server keeps it: a stale version is refused. */
function aStore(): Store {
  let version = 0;
  const put = (spec: LeaseSpec): LeaseRecord => {
    version += 1;
    store.writes += 1;
    store.record = { metadata: { resourceVersion: String(version) }, spec };
    return store.record;
  };
  const answer = async <Result>(work: () => Result): Promise<Result> => {
    await Promise.resolve();
    if (store.down) throw new Error('no answer');
    const result = work();
    if (!store.losesAnswer) return result;
    store.losesAnswer = false;
    throw new Error('no answer');
  };
  const store: Store = {
    record: null,
    down: false,
    losesAnswer: false,
    writes: 0,
    readLease: async () => await answer(() => store.record),
    createLease: async (spec) => await answer(() => (store.record === null ? put(spec) : null)),
    replaceLease: async (resourceVersion, spec) =>
      await answer(() => (store.record?.metadata.resourceVersion === resourceVersion ? put(spec) : null)),
  };
  return store;
}

const startMs = Date.UTC(2026, 5, 9, 14);

function aProcess(own: Store, wall: SteppedClock, holder: string, leastEpoch = 0): Lease & { readonly lost: string[] } {
  const lease = createLease({ own, wall, holder, leastEpoch });
  const lost: string[] = [];
  lease.onLost((reason) => lost.push(reason));
  return { ...lease, lost };
}

async function pass(wall: SteppedClock, seconds: number): Promise<void> {
  for (let at = 0; at < seconds * 2; at += 1) {
    wall.advance(500);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

describe('taking the lease', () => {
  it('never takes an epoch a second time, though the lease was deleted meanwhile', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.record = null;
    await pass(wall, 3);
    expect(lease.lost).toEqual(['the lease was deleted']);
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 2 });
  });

  it('goes beyond every epoch that it saw others hold, though their lease was deleted', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    await aProcess(own, wall, 'b', 6).tryAcquire();
    const lease = aProcess(own, wall, 'a');
    expect(await lease.tryAcquire()).toEqual({ held: false, holder: 'b' });
    own.record = null;
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 8 });
  });

  it('makes it where there is none, as epoch 1, with times that the server takes', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 1 });
    expect(own.record?.spec).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-06-09T14:00:00.000000Z',
      renewTime: '2026-06-09T14:00:00.000000Z',
      leaseTransitions: 1,
    });
    expect(lease.current()).toEqual({ epoch: 1, remainingMs: 15_000 });
  });

  it('asks nothing of the server while it is held', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 1 });
    expect(own.writes).toBe(1);
  });

  it('leaves a lease alone that another renews, and names the holder', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    await aProcess(own, wall, 'a').tryAcquire();
    const second = aProcess(own, wall, 'b');
    expect(await second.tryAcquire()).toEqual({ held: false, holder: 'a' });
    await pass(wall, 60);
    expect(await second.tryAcquire()).toEqual({ held: false, holder: 'a' });
    expect(second.current()).toBeNull();
  });

  it('takes over what has not changed for its whole length as seen here, whatever its times say', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    own.record = {
      metadata: { resourceVersion: '0' },
      spec: {
        holderIdentity: 'dead',
        leaseDurationSeconds: 15,
        renewTime: '2099-01-01T00:00:00.000000Z',
        leaseTransitions: 7,
      },
    };
    const lease = aProcess(own, wall, 'b');
    expect(await lease.tryAcquire()).toEqual({ held: false, holder: 'dead' });
    await pass(wall, 14.5);
    expect(await lease.tryAcquire()).toEqual({ held: false, holder: 'dead' });
    await pass(wall, 0.5);
    own.replaceLease = async (_version, spec) =>
      await Promise.resolve((own.record = { metadata: { resourceVersion: '1' }, spec }));
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 8 });
  });

  it('never goes back below an epoch that the journal knows', async () => {
    const lease = aProcess(aStore(), steppedClock(startMs), 'a', 41);
    expect(await lease.tryAcquire()).toEqual({ held: true, epoch: 42 });
  });

  it('is lost to whoever was first', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    own.createLease = () => Promise.resolve(null);
    expect(await aProcess(own, wall, 'a').tryAcquire()).toEqual({ held: false, holder: null });
  });

  it('of two that try at once goes to one', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const words = await Promise.all(['a', 'b'].map(async (name) => await aProcess(own, wall, name).tryAcquire()));
    expect(words.filter((one) => one.held)).toHaveLength(1);
  });

  it('waits for its turn until it has it', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const first = aProcess(own, wall, 'a');
    await first.tryAcquire();
    const second = aProcess(own, wall, 'b').acquire(new AbortController().signal);
    await pass(wall, 10);
    await first.release();
    await pass(wall, 4);
    expect(await second).toEqual({ epoch: 2 });
  });

  it('stops waiting when told', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    await aProcess(own, wall, 'a').tryAcquire();
    const stop = new AbortController();
    const waiting = aProcess(own, wall, 'b').acquire(stop.signal);
    await pass(wall, 1);
    stop.abort(new Error('the process ends'));
    await expect(waiting).rejects.toThrow('the process ends');
  });
});

describe('keeping the lease', () => {
  it('renews it every two seconds, in the same epoch', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    await pass(wall, 60);
    expect(lease.lost).toEqual([]);
    expect(own.writes).toBe(31);
    expect(own.record?.spec).toMatchObject({ leaseTransitions: 1, acquireTime: '2026-06-09T14:00:00.000000Z' });
    expect(lease.current()?.remainingMs).toBeGreaterThanOrEqual(13_000);
  });

  it('counts the time that is left from the moment of asking', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    wall.advance(1_500);
    expect(lease.current()).toEqual({ epoch: 1, remainingMs: 13_500 });
  });

  it('is over ten seconds after the last renewal, before anybody else may take it', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.down = true;
    await pass(wall, 9.5);
    expect(lease.current()).toEqual({ epoch: 1, remainingMs: 5_500 });
    await pass(wall, 0.5);
    expect(lease.current()).toBeNull();
    expect(lease.lost).toEqual(['not renewed for 10000 ms']);
  });

  it('survives an outage that is shorter', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.down = true;
    await pass(wall, 7);
    own.down = false;
    await pass(wall, 20);
    expect(lease.lost).toEqual([]);
    expect(lease.current()?.epoch).toBe(1);
  });

  it('survives an own renewal whose answer was lost', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.losesAnswer = true;
    await pass(wall, 20);
    expect(lease.lost).toEqual([]);
    expect(lease.current()?.epoch).toBe(1);
  });

  it('is over when somebody else took it, and says who', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.record = { metadata: { resourceVersion: '99' }, spec: { holderIdentity: 'thief', leaseTransitions: 2 } };
    await pass(wall, 3);
    expect(lease.lost).toEqual(['taken over by thief']);
    expect(lease.current()).toBeNull();
  });

  it('is over when another epoch of its own name holds it', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.record = { metadata: { resourceVersion: '99' }, spec: { holderIdentity: 'a', leaseTransitions: 2 } };
    await pass(wall, 3);
    expect(lease.lost).toEqual(['taken over by a']);
  });

  it('is over when it was deleted', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.tryAcquire();
    own.record = null;
    await pass(wall, 3);
    expect(lease.lost).toEqual(['the lease was deleted']);
  });

  it('tells nobody who does not listen any more', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = createLease({ own, wall, holder: 'a' });
    const lost: string[] = [];
    const stop = lease.onLost((reason) => lost.push(reason));
    await lease.tryAcquire();
    stop();
    await lease.release();
    expect(lost).toEqual([]);
    expect(lease.current()).toBeNull();
  });
});

describe('letting the lease go', () => {
  it('lets a successor take it at once, in the next epoch', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const first = aProcess(own, wall, 'a');
    await first.tryAcquire();
    await first.release();
    expect(first.lost).toEqual(['released']);
    expect(own.record?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(await aProcess(own, wall, 'b').tryAcquire()).toEqual({ held: true, epoch: 2 });
  });

  it('writes nothing when it is not held, and renews no more', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const lease = aProcess(own, wall, 'a');
    await lease.release();
    expect(own.writes).toBe(0);
    await lease.tryAcquire();
    await lease.release();
    await pass(wall, 30);
    expect(own.writes).toBe(2);
  });

  it('is never held by two at once, whatever the outage', async () => {
    const [own, wall] = [aStore(), steppedClock(startMs)];
    const [first, second] = [aProcess(own, wall, 'a'), aProcess(own, wall, 'b')];
    await first.tryAcquire();
    await second.tryAcquire();
    own.down = true;
    await pass(wall, 12);
    own.down = false;
    const both = [first.current(), (await second.tryAcquire()).held];
    expect(both).toEqual([null, false]);
    await pass(wall, 4);
    expect((await second.tryAcquire()).held).toBe(true);
    expect(first.current()).toBeNull();
  });
});
