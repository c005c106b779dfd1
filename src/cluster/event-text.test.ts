import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microTime, shortened } from './event-text.ts';

describe('text in the form that the API server takes', () => {
  it('writes a time with exactly six digits of fraction', () => {
    expect(microTime(Date.UTC(2026, 5, 9, 14, 0, 0, 7))).toBe('2026-06-09T14:00:00.007000Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0) }), (atMs) => {
        expect(microTime(atMs)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      }),
    );
  });

  it('leaves a text that fits as it is', () => {
    expect(shortened('파드', 6)).toBe('파드');
  });

  it('cuts between characters, at the last that fits', () => {
    expect(shortened('파드', 5)).toBe('파');
    expect(shortened('a😀', 4)).toBe('a');
    expect(shortened('abc', 0)).toBe('');
  });

  it('is a beginning of the text that fits, whatever the script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, bytes) => {
        const cut = shortened(text, bytes);
        expect(new TextEncoder().encode(cut).length).toBeLessThanOrEqual(bytes);
        expect(text.startsWith(cut)).toBe(true);
      }),
    );
  });
});
