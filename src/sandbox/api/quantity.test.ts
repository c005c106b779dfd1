import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../model/quantity.ts';
import { canonicalQuantity } from './quantity.ts';

const quantity = fc
  .tuple(
    fc.integer({ min: 0, max: 5_000_000 }),
    fc.option(fc.integer({ min: 0, max: 999 }), { nil: null }),
    fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-1'),
  )
  .map(([whole, part, suffix]) => `${whole}${part === null ? '' : `.${part}`}${suffix}`);

describe('canonical quantities', () => {
  it.each([
    ['0.25Gi', '256Mi'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1500000', '1500k'],
    ['1e3', '1e3'],
    ['100e6', '100e6'],
    ['0', '0'],
    ['0Mi', '0'],
    ['.5Gi', '512Mi'],
    ['1023Ki', '1023Ki'],
    ['512', '512'],
    ['0.5Ki', '512'],
    ['-1Gi', '-1Gi'],
    ['0.1n', '1n'],
    ['128974848', '128974848'],
  ])('%s is written %s', (given, written) => {
    expect(canonicalQuantity(given)).toBe(written);
  });

  it.each(['', '.', 'Mi', '1 Gi', '1GiB', '0x10', '1,5', 'NaN'])('%j is none', (given) => {
    expect(canonicalQuantity(given)).toBeNull();
  });

  it('lose the memory of a binary suffix that they no longer have', () => {
    // Whole bytes that no power of 1024 divides have no suffix, and without one they are read as decimal.
    expect(canonicalQuantity('1494093.750Ki')).toBe('1529952000');
    expect(canonicalQuantity('1529952000')).toBe('1529952k');
  });

  it('are the same when written again, at the latest the second time', () => {
    fc.assert(
      fc.property(quantity, (given) => {
        const twice = canonicalQuantity(canonicalQuantity(given) ?? '') ?? '';
        expect(canonicalQuantity(twice)).toBe(twice);
      }),
      { examples: [['1494093.750Ki']] },
    );
  });

  it('keep the value', () => {
    fc.assert(
      fc.property(quantity, (given) => {
        const before = parseQuantity(given) ?? Number.NaN;
        const after = parseQuantity(canonicalQuantity(given) ?? '') ?? Number.NaN;
        expect(Math.abs(after - before)).toBeLessThanOrEqual(before * 1e-12 + 1e-9);
      }),
    );
  });
});
