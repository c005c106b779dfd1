import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { createLane } from './lane.ts';

const settled = async (): Promise<void> => {
  for (let at = 0; at < 20; at += 1) await Promise.resolve();
};

describe('one write at a time at a target', () => {
  it('starts the second when the first has ended, in the order of asking', async () => {
    const lane = createLane(steppedClock(0));
    const told: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const first = lane.alone('a', async () => {
      told.push('first starts');
      await gate.promise;
      told.push('first ends');
    });
    const rest = ['second', 'third'].map(async (name) => await lane.alone('a', () => Promise.resolve(told.push(name))));
    await settled();
    expect(told).toEqual(['first starts']);
    gate.resolve(undefined);
    await Promise.all([first, ...rest]);
    expect(told).toEqual(['first starts', 'first ends', 'second', 'third']);
  });

  it('does not let targets wait for each other', async () => {
    const lane = createLane(steppedClock(0));
    const gate = Promise.withResolvers<undefined>();
    const slow = lane.alone('a', async () => await gate.promise);
    expect(await lane.alone('b', () => Promise.resolve('b ran'))).toEqual({ done: 'b ran' });
    gate.resolve(undefined);
    await slow;
  });

  it('goes on after work that fails', async () => {
    const lane = createLane(steppedClock(0));
    const failed = lane.alone('a', () => Promise.reject(new Error('broken')));
    const next = lane.alone('a', () => Promise.resolve('ran'));
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toEqual({ done: 'ran' });
  });

  it('turns away what comes when fifty wait', async () => {
    const lane = createLane(steppedClock(0));
    const gate = Promise.withResolvers<undefined>();
    const slow = lane.alone('a', async () => await gate.promise);
    await settled();
    const waiting = Array.from({ length: 50 }, async () => await lane.alone('a', () => Promise.resolve('ran')));
    expect(await lane.alone('a', () => Promise.resolve('never'))).toEqual({ full: true });
    gate.resolve(undefined);
    await Promise.all([slow, ...waiting]);
    expect(await lane.alone('a', () => Promise.resolve('again'))).toEqual({ done: 'again' });
  });
});

describe('five writes a second', () => {
  it('lets the first start at once and spaces the rest', async () => {
    const wall = steppedClock(0);
    const lane = createLane(wall);
    const starts: number[] = [];
    const turns = [1, 2, 3].map(async () => {
      await lane.turn();
      starts.push(wall.now());
    });
    await settled();
    wall.advance(200);
    await settled();
    wall.advance(200);
    await Promise.all(turns);
    expect(starts).toEqual([0, 200, 400]);
  });

  it('does not save up turns that nobody took', async () => {
    const wall = steppedClock(0);
    const lane = createLane(wall);
    await lane.turn();
    wall.advance(10_000);
    await lane.turn();
    const third = lane.turn();
    expect(wall.pending()).toBe(1);
    wall.advance(200);
    await third;
    expect(wall.now()).toBe(10_200);
  });
});
