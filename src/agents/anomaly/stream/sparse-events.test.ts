import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreSeries } from './offline.ts';
import { suspectSurprise } from './parameters.ts';
import { createSparseEvents } from './sparse-events.ts';
import { stretchesOf } from './stretches.ts';
import { minute, monday, points, uniform } from './testing/series.ts';

const surprises = (values: readonly number[]) => {
  const count = createSparseEvents();
  return values.map((value) => count(value).surprise);
};
/** One event in fifty rows, with other values by row. */
const rare = (seed: number, rows: number, others: (index: number) => number | null = () => null) => {
  const next = uniform(seed);
  return Array.from({ length: rows }, (_, index) => {
    const usual = next() < 0.02 ? 1 : 0;
    return others(index) ?? usual;
  });
};

describe('a count of rare events', () => {
  it('is no suspect while events come at their rate', () => {
    expect(surprises(rare(11, 10_000)).filter((surprise) => surprise >= suspectSurprise)).toEqual([]);
  });

  it('is a suspect when events come row by row', () => {
    const said = surprises(rare(7, 3020, (index) => (index >= 3000 && index < 3010 ? 1 : null)));
    expect(said.findIndex((surprise) => surprise >= suspectSurprise)).toBeGreaterThanOrEqual(3000);
    expect(Math.max(...said.slice(3000, 3010))).toBeGreaterThanOrEqual(suspectSurprise);
  });

  it('is a suspect at one large row', () => {
    expect(surprises(rare(7, 3001, (index) => (index === 3000 ? 40 : null))).at(-1)).toBe(24);
  });

  it('takes what comes in clumps for clumps', () => {
    const alone = surprises(rare(7, 3001, (index) => (index === 3000 ? 40 : null))).at(-1)!;
    const clumped = surprises(rare(7, 3001, (index) => (index % 600 === 0 ? 40 : null))).at(-1)!;
    expect(clumped).toBeLessThan(suspectSurprise);
    expect(alone).toBeGreaterThan(clumped);
  });

  it.each([
    ['a row without an event', [...rare(7, 3000), 0]],
    ['the first hundred rows', [...rare(7, 90), 40]],
    ['values that are no counts', [...rare(7, 3000), 0.5, 40]],
    ['values below zero', [...rare(7, 3000), -1, 40]],
    ['a series that is often not zero', [...Array.from({ length: 3000 }, (_, index) => index % 5), 40]],
  ])('says nothing of %s', (_, values) => {
    expect(surprises(values).at(-1)).toBe(0);
  });

  it('comes with the events a row that were usual before it', () => {
    const count = createSparseEvents();
    const [before] = [...Array.from({ length: 5000 }, (_, index) => (index % 50 === 0 ? 1 : 0)), 40]
      .map(count)
      .slice(-1);
    expect(before?.usual).toBeCloseTo(0.02, 2);
  });

  it('says a number of whatever comes', () => {
    const value = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.constantFrom(1e15, 1e30, 9e29));
    fc.assert(
      fc.property(fc.array(value, { minLength: 5, maxLength: 40 }), (values) => {
        const said = surprises([...Array.from({ length: 500 }, () => 0), ...values]);
        expect(said.filter((surprise) => !(surprise >= 0 && surprise <= 24))).toEqual([]);
      }),
    );
  });
});

describe('a recorded count', () => {
  it('shows a burst after nothing at all', () => {
    const past = points(620, (index) => (index >= 500 && index < 520 ? 20 + (index % 7) : 0));
    expect(stretchesOf(scoreSeries(past, minute), minute)).toEqual([
      expect.objectContaining({ fromMs: monday + 500 * minute, toMs: monday + 519 * minute, channel: 'events' }),
    ]);
  });

  it('hears a second burst while its channels still learn the first', () => {
    const past = points(700, (index) => ([500, 640].includes(index - (index % 20)) ? 20 + (index % 7) : 0));
    const heard = scoreSeries(past, minute).filter(({ surprise }) => surprise >= suspectSurprise);
    expect(heard.map(({ atMs }) => (atMs - monday) / minute)).toEqual(expect.arrayContaining([500, 659]));
  });

  it('is not deafened by one burst to the next day', () => {
    const past = points(3500, (index) => ([500, 2500].includes(index - (index % 20)) ? 20 + (index % 7) : 0));
    const found = stretchesOf(scoreSeries(past, minute), minute);
    expect(found.map(({ fromMs }) => (fromMs - monday) / minute)).toEqual([500, 2500]);
  });
});
