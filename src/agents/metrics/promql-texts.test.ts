import { describe, expect, it } from 'vitest';
import { patternProblem, textProblem } from './promql-texts.ts';
import { parseQuery } from './promql-tree.ts';

const problemOf = (query: string) => textProblem(query, parseQuery(query));

describe('a pattern of RE2', () => {
  it.each([
    '',
    '.*',
    'a|b',
    '(?i)a',
    '(?i:a)',
    '(?s-i:a)b',
    '(?P<x>a)',
    '(?P<x>a)(?P<x>b)',
    '(?<x>a)',
    '[[:alpha:]]+',
    '[]a]',
    '[(?=]',
    '\\(?=a',
    '(\\(?i)',
    '\\\\(?i)a',
    '\\Q(\\E',
    '\\pL',
    '\\01',
    'a{',
    'a{,5}',
    '^*a',
    'a$+',
    '(^{2}|\\b?)a',
    '\\B*a',
    '\\^*a',
    '[$*^+]a',
    '\\x{41}*',
    '[\\x{41}-\\x{5A}]',
    '[\\x{41}-b]',
    '\\x{28}',
    '[\\x{1F600}-\\x{1F64F}]',
    'web-\\d+\\.x',
  ])('may be %j', (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    ['a[', /is no regular expression: unterminated character class/],
    ['(a', /unterminated group/],
    ['a)', /unmatched/],
    ['*a', /nothing to repeat/],
    ['a**', /nothing to repeat/],
    ['^**', /nothing to repeat/],
    ['(?i)*a', /nothing to repeat/],
    ['\\\\x{41}{2}', /nothing to repeat/],
    ['[\\x{62}-\\x{61}]', /out of order/],
    ['[z-a]', /out of order/],
    ['a\\', /end of pattern/],
    ['a(?=b)', /looks ahead or behind/],
    ['(?<!a)b', /looks ahead or behind/],
    ['(a)\\1', /refers back/],
  ] as const)('is not %j', (pattern, wrong) => {
    expect(patternProblem(pattern)).toMatch(wrong);
  });
});

describe('the texts of a query', () => {
  it.each([
    'orders{pod=~"web-.*", app!~\'(a|b)\'}',
    'orders{pod="a["}',
    'orders{pod=~"a\\\\.b"}',
    'orders{pod=~`a\\.b`}',
    'orders{pod="\\x41\\101\\u00e9\\n\\""}',
    'label_replace(orders, "a[", "$1", "b", "(.*)")',
  ])('can be read in %s', (query) => {
    expect(problemOf(query)).toBeNull();
  });

  it.each([
    ['orders{pod=~"a["}', 12, /no regular expression/],
    ["sum by (pod) (orders{app!~'(a'})", 26, /no regular expression/],
    ['orders{"pod"=~"a["}', 14, /no regular expression/],
    ['label_replace(orders, "a", "$1", "b", "(")', 38, /no regular expression/],
    ['orders{pod=~"a\\.b"}', 12, /has \\\., which PromQL does not know: write \\\\\., or/],
    ['orders{pod="\\X41"}', 11, /has \\X/],
    ['orders{pod="it\\\'s"}', 11, /has \\'/],
  ] as const)('cannot be read in %s', (query, offset, wrong) => {
    expect(problemOf(query)).toEqual({ offset, wrong: expect.stringMatching(wrong) as unknown });
  });
});
