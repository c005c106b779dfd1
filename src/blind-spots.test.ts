import { describe, expect, it } from 'vitest';
import { blindSpots, type Unseen } from './blind-spots.ts';

const nothing: Unseen = { kinds: [], measurements: [], objectives: [], past: [] };

describe('what cannot be seen', () => {
  it('is nothing where everything was read', () => {
    expect(blindSpots(nothing)).toEqual([]);
  });

  it('is each told with its reason and its cost: kinds, measurements, objectives, the past', () => {
    const spots = blindSpots({
      kinds: [{ verb: 'list', resource: 'events', reason: 'forbidden', cost: 'no times of kills' }],
      measurements: [{ capability: 'CPU', reason: 'it answers 503', cost: 'saturation is not seen' }],
      objectives: [{ what: 'the objective p99 of shop/cart', why: 'no histogram', next: 'expose one' }],
      past: [{ signals: ['sli.err'], reason: 'it answers 503' }],
    });
    expect(spots.map((one) => one.capability)).toEqual([
      'list events: forbidden',
      'CPU: it answers 503',
      'the objective p99 of shop/cart: no histogram',
      'the past of sli.err: it answers 503',
    ]);
    expect(spots.map((one) => one.cost).slice(0, 3)).toEqual([
      'no times of kills',
      'saturation is not seen',
      'expose one',
    ]);
    expect(spots[3]?.cost).toContain('what is usual for them is not known');
  });
});
