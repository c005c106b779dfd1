import { describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import { createLoop } from './loop.ts';

const setUp = (guardsDue = false) => {
  const clock = steppedClock(0);
  const ran: string[] = [];
  const faults: unknown[] = [];
  let next: () => Promise<void> = () => Promise.resolve();
  const loop = createLoop({
    clock,
    pace: { cycleMs: 60_000, guardReadMs: 15_000, scale: 1 },
    cycle: async () => {
      ran.push(`cycle@${clock.now()}`);
      await next();
    },
    guardRead: () => {
      ran.push(`guards@${clock.now()}`);
      return Promise.resolve();
    },
    guardsDue: () => guardsDue,
    onFault: (error) => faults.push(error),
  });
  return { clock, loop, ran, faults, onCycle: (run: () => Promise<void>) => (next = run) };
};

describe('loop', () => {
  it('runs a cycle at the start and on its period', async () => {
    const { clock, loop, ran } = setUp();
    loop.start();
    await loop.idle();
    clock.advance(60_000);
    await loop.idle();
    expect(ran).toEqual(['cycle@0', 'cycle@60000']);
  });

  it('reads guards between cycles while something is verified', async () => {
    const { clock, loop, ran } = setUp(true);
    loop.start();
    await loop.idle();
    clock.advance(15_000);
    await loop.idle();
    expect(ran).toEqual(['cycle@0', 'guards@15000']);
  });

  it('makes one cycle of several wakes and keeps its distance to the last', async () => {
    const { clock, loop, ran } = setUp();
    loop.start();
    await loop.idle();
    loop.wake();
    loop.wake();
    await loop.idle();
    expect(ran).toHaveLength(1);
    clock.advance(2_000);
    await loop.idle();
    expect(ran).toEqual(['cycle@0', 'cycle@2000']);
  });

  it('reports a cycle that throws and goes on', async () => {
    const { clock, loop, ran, faults, onCycle } = setUp();
    onCycle(() => Promise.reject(new Error('no journal')));
    loop.start();
    await loop.idle();
    clock.advance(60_000);
    await loop.idle();
    expect(faults).toHaveLength(2);
    expect(ran).toHaveLength(2);
  });

  it('starts nothing after it was closed', async () => {
    const { clock, loop, ran } = setUp(true);
    loop.start();
    await loop.close();
    clock.advance(600_000);
    loop.wake();
    await loop.idle();
    expect(ran).toEqual(['cycle@0']);
  });
});

describe('work between cycles', () => {
  it('runs when no cycle runs, and a cycle that was asked for meanwhile comes after it', async () => {
    const { clock, loop, ran } = setUp();
    loop.start();
    const result = await loop.between(() => {
      clock.advance(60_000);
      ran.push('work');
      return Promise.resolve(7);
    });
    await loop.idle();
    expect(result).toBe(7);
    expect(ran).toEqual(['cycle@0', 'work', 'cycle@60000']);
  });

  it('hands on the failure of the work and lets cycles go on', async () => {
    const { clock, loop, ran } = setUp();
    loop.start();
    await expect(loop.between(() => Promise.reject(new Error('denied')))).rejects.toThrow('denied');
    clock.advance(60_000);
    await loop.idle();
    expect(ran).toEqual(['cycle@0', 'cycle@60000']);
  });
});
