import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unsupported } from './claims.ts';

const facts =
  'shop/deploy/checkout: p99 840 ms since 14:03, usual 190 to 260 ms; image shop/app:1.9.0, OOMKilled, 12,000 requests';

describe('claims', () => {
  it.each([
    ['the numbers and names of the facts', 'Since 14:03 the p99 of checkout was 840 ms; OOMKilled under app:1.9.0.'],
    ['plain words', 'Customers waited, and the team was asleep.'],
    ['a number written with thousands', 'It had 12000 requests.'],
    ['nothing', ''],
  ])('lets pass %s', (_what, text) => {
    expect(unsupported(text, facts)).toEqual([]);
  });

  it.each([
    ['another number', 'p99 was 841 ms', ['841']],
    ['another time', 'since 14:04', ['14:04']],
    ['half of a time', 'at 14 it began', ['14']],
    ['a number that only begins alike', '84 ms', ['84']],
    ['another image', 'image shop/app:2.0.0', ['2.0.0', 'app:2.0.0']],
    ['another workload', 'shop/deploy/ledger was down', ['ledger']],
    ['another reason', 'CrashLoopBackOff again', ['crashloopbackoff']],
    ['a host', 'db1.acme.com was slow', ['db1.acme.com']],
  ])('names %s', (_what, text, added) => {
    expect(unsupported(text, facts)).toEqual(expect.arrayContaining(added));
  });

  it('hold of every text against itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unsupported(text, text)).toEqual([]);
      }),
    );
  });

  it('name a number that the facts lack wherever it stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: 999_999 }), fc.lorem(), fc.lorem(), (number, before, after) => {
        expect(unsupported(`${before} ${number} ${after}`, facts)).toContain(String(number));
      }),
    );
  });
});
