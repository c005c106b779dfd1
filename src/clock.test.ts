import { describe, expect, it } from 'vitest';
import { deadline, pause, steppedClock } from './clock.ts';

describe('stepped clock', () => {
  it('runs timers in due order and shows each the time at which it was due', () => {
    const clock = steppedClock(1_000);
    const seen: [string, number][] = [];
    clock.after(20, () => seen.push(['b', clock.now()]));
    clock.after(10, () => {
      seen.push(['a', clock.now()]);
      clock.after(5, () => seen.push(['c', clock.now()]));
    });
    clock.advance(30);
    expect(seen).toEqual([
      ['a', 1_010],
      ['c', 1_015],
      ['b', 1_020],
    ]);
    expect(clock.now()).toBe(1_030);
    expect(clock.pending()).toBe(0);
  });

  it('does not run a cancelled timer', () => {
    const clock = steppedClock(0);
    let ran = false;
    clock.after(10, () => (ran = true))();
    clock.advance(100);
    expect(ran).toBe(false);
  });

  it('rejects a pause with the reason of its signal', async () => {
    const clock = steppedClock(0);
    const stop = new AbortController();
    const waiting = pause(clock, 50, stop.signal);
    stop.abort(new Error('stopped by the operator'));
    await expect(waiting).rejects.toThrow('stopped by the operator');
  });

  it('aborts a deadline when its time is over and not after done', () => {
    const clock = steppedClock(0);
    const late = deadline(clock, 50);
    const early = deadline(clock, 50);
    early.done();
    clock.advance(60);
    expect(late.signal.aborted).toBe(true);
    expect(early.signal.aborted).toBe(false);
  });
});

it('runs on the Node version that the project pins', () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
});
