import { describe, expect, it } from 'vitest';
import { budgetFor, corrected } from './budget.ts';

describe('the budget', () => {
  it('leaves room for the answer and a reserve in a window of 4,096 tokens', () => {
    const budget = budgetFor(4_096, 1);
    expect(budget.promptBytes).toBe(4_096 - 768 - 210);
    expect(budget.outputTokens).toBe(768);
    expect(budget.evidenceBytes).toBe(1_090);
  });

  it('gives a larger window to evidence alone, up to its ceiling', () => {
    const small = budgetFor(4_096, 1);
    const large = budgetFor(1_000_000, 1);
    expect(large).toEqual({ ...small, evidenceBytes: 1_500, promptBytes: small.promptBytes + 410 });
    expect(budgetFor(4_196, 1).evidenceBytes).toBe(1_190);
  });

  it('becomes smaller when the endpoint counts more tokens, never larger', () => {
    expect(corrected(3, 2_500, 1_000)).toBe(2.5);
    expect(corrected(2.5, 4_000, 1_000)).toBe(2.5);
    expect(corrected(3, 1_000, 1_000)).toBe(2);
    expect(corrected(3, 1_000, undefined)).toBe(3);
    expect(corrected(3, 1_000, 0)).toBe(3);
  });
});
