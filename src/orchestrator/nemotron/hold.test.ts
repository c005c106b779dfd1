import { describe, expect, it } from 'vitest';
import type { ModelFault } from './fault.ts';
import { heldBack, holdAfter } from './hold.ts';

const refusedKey: ModelFault = { kind: 'key-refused', detail: '401 from the endpoint' };
const failing: ModelFault = { kind: 'failing', detail: '500 from the endpoint' };
const minute = 60_000;

describe('a hold', () => {
  it('leaves an endpoint that refuses the key alone for five minutes, then twice as long, at most an hour', () => {
    const first = holdAfter(refusedKey, null, 0);
    const second = holdAfter(refusedKey, first, 5 * minute);
    const tenth = holdAfter(refusedKey, { fault: refusedKey, untilMs: 0, times: 9 }, 0);
    expect([first?.untilMs, second?.untilMs, tenth?.untilMs]).toEqual([5 * minute, 15 * minute, 60 * minute]);
  });

  it('begins anew when the fault is another one', () => {
    const hold = holdAfter(failing, { fault: refusedKey, untilMs: 0, times: 9 }, 0);
    expect(hold).toEqual({ fault: failing, untilMs: 15_000, times: 1 });
  });

  it('lasts as long as the endpoint asked for, where that is longer', () => {
    const throttled: ModelFault = { kind: 'throttled', detail: '429', retryAfterMs: 20 * minute };
    expect(holdAfter(throttled, null, 100)?.untilMs).toBe(20 * minute + 100);
    expect(holdAfter({ ...throttled, retryAfterMs: 1 }, null, 0)?.untilMs).toBe(30_000);
  });

  it.each(['withdrawn', 'not-taken'] as const)('is not begun, nor ended, by a question that was %s', (kind) => {
    const former = holdAfter(failing, null, 0);
    expect(holdAfter({ kind, detail: '' }, null, 0)).toBeNull();
    expect(holdAfter({ kind, detail: '' }, former, 0)).toBe(former);
  });

  it('tells why and for how long, and ends by itself', () => {
    const hold = holdAfter(refusedKey, null, 0);
    expect(heldBack(hold, 1)).toBe('401 from the endpoint; asked again in 5 min');
    expect(heldBack(hold, 5 * minute - 30_500)).toBe('401 from the endpoint; asked again in 31 s');
    expect(heldBack(hold, 5 * minute)).toBeNull();
    expect(heldBack(null, 0)).toBeNull();
  });
});
