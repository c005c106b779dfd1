import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { createSpending } from './spending.ts';

const caps = { incident: 100, hour: 250, day: 400 };

describe('spending', () => {
  it('refuses a question that could break the cap of its incident, and that one alone', () => {
    const spending = createSpending(steppedClock(0), caps);
    spending.count('inc-1', 60);
    expect(spending.refusal('inc-1', 40)).toBeNull();
    expect(spending.refusal('inc-1', 41)).toBe('this incident has cost 60 tokens, at most 100 are spent on one');
    expect(spending.refusal('inc-2', 41)).toBeNull();
  });

  it('counts what belongs to no incident for the hour and the day', () => {
    const spending = createSpending(steppedClock(0), caps);
    spending.count(null, 200);
    expect(spending.refusal(null, 50)).toBeNull();
    expect(spending.refusal('inc-1', 51)).toBe('200 tokens were spent in the last hour, at most 250 are');
  });

  it('forgets an hour after an hour and a day after a day', () => {
    const clock = steppedClock(0);
    const spending = createSpending(clock, caps);
    spending.count(null, 250);
    clock.advance(61 * 60_000);
    expect(spending.spent()).toEqual({ hour: 0, day: 250 });
    expect(spending.refusal(null, 151)).toBe('250 tokens were spent in the last day, at most 400 are');
    clock.advance(24 * 3_600_000);
    expect(spending.spent()).toEqual({ hour: 0, day: 0 });
    expect(spending.refusal(null, 250)).toBeNull();
  });

  it('remembers a thousand incidents, the longest unasked is forgotten first', () => {
    const spending = createSpending(steppedClock(0), { incident: 1, hour: 1e9, day: 1e9 });
    spending.count('inc-0', 1);
    for (let at = 1; at < 1_000; at += 1) spending.count(`inc-${at}`, 1);
    spending.count('inc-0', 1);
    spending.count('inc-1000', 1);
    expect(spending.refusal('inc-1', 1)).toBeNull();
    expect(spending.refusal('inc-0', 1)).toContain('has cost 2 tokens');
  });
});
