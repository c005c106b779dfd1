import { describe, expect, it } from 'vitest';
import {
  wrongWithKey,
  wrongWithLabel,
  wrongWithLabelValue,
  wrongWithPortName,
  wrongWithSubdomain,
  wrongWithVariable,
} from './names.ts';

describe('names', () => {
  it.each([
    [wrongWithLabel, ['a', 'a-1', 'a'.repeat(63)], ['', 'A', '-a', 'a-', 'a.b', 'a'.repeat(64)]],
    [wrongWithSubdomain, ['a', 'a.b-c.d', 'a'.repeat(253)], ['', 'a..b', 'a.', 'A.b', 'a'.repeat(254)]],
    [wrongWithLabelValue, ['', 'A_b.c-1', 'x'.repeat(63)], ['a b', '-a', 'a_', 'x'.repeat(64)]],
    [
      wrongWithKey,
      ['app', 'App_1', 'example.com/app', `a.b/${'x'.repeat(63)}`],
      ['', 'a b', 'Example.com/app', 'example.com/', 'a/b/c', 'x'.repeat(64)],
    ],
    [wrongWithPortName, ['http', 'h-2', 'a1'], ['', '80', 'a--b', '-a', 'a-', 'Http', 'a_b', 'x'.repeat(16)]],
    [wrongWithVariable, ['A', 'a.b', 'with space', '_1'], ['A=B', 'ü', 'tab\t']],
  ])('%o takes what it should and refuses the rest', (check, fitting, refused) => {
    expect(fitting.filter((name) => check(name) !== null)).toEqual([]);
    expect(refused.filter((name) => check(name) === null)).toEqual([]);
  });

  it('says which part of a key is wrong', () => {
    expect(wrongWithKey('A.b/c')).toContain('prefix part a lowercase RFC 1123 subdomain');
    expect(wrongWithKey('a.b/')).toBe('name part must be non-empty');
  });
});
