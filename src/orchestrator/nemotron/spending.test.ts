import { describe, expect, it } from 'vitest';
import { createSpending } from './spending.ts';

describe('spending', () => {
  it('stops at 30,000 tokens of one incident', () => {
    const spending = createSpending();
    spending.count('inc-1', { promptTokens: 29_000, completionTokens: 999 });
    expect(spending.refusal('inc-1')).toBeNull();
    spending.count('inc-1', { completionTokens: 1 });
    expect(spending.refusal('inc-1')).toBe('this incident has cost 30000 tokens, at most 30000 are spent on one');
    expect(spending.refusal('inc-2')).toBeNull();
  });

  it('counts a full question where the endpoint does not count', () => {
    const spending = createSpending();
    const ask = (): void => spending.count('inc-1', {});
    [ask, ask, ask, ask, ask, ask].forEach((one) => one());
    expect(spending.refusal('inc-1')).toBeNull();
    ask();
    expect(spending.refusal('inc-1')).not.toBeNull();
  });

  it('forgets the incident asked least recently beyond a thousand', () => {
    const spending = createSpending();
    spending.count('old', { promptTokens: 30_000 });
    spending.count('kept', { promptTokens: 30_000 });
    Array.from({ length: 998 }, (_, at) => spending.count(`inc-${at}`, { promptTokens: 1 }));
    spending.count('kept', { promptTokens: 1 });
    spending.count('one more', { promptTokens: 1 });
    expect(spending.refusal('old')).toBeNull();
    expect(spending.refusal('kept')).not.toBeNull();
  });
});
