import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, placesFor } from './pod-places.ts';

const place = (id: string, oddness = 0, isKept = false): Place => ({ id, oddness, isKept });

describe('room for replicas', () => {
  it('lets all in while there is room', () => {
    expect(placesFor([place('a')], [place('c'), place('b')], 5)).toEqual({ admitted: ['b', 'c'], evicted: [] });
  });

  it('fills what is free with the oddest', () => {
    expect(placesFor([place('a', 9)], [place('b', 1), place('c', 2)], 2)).toEqual({ admitted: ['c'], evicted: [] });
  });

  it('drives the least odd out for one that is suspicious', () => {
    expect(placesFor([place('a', 1), place('b', 2)], [place('c', 4)], 2)).toEqual({ admitted: ['c'], evicted: ['a'] });
  });

  it('drives nobody out for one that is not, or that is no odder', () => {
    expect(placesFor([place('a', 1)], [place('c', 3)], 1)).toEqual({ admitted: [], evicted: [] });
    expect(placesFor([place('a', 5)], [place('c', 5)], 1)).toEqual({ admitted: [], evicted: [] });
  });

  it('never drives out what is open or has only just come', () => {
    expect(placesFor([place('a', 0, true)], [place('c', 9)], 1)).toEqual({ admitted: [], evicted: [] });
  });

  it('never holds more than there is room for', () => {
    const places = fc.uniqueArray(
      fc.record({ id: fc.string({ maxLength: 4 }), oddness: fc.nat(10), isKept: fc.boolean() }),
      { selector: (one) => one.id, maxLength: 12 },
    );
    fc.assert(
      fc.property(places, fc.nat(12), fc.nat(12), (all, split, room) => {
        const held = all.slice(0, Math.min(split, room));
        const { admitted, evicted } = placesFor(held, all.slice(held.length), room);
        expect(held.length - evicted.length + admitted.length).toBeLessThanOrEqual(Math.max(room, held.length));
        expect(new Set(evicted).size).toBe(evicted.length);
      }),
    );
  });
});
