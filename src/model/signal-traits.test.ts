import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedSignals } from '../../test/builders/signals.ts';
import { minimumEffect, type SignalTraits } from './signal-traits.ts';

const disks = shippedSignals.filter((one) => one.id === 'node.disk');
const others = shippedSignals.filter((one) => one.floor.above === undefined);
const matters = (location: number, side: 'up' | 'down' = 'up'): number[] =>
  disks.map((one) => minimumEffect(one, location, side));

describe('the least change that matters', () => {
  it.each([
    [0.5, 0.1],
    [0.7, 0.1],
    [0.72, 0.08],
    [0.79, 0.02],
    [0.9, 0.02],
  ])('of a disk that is at %d is %d: ten points, or what leads above 80 %', (location, least) => {
    expect(matters(location)).toEqual([expect.closeTo(least, 9)]);
  });

  it('of a disk that empties is ten points wherever it is', () => {
    expect(matters(0.95, 'down')).toEqual([0.1]);
  });

  it('is the larger of an amount, a share of the request and a factor', () => {
    const floor = { absolute: 0.1, relative: 1.25, shareOfRequest: 0.1 };
    const traits: SignalTraits[] = others.slice(0, 1).map((one) => ({ ...one, floor }));
    const least = (location: number, request: number) =>
      traits.map((one) => minimumEffect(one, location, 'up', request));
    expect([least(0.1, 0), least(0.1, 4), least(4, 4)]).toEqual([[0.1], [0.4], [1]]);
  });

  it('is more than nothing and never more than without the word on what is nearly full', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (location) => {
        const [least = 0] = matters(location);
        expect(least).toBeGreaterThanOrEqual(0.02);
        expect(least).toBeLessThanOrEqual(0.1);
      }),
    );
  });

  it('is said of everything that can fill up by a share', () => {
    expect(shippedSignals.filter((one) => one.family === 'saturation').every((one) => one.floor.above)).toBe(true);
  });
});
