import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWireMatrixReader, type WireMatrix } from './wire-matrix.ts';
import { createSeriesTable } from './wire-series.ts';
import type { WireLabels } from './wire-slots.ts';

type Points = readonly (readonly [number, string])[];

/** Reads a body cut at these places; the slots of pods are handed out in the order in which they are seen. */
function read(
  body: string,
  cuts: readonly number[] = [],
  wants: (labels: WireLabels) => boolean = () => true,
): WireMatrix {
  let slots = 0;
  const reader = createWireMatrixReader({
    table: createSeriesTable(),
    key: { low: 3, high: 4 },
    admit: (labels) => (wants(labels) ? slots++ : null),
  });
  const bytes = Buffer.from(body);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((left, right) => left - right), bytes.length];
  reader.start('up');
  let from = 0;
  for (const end of ends) {
    reader.write(bytes.subarray(from, end));
    from = end;
  }
  return reader.end();
}

/** The points of each run. */
function runsOf(matrix: WireMatrix): [number, number][][] {
  if ('refused' in matrix) return [];
  return matrix.runs.map(({ start, end }) =>
    [...matrix.timesMs.subarray(start, end)].map((atMs, at): [number, number] => [atMs, matrix.values[start + at]!]),
  );
}

function aMatrix(...series: readonly object[]): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: series } });
}

function aSeries(pod: string, values: Points): object {
  return { metric: { pod }, values };
}

describe('a range answer from the wire', () => {
  it('gives a run of points for each series', () => {
    const matrix = read(
      aMatrix(
        aSeries('a', [
          [1, '1.5'],
          [61.5, '2'],
        ]),
        aSeries('b', []),
        aSeries('c', [[1, '3']]),
      ),
    );

    expect(runsOf(matrix)).toEqual([
      [
        [1000, 1.5],
        [61_500, 2],
      ],
      [],
      [[1000, 3]],
    ]);
    expect(matrix).toMatchObject({ dropped: 0, duplicates: 0, ignored: 0, warnings: [], isPartial: false });
  });

  it('leaves a gap where a value is no number', () => {
    const matrix = read(
      aMatrix(
        aSeries('a', [
          [1, '1'],
          [2, 'NaN'],
          [3, '+Inf'],
          [4, '4'],
        ]),
      ),
    );
    expect(runsOf(matrix)).toEqual([
      [
        [1000, 1],
        [4000, 4],
      ],
    ]);
    expect(matrix).toMatchObject({ dropped: 2 });
  });

  it('drops points whose time stands still or goes back', () => {
    const matrix = read(
      aMatrix(
        aSeries('a', [
          [1, '1'],
          [1, '2'],
          [3, '3'],
          [2, '4'],
          [4, '5'],
        ]),
      ),
    );
    expect(runsOf(matrix)).toEqual([
      [
        [1000, 1],
        [3000, 3],
        [4000, 5],
      ],
    ]);
    expect(matrix).toMatchObject({ duplicates: 2 });
  });

  it('lets the first of two equal series win', () => {
    const matrix = read(aMatrix(aSeries('a', [[1, '1']]), aSeries('a', [[2, '2']])));
    expect(runsOf(matrix)).toEqual([[[1000, 1]]]);
    expect(matrix).toMatchObject({ duplicates: 1 });
  });

  it('reads past series that nobody wants and past histograms', () => {
    const histogram = { metric: { pod: 'h' }, histograms: [[1, { count: '1', buckets: [[0, '1', '2', '3']] }]] };
    const matrix = read(
      aMatrix(aSeries('a', [[1, '1']]), histogram, aSeries('b', [[1, '2']])),
      [],
      ({ pod }) => pod !== 'a',
    );
    expect(runsOf(matrix)).toEqual([[[1000, 2]]]);
    expect(matrix).toMatchObject({ ignored: 1, dropped: 1 });
  });

  it('reads the points of a series whose labels come after them, and floats beside histograms', () => {
    const matrix = read(aMatrix({ values: [[1, '1']], histograms: [], metric: { pod: 'a' } }));
    expect(runsOf(matrix)).toEqual([[[1000, 1]]]);
  });

  it('keeps its columns when it reads on', () => {
    const reader = createWireMatrixReader({ table: createSeriesTable(), key: { low: 1, high: 2 }, admit: () => 0 });
    reader.start('up');
    reader.write(Buffer.from(aMatrix(aSeries('a', [[1, '1']]))));
    const first = reader.end();
    reader.start('up');
    reader.write(Buffer.from(aMatrix(aSeries('a', [[2, '2']]))));
    expect(runsOf(reader.end())).toEqual([[[2000, 2]]]);
    expect(runsOf(first)).toEqual([[[1000, 1]]]);
  });

  it.each([
    [
      JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }),
      'its answer has no matrix but vector',
    ],
    [aMatrix({ metric: {}, value: [1, '1'] }), 'its answer has no matrix'],
    [aMatrix({ metric: {} }), 'a series without values'],
    [aMatrix({ metric: {}, values: 1 }), 'its answer is no JSON or was cut off'],
    [aMatrix({ metric: {}, values: [1] }), 'its answer is no JSON or was cut off'],
    [aMatrix({ metric: {}, values: [[1, '1'], 2] }), 'its answer is no JSON or was cut off'],
    [aMatrix(aSeries('a', [[1, '1']])).slice(0, -4), 'its answer is no JSON or was cut off'],
    ['{"status":"error","error":"query timed out"}', 'says query timed out'],
  ])('refuses %s', (body, refused) => {
    expect(read(body)).toEqual({ refused });
  });

  it('is the same for every way of cutting it', () => {
    const points = fc.array(fc.tuple(fc.nat(1000), fc.oneof(fc.double().map(String), fc.constant('NaN'))), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(points, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), (series, cuts) => {
        const body = aMatrix(...series.map((values, at) => aSeries(`p-${at}`, values)));
        expect(read(body, cuts)).toEqual(read(body));
      }),
    );
  });

  it('says what the language reads from numbers that go forward in time', () => {
    const rising = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 2_000 });
    fc.assert(
      fc.property(rising, (values) => {
        const matrix = read(
          aMatrix(
            aSeries(
              'a',
              values.map((value, at) => [at, String(value)]),
            ),
          ),
        );
        expect(runsOf(matrix)).toEqual([values.map((value, at) => [at * 1000, Number(String(value))])]);
      }),
    );
  });
});
