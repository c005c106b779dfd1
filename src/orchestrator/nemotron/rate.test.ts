import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { createRate } from './rate.ts';

const never = new AbortController().signal;

describe('the rate of requests', () => {
  it('lets so many go at once and the next a minute after the first', async () => {
    const clock = steppedClock(0);
    const waits: number[] = [];
    const rate = createRate({ clock, perMinute: 3, wait: (ms) => Promise.resolve(void waits.push(ms)) });
    for (let at = 0; at < 7; at += 1) await rate.enter(never);
    expect(waits).toEqual([60_000, 60_000, 60_000, 120_000]);
  });

  it('is halved by each throttling, and regained two a minute', () => {
    const clock = steppedClock(0);
    const rate = createRate({ clock });
    rate.throttled(undefined);
    expect(rate.perMinute()).toBe(15);
    rate.throttled(undefined);
    rate.throttled(undefined);
    expect(rate.perMinute()).toBe(3);
    clock.advance(5 * 60_000);
    expect(rate.perMinute()).toBe(13);
    clock.advance(60 * 60_000);
    expect(rate.perMinute()).toBe(30);
  });

  it('never stops at nothing', () => {
    const rate = createRate({ clock: steppedClock(0) });
    for (let at = 0; at < 20; at += 1) rate.throttled(undefined);
    expect(rate.perMinute()).toBe(2);
  });

  it('keeps the pause that the endpoint named', () => {
    const clock = steppedClock(0);
    const rate = createRate({ clock });
    rate.throttled(7_000);
    expect(rate.waitMs()).toBe(7_000);
    clock.advance(7_000);
    expect(rate.waitMs()).toBe(0);
  });

  it('ends a wait that is withdrawn', async () => {
    const rate = createRate({ clock: steppedClock(0), perMinute: 1 });
    await rate.enter(never);
    const controller = new AbortController();
    const waiting = rate.enter(controller.signal);
    controller.abort(new Error('withdrawn'));
    await expect(waiting).rejects.toThrow('withdrawn');
  });

  it('never sends more in any minute than it says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
        async (perMinute, gaps) => {
          const clock = steppedClock(0);
          const sentMs: number[] = [];
          const rate = createRate({
            clock,
            perMinute,
            wait: (ms) => {
              clock.advance(ms);
              return Promise.resolve();
            },
          });
          for (const gap of gaps) {
            clock.advance(gap);
            await rate.enter(never);
            sentMs.push(clock.monotonic());
          }
          expect(sentMs.every((ms, at) => at < perMinute || ms - (sentMs[at - perMinute] ?? 0) >= 60_000)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
