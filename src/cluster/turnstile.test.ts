import { describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import { createTurnstile } from './turnstile.ts';

const never = new AbortController().signal;

const settled = async (): Promise<void> => {
  for (let at = 0; at < 20; at += 1) await Promise.resolve();
};

describe('requests under way at once', () => {
  it('are bounded, and the next starts when one ends', async () => {
    const turnstile = createTurnstile(steppedClock(0), { atOnce: 2, perSecond: 1_000, burst: 1_000 });
    const gates = [1, 2, 3].map(() => Promise.withResolvers<undefined>());
    const started: number[] = [];
    const passes = gates.map(async (gate, at) => {
      await turnstile.pass(async () => {
        started.push(at);
        await gate.promise;
      }, never);
    });
    await settled();
    expect(started).toEqual([0, 1]);
    gates[1]?.resolve(undefined);
    await settled();
    expect(started).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve(undefined);
    await Promise.all(passes);
  });

  it('free their place when they fail', async () => {
    const turnstile = createTurnstile(steppedClock(0), { atOnce: 1, perSecond: 1_000, burst: 1_000 });
    await expect(turnstile.pass(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
    expect(await turnstile.pass(() => Promise.resolve('ran'), never)).toBe('ran');
  });

  it('are left by one that gives up in line, without its work being run', async () => {
    const turnstile = createTurnstile(steppedClock(0), { atOnce: 1, perSecond: 1_000, burst: 1_000 });
    const gate = Promise.withResolvers<undefined>();
    const first = turnstile.pass(async () => await gate.promise, never);
    const stop = new AbortController();
    let ran = false;
    const second = turnstile.pass(() => Promise.resolve((ran = true)), stop.signal);
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    gate.resolve(undefined);
    await first;
    expect(await turnstile.pass(() => Promise.resolve('ran'), never)).toBe('ran');
    expect(ran).toBe(false);
  });

  it('turn away one whose signal is aborted before it stands in line', async () => {
    const turnstile = createTurnstile(steppedClock(0), { atOnce: 1, perSecond: 1_000, burst: 1_000 });
    const gate = Promise.withResolvers<undefined>();
    const first = turnstile.pass(async () => await gate.promise, never);
    await expect(turnstile.pass(() => Promise.resolve(), AbortSignal.abort('late'))).rejects.toThrow('aborted');
    gate.resolve(undefined);
    await first;
  });
});

describe('requests in a second', () => {
  it('start in one burst, then at the rate', async () => {
    const wall = steppedClock(0);
    const turnstile = createTurnstile(wall, { atOnce: 10, perSecond: 2, burst: 2 });
    const starts: number[] = [];
    const passes = [1, 2, 3, 4].map(
      async () => await turnstile.pass(() => Promise.resolve(starts.push(wall.now())), never),
    );
    await settled();
    expect(starts).toEqual([0, 0]);
    wall.advance(500);
    await settled();
    expect(starts).toEqual([0, 0, 500]);
    wall.advance(500);
    await Promise.all(passes);
    expect(starts).toEqual([0, 0, 500, 1_000]);
  });

  it('do not save up more than a burst', async () => {
    const wall = steppedClock(0);
    const turnstile = createTurnstile(wall, { atOnce: 10, perSecond: 2, burst: 2 });
    wall.advance(60_000);
    let started = 0;
    const passes = [1, 2, 3].map(async () => await turnstile.pass(() => Promise.resolve((started += 1)), never));
    await settled();
    expect(started).toBe(2);
    wall.advance(500);
    await Promise.all(passes);
  });

  it('are left by one that gives up while it waits for its turn', async () => {
    const turnstile = createTurnstile(steppedClock(0), { atOnce: 1, perSecond: 1, burst: 1 });
    await turnstile.pass(() => Promise.resolve(), never);
    const stop = new AbortController();
    const waiting = turnstile.pass(() => Promise.resolve(), stop.signal);
    await settled();
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
