import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSeries, seriesText } from './series-file.ts';

const atMs = Date.UTC(2026, 5, 9, 14, 0);

describe('a series as CSV', () => {
  it('carries its unit in the header line', () => {
    expect(seriesText('cores', [{ atMs, value: 0.25 }])).toBe(
      '# unit: cores\ntimestamp,value\n2026-06-09T14:00:00.000Z,0.25\n',
    );
  });

  it('comes back as it was written', () => {
    const point = fc.record(
      {
        atMs: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
        weight: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
      },
      { requiredKeys: ['atMs', 'value'] },
    );
    fc.assert(
      fc.property(fc.uniqueArray(point, { selector: (one) => one.atMs }), (points) => {
        const sorted = points.toSorted((left, right) => left.atMs - right.atMs);
        expect(readSeries(seriesText('ratio', points))).toEqual({
          unit: 'ratio',
          points: sorted.map((one) => ({ ...one, value: one.value + 0 })),
          unreadable: 0,
        });
      }),
    );
  });

  it.each([
    ['2026-06-09T14:00:00Z,1', atMs],
    ['2026-06-09T16:00:00+02:00,1', atMs],
    [`${atMs / 1000},1`, atMs],
    [`${atMs},1`, atMs],
    [`${atMs / 1000}, 1 `, atMs],
  ])('reads the time of %j', (line, expected) => {
    expect(readSeries(line).points).toEqual([{ atMs: expected, value: 1 }]);
  });

  it.each(['NaN', '+Inf', '', 'none', '<b>1</b>'])('does not take %j for a value', (value) => {
    const read = readSeries(`# unit: cores\ntimestamp,value\n2026-06-09T14:00:00Z,${value}`);

    expect(read).toEqual({ unit: 'cores', points: [], unreadable: 1 });
  });

  it.each(['14:00', 'yesterday', '2026', 'x'])('does not guess the time %j', (time) => {
    const known = readSeries(`${time},1`);

    expect(known.points.filter((one) => one.atMs > Date.UTC(1971, 0))).toEqual([]);
  });

  it('reads files with Windows line ends and without a unit', () => {
    expect(readSeries('timestamp,value\r\n2026-06-09T14:00:00Z,2\r\n')).toEqual({
      unit: '',
      points: [{ atMs, value: 2 }],
      unreadable: 0,
    });
  });
});
