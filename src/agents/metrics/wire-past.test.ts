import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowLabel } from './measure.ts';
import { startWirePast } from './wire-past.ts';

const plan: ReadonlyMap<RowLabel, readonly string[]> = new Map([
  ['namespace', ['namespace']],
  ['pod', ['pod', 'pod_name']],
]);
type Points = readonly (readonly [seconds: number, value: string])[];

function aBody(result: readonly (readonly [pod: string, points: Points])[], more: object = {}): string {
  const written = result.map(([pod, values]) => ({ metric: { namespace: 'shop', pod, job: 'x' }, values }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: written }, ...more });
}
function read(body: string, cut = body.length, mostSeries = 100) {
  const reading = startWirePast('up', plan, { low: 1, high: 2 }, mostSeries);
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += cut) reading.write(bytes.subarray(at, at + cut));
  return reading.end();
}

describe('the past from the wire', () => {
  it('has a row for each series, with the labels of its plan and its points in milliseconds', () => {
    const body = aBody([
      [
        'a',
        [
          [1.5, '2'],
          [61.5, '-0.25'],
        ],
      ],
      ['b', []],
    ]);
    expect(read(body)).toMatchObject({
      rows: [
        {
          labels: { namespace: 'shop', pod: 'a', node: '' },
          points: [
            { atMs: 1_500, value: 2 },
            { atMs: 61_500, value: -0.25 },
          ],
        },
        { labels: { pod: 'b' }, points: [] },
      ],
      dropped: 0,
      isPartial: false,
    });
    expect(JSON.stringify(read(body))).not.toContain('job');
  });

  it('drops and counts what is no number', () => {
    const decoded = read(
      aBody([
        [
          'a',
          [
            [1, 'NaN'],
            [2, '+Inf'],
            [3, '4'],
          ],
        ],
      ]),
    );
    expect(decoded).toMatchObject({ rows: [{ points: [{ atMs: 3_000, value: 4 }] }], dropped: 2 });
  });

  it.each([
    ['a field', { isPartial: true }],
    ['a warning', { warnings: ['a store is gone'] }],
  ])('is known to be a part by %s', (_what, more) => {
    expect(read(aBody([], more))).toMatchObject({ isPartial: true });
  });

  it.each([
    ['an error', '{"status":"error","error":"query timed out"}', 'says query timed out'],
    ['a vector', aBody([]).replace('matrix', 'vector'), 'its answer has no matrix but vector'],
    ['a series without values', aBody([]).replace('[]', '[{"metric":{}}]'), 'a series without values'],
    ['less than all', aBody([['a', [[1, '2']]]]).slice(0, -3), 'its answer is no JSON or was cut off'],
    ['nothing', '', 'its answer is empty'],
  ])('is refused from %s', (_what, body, refused) => {
    expect(read(body)).toEqual({ refused });
  });

  it('is refused beyond its number of series', () => {
    const body = aBody(['a', 'b', 'c'].map((pod) => [pod, []] as const));
    expect(read(body, body.length, 2)).toEqual({ refused: 'its answer has more than the 2 series that are read' });
    expect(read(body, body.length, 3)).toMatchObject({ rows: { length: 3 } });
  });

  it('is what the answer says, however it is cut', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 8 });
    const pods = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), values), { selector: ([pod]) => pod });
    fc.assert(
      fc.property(pods, fc.integer({ min: 1, max: 90 }), (result, cut) => {
        const body = aBody(result.map(([pod, some]) => [pod, some.map((one, at) => [at * 60, String(one)] as const)]));
        const decoded = read(body, cut);
        const seen = 'rows' in decoded ? decoded.rows.map(({ labels, points }) => [labels.pod, points]) : null;
        expect(seen).toEqual(
          result.map(([pod, some]) => [
            pod,
            some.map((one, at) => ({ atMs: at * 60_000, value: Number(String(one)) })),
          ]),
        );
      }),
    );
  });
});
