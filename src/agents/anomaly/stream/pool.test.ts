import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Worker } from 'node:worker_threads';
import { steppedClock, wallClock } from '../../../clock.ts';
import { createBank, type Bank } from './bank.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';
import { startWorkerThread } from './pool-thread.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 0, 5);
const opened: Pool[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (pool) => await pool.close()));
});

function aPool(workers: number, options: Partial<PoolOptions> = {}): { pool: Pool; bank: Bank; lost: string[] } {
  const lost: string[] = [];
  const bank = createBank({ shared: true, shardSeries: 16 });
  const pool = createPool(bank, { workers, wall: wallClock(), onLost: (why) => lost.push(why), ...options });
  opened.push(pool);
  return { pool, bank, lost };
}

function addSeries(pool: Pool, from: number, to: number): void {
  for (let at = from; at < to; at += 1)
    pool.add({ id: `s-${at}`, direction: 'up', stepMs: minuteMs, deltaMin: 0.01, profile: `p-${at % 9}` });
}

/** Noise that is the same each time: the fractional parts of multiples of an irrational number. */
function sample(slot: number, cycle: number): number {
  const noise = ((slot * 31 + cycle) * 0.618_033_988_749_894_9) % 1;
  return (slot % 10) + noise + (cycle > 430 && slot % 25 === 3 ? 40 : 0);
}

async function run(pool: Pool, from: number, to: number): Promise<void> {
  for (let cycle = from; cycle < to; cycle += 1) {
    const values = Float64Array.from({ length: pool.slots() }, (_one, slot) => sample(slot, cycle));
    await pool.step(startMs + cycle * minuteMs, values);
  }
}

function wordsOf(pool: Pool): unknown {
  const slots = [...pool.roster().keys()];
  return [pool.suspects(0), slots.map((slot) => [pool.state(slot), pool.votes(slot), pool.recentSurprise(slot)])];
}

/** All that a bank knows after a life in which series come and go. */
async function lifeOf(pool: Pool): Promise<{ snapshot: Uint8Array; suspects: unknown }> {
  addSeries(pool, 0, 100);
  await run(pool, 0, 420);
  addSeries(pool, 100, 130);
  pool.remove(7);
  await run(pool, 420, 440);
  return { snapshot: pool.snapshot(), suspects: pool.suspects(4) };
}

describe('a pool of worker threads', () => {
  it('gives the same bytes and the same suspects with one thread, two, and none', async () => {
    const none = aPool(0);
    const one = aPool(1);
    const two = aPool(2);

    const expected = await lifeOf(none.pool);
    expect(await lifeOf(one.pool)).toEqual(expected);
    expect(await lifeOf(two.pool)).toEqual(expected);
    expect([none.pool.threads(), one.pool.threads(), two.pool.threads()]).toEqual([0, 1, 2]);
    expect(expected.suspects).not.toEqual([]);
  });

  it('gives the same bytes as the bank alone', async () => {
    const { pool } = aPool(2);
    const bank = createBank({ shardSeries: 16 });
    addSeries(pool, 0, 40);
    for (let at = 0; at < 40; at += 1)
      bank.add({ id: `s-${at}`, direction: 'up', stepMs: minuteMs, deltaMin: 0.01, profile: `p-${at % 9}` });
    await run(pool, 0, 30);
    for (let cycle = 0; cycle < 30; cycle += 1)
      bank.step(
        startMs + cycle * minuteMs,
        Float64Array.from({ length: 40 }, (_one, slot) => sample(slot, cycle)),
      );

    expect(pool.snapshot()).toEqual(bank.snapshot());
  });

  it('starts no thread for the series of one shard', async () => {
    const { pool } = aPool(2);
    addSeries(pool, 0, 16);
    await run(pool, 0, 2);
    expect(pool.threads()).toBe(0);
    addSeries(pool, 16, 17);
    await run(pool, 2, 3);
    expect(pool.threads()).toBe(2);
  });

  it('reads values where they lie when threads can see them', async () => {
    const { pool } = aPool(1);
    const { pool: other } = aPool(0);
    addSeries(pool, 0, 40);
    addSeries(other, 0, 40);
    const values = new Float64Array(new SharedArrayBuffer(8 * 64)).fill(3);
    await pool.step(startMs, values);
    await other.step(startMs, values);
    expect(pool.snapshot()).toEqual(other.snapshot());
  });

  it('refuses to be touched in the middle of a cycle', async () => {
    const { pool } = aPool(1);
    addSeries(pool, 0, 40);
    const step = pool.step(startMs, new Float64Array(40));

    expect(() => pool.remove(1)).toThrow('wait for its step');
    expect(() => pool.snapshot()).toThrow('wait for its step');
    await expect(pool.step(startMs, new Float64Array(40))).rejects.toThrow('wait for its step');
    await step;
    expect(pool.snapshot().length).toBeGreaterThan(0);
  });

  it('goes on with the threads that are left, and then in process, with the same results', async () => {
    const workers: Worker[] = [];
    const start = (): Worker => {
      const worker = startWorkerThread();
      workers.push(worker);
      return worker;
    };
    const { pool, lost } = aPool(2, { start });
    const { pool: other } = aPool(0);
    addSeries(pool, 0, 100);
    addSeries(other, 0, 100);

    await run(pool, 0, 5);
    await workers[0]?.terminate();
    await run(pool, 5, 10);
    expect(pool.threads()).toBe(1);
    expect(lost).toEqual(['a worker thread of tier one ended with code 1']);
    await workers[1]?.terminate();
    await run(pool, 10, 15);

    await run(other, 0, 15);
    expect(pool.threads()).toBe(0);
    expect(lost).toHaveLength(2);
    expect(pool.snapshot()).toEqual(other.snapshot());
  });

  it('does what a thread left undone that was lost before its cycle ended', async () => {
    const workers: Worker[] = [];
    const start = (): Worker => {
      const worker = startWorkerThread();
      workers.push(worker);
      return worker;
    };
    const { pool, lost } = aPool(1, { start });
    const { pool: other } = aPool(0);
    addSeries(pool, 0, 100);
    addSeries(other, 0, 100);
    await run(other, 0, 1);

    const step = run(pool, 0, 1);
    await workers[0]?.terminate();
    await step;

    expect(lost).toEqual([expect.stringContaining('a worker thread of tier one ended')]);
    expect(pool.snapshot()).toEqual(other.snapshot());
  });

  it('ends a thread that does not answer in time, and goes on without it', async () => {
    const clock = steppedClock(0);
    const start = (): Worker => {
      const worker = startWorkerThread();
      // It never hears of the cycle.
      worker.postMessage = () => clock.advance(1_000);
      return worker;
    };
    const { pool, lost } = aPool(1, { start, wall: clock, deadlineMs: 1_000 });
    addSeries(pool, 0, 40);
    await run(pool, 0, 2);

    expect(lost).toEqual(['a worker thread of tier one did not answer within 1 s']);
    expect(pool.threads()).toBe(0);
  });

  it('says why when no thread can be started, and works in process', async () => {
    const start = (): Worker => {
      throw new Error('no threads left');
    };
    const { pool, lost } = aPool(2, { start });
    addSeries(pool, 0, 40);
    await run(pool, 0, 2);
    expect(lost).toEqual(Array.from({ length: 2 }, () => 'no worker thread for tier one: no threads left'));
    expect(pool.snapshot().length).toBeGreaterThan(0);
  });

  it('is closed twice without harm, and goes on in process', async () => {
    const { pool, lost } = aPool(2);
    addSeries(pool, 0, 40);
    await run(pool, 0, 1);
    await pool.close();
    await pool.close();
    await run(pool, 1, 2);
    expect(pool.threads()).toBe(0);
    expect(lost).toEqual([]);
  });

  it('says the same of every series however they are spread over shards and threads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (shardSeries, workers) => {
          const bank = createBank({ shared: true, shardSeries });
          const spread = createPool(bank, { workers, wall: wallClock(), onLost: () => undefined });
          const { pool } = aPool(0);
          addSeries(spread, 0, 40);
          addSeries(pool, 0, 40);
          await run(spread, 0, 435);
          await run(pool, 0, 435);
          expect(wordsOf(spread)).toEqual(wordsOf(pool));
          await spread.close();
        },
      ),
      { numRuns: 5 },
    );
  });
});
