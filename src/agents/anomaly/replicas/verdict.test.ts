import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

describe('the word for a group of replicas', () => {
  it.each([
    [1, 1, false, 'none'],
    [1, 0, true, 'none'],
    [2, 1, false, 'they differ'],
    [2, 2, true, 'they differ'],
    [2, 0, true, 'all'],
    [3, 1, false, 'one'],
    [3, 1, true, 'one'],
    [5, 2, false, 'some'],
    [6, 3, false, 'some'],
    [5, 3, false, 'none'],
    [5, 3, true, 'all'],
    [5, 0, true, 'all'],
    [5, 0, false, 'none'],
  ] as const)('of %i pods with %i odd, workload open %s, is %s', (pods, odd, isWorkloadOpen, word) => {
    expect(verdictOf({ pods, odd, isWorkloadOpen })).toBe(word);
  });
});
