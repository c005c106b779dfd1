import { assert, constantFrom, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalId, pickId } from './ids.ts';
import { problemIn } from './testing/problem.ts';

describe('ids as people type them', () => {
  it.each([
    ['42', 'inc-42'],
    ['inc42', 'inc-42'],
    ['inc-42', 'inc-42'],
    ['42/p1', 'inc-42/p1'],
    ['inc42/p1/a1', 'inc-42/p1/a1'],
    ['apr17', 'apr-17'],
    ['apr-17', 'apr-17'],
    [' 42 ', 'inc-42'],
    ['nothing', 'nothing'],
    ['', ''],
  ])('reads %j as %j', (typed, id) => {
    expect(normalId(typed)).toBe(id);
  });

  it('takes a bare number for an approval where one is asked for', () => {
    expect(normalId('17', 'apr')).toBe('apr-17');
    expect(normalId('inc-17', 'apr')).toBe('inc-17');
  });

  it('changes nothing that is an id already', () => {
    const kinds = constantFrom('inc', 'apr');
    const rests = constantFrom('', '/p1', '/p1/a2');
    assert(
      property(kinds, nat(), rests, (kind, number, rest) => {
        expect(normalId(`${kind}-${number}${rest}`)).toBe(`${kind}-${number}${rest}`);
      }),
    );
  });

  it('finds the only id with this start, and the exact one before longer ones', () => {
    expect(pickId('inc-4', ['inc-42', 'inc-51'])).toBe('inc-42');
    expect(pickId('inc-4', ['inc-42', 'inc-4'])).toBe('inc-4');
    expect(pickId('inc-9', ['inc-42'])).toBeNull();
  });

  it('names the candidates when there are several', () => {
    const known = Array.from({ length: 9 }, (_, at) => `inc-4${at}`);
    const problem = problemIn(() => pickId('inc-4', known));
    expect(problem?.exitCode).toBe(2);
    expect(problem?.why).toContain('inc-45 and 3 more');
  });
});
