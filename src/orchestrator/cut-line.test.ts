import { describe, expect, it } from 'vitest';
import { cutLine } from './cut-line.ts';

describe('a line that is cut', () => {
  it.each([
    ['short enough', 'ok', 10, 'ok'],
    ['at a word', 'lookup payroll-7f9c failed', 18, 'lookup …'],
    ['between words', 'one two three', 7, 'one …'],
    ['one long word', 'x'.repeat(50), 10, '…'],
  ])('is %s', (_what, text, longest, cut) => {
    expect(cutLine(text, longest)).toBe(cut);
  });
});
