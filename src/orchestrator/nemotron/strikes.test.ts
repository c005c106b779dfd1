import { describe, expect, it } from 'vitest';
import { createStrikes } from './strikes.ts';

describe('strikes', () => {
  it('end the asking about an incident at two, and about no other', () => {
    const strikes = createStrikes();
    strikes.add('inc-1');
    expect(strikes.refusal('inc-1')).toBeNull();
    strikes.add('inc-1');
    expect(strikes.refusal('inc-1')).toBe('2 answers about this incident did not hold');
    expect(strikes.refusal('inc-2')).toBeNull();
    expect(strikes.refusal(null)).toBeNull();
  });

  it('are remembered for a thousand incidents', () => {
    const strikes = createStrikes();
    for (let at = 0; at < 1_001; at += 1) {
      strikes.add(`inc-${at}`);
      strikes.add(`inc-${at}`);
    }
    expect([strikes.refusal('inc-0'), strikes.refusal('inc-1')]).toEqual([null, expect.stringContaining('2 answers')]);
  });
});
