import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectiveDiscovery } from './selective-discovery.ts';

const quiet = { p: [0.4, 0.6, 0.9], isSelected: false };

describe('false discoveries among pods', () => {
  it('pays for the choice of one group of four', () => {
    const [first, second] = selectiveDiscovery([{ p: [1e-6, 0.5], isSelected: false }, quiet, quiet, quiet], 0.05);
    expect(first?.[0]).toBeCloseTo(1e-6 * 2 * 4, 12);
    expect(second).toEqual([1, 1, 1]);
  });

  it('looks into a workload whose own finding is open, although its pods alone would not stand out', () => {
    const [chosen] = selectiveDiscovery([{ p: [0.02, 0.8], isSelected: true }], 0.05);
    expect(chosen?.[0]).toBeCloseTo(0.04, 12);
  });

  it('finds nothing when no group stands out', () => {
    expect(selectiveDiscovery([quiet, quiet], 0.05).flat()).toEqual([1, 1, 1, 1, 1, 1]);
    expect(selectiveDiscovery([], 0.05)).toEqual([]);
  });

  it('never says less than plain Benjamini–Hochberg inside the group', () => {
    const p = fc.double({ min: 1e-9, max: 1, noNaN: true });
    const groups = fc.array(fc.record({ p: fc.array(p, { minLength: 1, maxLength: 6 }), isSelected: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(groups, (many) => {
        const found = selectiveDiscovery(many, 0.05);
        for (const [at, group] of many.entries())
          for (const [index, one] of group.p.entries()) expect(found[at]?.[index]).toBeGreaterThanOrEqual(one - 1e-15);
      }),
    );
  });
});
