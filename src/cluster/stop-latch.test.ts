import { describe, expect, it } from 'vitest';
import type { StopWord } from './own.ts';
import { createStopLatch } from './stop-latch.ts';

const free: StopWord = { stopped: false, seen: false, by: null, reason: null };
const stop: StopWord = { stopped: true, seen: true, by: 'anna', reason: 'change' };
const silence: StopWord = { stopped: true, seen: false, by: null, reason: 'no answer' };

function aLatch(words: StopWord[], initially = false) {
  const seen: StopWord[] = [];
  const latch = createStopLatch({ readStop: () => Promise.resolve(words.shift() ?? free) }, initially, (word) => {
    seen.push(word);
    return Promise.resolve();
  });
  return { latch, seen };
}

describe('the stop latch', () => {
  it('holds from the instant it is set', () => {
    const { latch } = aLatch([]);
    latch.set(true);
    expect(latch.isStopped()).toBe(true);
  });

  it('latches a stop that is seen in the cluster, tells it once, and is not freed by its deletion', async () => {
    const { latch, seen } = aLatch([stop, stop, free]);
    for (let at = 0; at < 3; at += 1) await latch.look();
    expect(latch.isStopped()).toBe(true);
    expect(seen).toEqual([stop]);
  });

  it('is stopped for as long as the switch cannot be read, and no longer', async () => {
    const { latch, seen } = aLatch([silence, free]);
    await latch.look();
    expect(latch.isStopped()).toBe(true);
    await latch.look();
    expect(latch.isStopped()).toBe(false);
    expect(seen).toEqual([]);
  });

  it('starts stopped when the journal says so, and only a person frees it', async () => {
    const { latch } = aLatch([free], true);
    await latch.look();
    expect(latch.isStopped()).toBe(true);
    latch.set(false);
    expect(latch.isStopped()).toBe(false);
  });

  it('stays stopped when telling it fails, and tells it again at the next look, until it is told', async () => {
    const told: StopWord[] = [];
    let isFull = true;
    const latch = createStopLatch({ readStop: () => Promise.resolve(stop) }, false, (word) => {
      if (isFull) return Promise.reject(new Error('disk full'));
      told.push(word);
      return Promise.resolve();
    });
    expect(await latch.look()).toEqual(stop);
    expect(latch.isStopped()).toBe(true);
    isFull = false;
    await latch.look();
    await latch.look();
    expect([told, latch.isStopped()]).toEqual([[stop], true]);
  });

  it('has nothing to tell any more once a person resumed', async () => {
    const words = [stop, free];
    const told: StopWord[] = [];
    const refusals = [new Error('disk full')];
    const latch = createStopLatch({ readStop: () => Promise.resolve(words.shift() ?? free) }, false, (word) => {
      told.push(word);
      const refusal = refusals.shift();
      return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
    });
    await latch.look();
    latch.set(false);
    await latch.look();
    expect([told, latch.isStopped()]).toEqual([[stop], false]);
  });
});
