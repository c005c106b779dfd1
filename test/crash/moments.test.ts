import { describe, expect, it } from 'vitest';
import { drawMoment, drawSecondMoment, shownMoment } from './moments.ts';
import { seeded } from '../../src/sandbox/api/context.ts';

const drawn = (seed: number, seesRequests: boolean) => {
  const random = seeded(seed).next;
  return Array.from({ length: 300 }, () => drawMoment(random, seesRequests));
};

describe('moments to kill at', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(drawn(5, true)).toEqual(drawn(5, true));
    expect(drawn(5, true)).not.toEqual(drawn(6, true));
  });

  it('are of all kinds where requests are seen, else of time and events alone', () => {
    expect(new Set(drawn(1, true).map((one) => one.kind))).toEqual(new Set(['time', 'event', 'request']));
    expect(new Set(drawn(1, false).map((one) => one.kind))).toEqual(new Set(['time', 'event']));
  });

  it('draws numbers from 0 up to, not including, 1', () => {
    const random = seeded(9).next;
    const numbers = Array.from({ length: 1_000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(new Set(numbers.map((one) => Math.floor(one * 10))).size).toBe(10);
  });

  it('are shown in words', () => {
    const random = seeded(2).next;
    expect(shownMoment({ kind: 'time', step: 3, delayMs: 7 })).toBe('step 3 + 7 ms');
    expect(shownMoment({ kind: 'request', of: 'write', when: 'after' })).toBe('write, after');
    expect(shownMoment(drawSecondMoment(random, false))).toMatch(/^[\w.]+ \+ \d+ ms$/);
  });
});
