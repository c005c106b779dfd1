import { describe, expect, it } from 'vitest';
import { table, wrap } from './table.ts';

const columns = [{ title: 'ID' }, { title: 'WHAT', cut: true }, { title: 'AGE' }];

describe('table', () => {
  it('aligns columns and leaves no trailing space', () => {
    expect(
      table(
        columns,
        [
          ['inc-1', 'slow', '4m'],
          ['inc-22', 'killed for memory', '22m'],
        ],
        Number.POSITIVE_INFINITY,
      ),
    ).toEqual(['ID      WHAT               AGE', 'inc-1   slow               4m', 'inc-22  killed for memory  22m']);
  });

  it('cuts only columns that may be cut', () => {
    const lines = table(columns, [['inc-12345678', 'a very long sentence about something', '4m']], 34);
    expect(lines.at(-1)).toContain('inc-12345678');
    expect(lines.at(-1)).toContain('…');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(34);
  });

  it('counts colour codes as nothing', () => {
    const [header, row] = table([{ title: 'A' }, { title: 'B' }], [['\u001B[31mxx\u001B[0m', 'y']], 80);
    expect(header).toBe('A   B');
    expect(row).toBe('\u001B[31mxx\u001B[0m  y');
  });
});

describe('wrap', () => {
  it('breaks between words and indents what follows', () => {
    expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  });

  it('leaves text alone in a pipe', () => {
    expect(wrap('one two three', Number.POSITIVE_INFINITY)).toEqual(['one two three']);
  });
});
