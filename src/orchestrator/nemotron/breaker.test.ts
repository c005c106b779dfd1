import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { createBreaker } from './breaker.ts';
import type { ModelFault } from './fault.ts';

const failing: ModelFault = { kind: 'failing', detail: '503 from the endpoint; it fails' };

describe('the breaker of an endpoint', () => {
  it('opens at a fault, says why, and for how long', () => {
    const breaker = createBreaker(steppedClock(0));
    breaker.begin();
    breaker.failed(failing);
    expect(breaker.refusal()).toBe('503 from the endpoint; it fails; asked again in 15 s');
    expect(breaker.state()).toMatchObject({ state: 'open' });
  });

  it('lets one question try when its time is over, and the others wait for what it meets', () => {
    const clock = steppedClock(0);
    const breaker = createBreaker(clock);
    breaker.failed(failing);
    clock.advance(15_000);
    expect(breaker.state().state).toBe('half-open');
    expect(breaker.refusal()).toBeNull();
    breaker.begin();
    expect(breaker.refusal()).toBe('503 from the endpoint; it fails; one question tries it now');
    breaker.succeeded();
    expect([breaker.refusal(), breaker.state().state]).toEqual([null, 'closed']);
  });

  it('stays open twice as long after a try that failed', () => {
    const clock = steppedClock(0);
    const breaker = createBreaker(clock);
    breaker.failed(failing);
    clock.advance(15_000);
    breaker.begin();
    breaker.failed(failing);
    expect(breaker.refusal()).toContain('asked again in 30 s');
  });

  it('lets the next question try when one was withdrawn', () => {
    const clock = steppedClock(0);
    const breaker = createBreaker(clock);
    breaker.failed(failing);
    clock.advance(15_000);
    breaker.begin();
    breaker.failed({ kind: 'withdrawn', detail: '' });
    expect(breaker.refusal()).toBeNull();
  });

  it('tells once that the endpoint is left alone and once that it answers again', () => {
    const told: (string | null)[] = [];
    const breaker = createBreaker(steppedClock(0), (fault) => told.push(fault?.kind ?? null));
    breaker.succeeded();
    breaker.failed({ kind: 'not-taken', detail: '' });
    breaker.failed(failing);
    breaker.failed(failing);
    breaker.succeeded();
    expect(told).toEqual(['failing', null]);
  });
});
