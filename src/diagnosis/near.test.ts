import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './near.ts';

describe('near-identical names', () => {
  it('finds typos and another case, nearest first, and never the name itself', () => {
    expect(nearest('ssd', ['SSD', 'sdd', 'hdd', 'ssd', 'nvme'])).toEqual(['SSD', 'sdd', 'hdd']);
    expect(nearest('app-config', ['mail', 'app-confg'])).toEqual(['app-confg']);
  });

  it('treats names with the same base as the same name', () => {
    const base = (name: string): string => name.replace(/-[a-z0-9]{10}$/, '');
    expect(nearest('app-7g2hk5m4tb', ['app-a1b2c3d4e5', 'web-a1b2c3d4e5'], base)).toEqual(['app-a1b2c3d4e5']);
  });

  it('measures a symmetric distance that is zero only for equal names', () => {
    const name = string({ maxLength: 20 });
    assert(
      property(name, name, (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});
