import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWireColumns } from './wire-columns.ts';
import { createSeriesTable } from './wire-series.ts';
import type { WireLabels } from './wire-slots.ts';
import { createWireVectorReader, type WireVector } from './wire-vector.ts';

type Room = {
  read(body: string | Uint8Array, cuts?: readonly number[], query?: string): WireVector;
  readonly columns: ReturnType<typeof createWireColumns>;
  /** Labels by slot, in the order in which they were reported. */
  readonly reported: WireLabels[];
  valueOf(labels: WireLabels): number | undefined;
};

function aRoom(wants: (labels: WireLabels) => boolean = () => true): Room {
  const columns = createWireColumns(1);
  const reported: WireLabels[] = [];
  const admit = (labels: WireLabels): number | null => (wants(labels) ? reported.push(labels) - 1 : null);
  const reader = createWireVectorReader(
    { table: createSeriesTable(), key: { low: 0x1234, high: 0x5678 }, admit },
    columns,
  );
  return {
    columns,
    reported,
    read(body, cuts = [], query = 'up') {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      reader.start(query);
      const ends = [
        ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((left, right) => left - right),
        bytes.length,
      ];
      let from = 0;
      for (const end of ends) {
        reader.write(bytes.subarray(from, end));
        from = end;
      }
      return reader.end();
    },
    valueOf: (labels) => columns.values()[reported.findIndex((one) => formOf(one) === formOf(labels))],
  };
}

function formOf(labels: WireLabels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function aVector(result: readonly unknown[], rest: object = {}): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...rest });
}

function aSeries(metric: WireLabels, value = '1', seconds = 1_435_781_430.781): object {
  return { metric, value: [seconds, value] };
}

const ok = { duplicates: 0, dropped: 0, ignored: 0, warnings: [], isPartial: false };

describe('an instant answer from the wire', () => {
  it('gives each new series a slot, reports its labels once, and writes its value', () => {
    const room = aRoom();
    const body = aVector([aSeries({ pod: 'a' }, '1.5'), aSeries({ pod: 'b' }, '-2')]);

    expect(room.read(body)).toEqual({ ...ok, series: 2, samples: 2, admitted: 2, atMs: 1_435_781_430_781 });
    expect(room.read(body)).toEqual({ ...ok, series: 2, samples: 2, admitted: 0, atMs: 1_435_781_430_781 });
    expect(room.reported).toEqual([{ pod: 'a' }, { pod: 'b' }]);
    expect([...room.columns.values().subarray(0, 2)]).toEqual([1.5, -2]);
  });

  it('knows a series again whatever the order, the spacing and the escapes of its labels', () => {
    const room = aRoom();
    room.read(aVector([aSeries({ pod: 'a<b', path: '/é', zone: '\u{1f600}' }, '1')]));
    const again = String.raw`{ "data" : {"result":[ { "value" : [ 7 , "2" ] ,
      "metric" : { "zone":"\ud83d\uDE00","pod":"a\u003cb" , "path":"\/\u00e9" } } ] , "resultType":"vector"} , "status":"success" }`;

    expect(room.read(again)).toMatchObject({ admitted: 0, samples: 1, atMs: 7000 });
    expect(room.columns.values()[0]).toBe(2);
    expect(room.reported).toHaveLength(1);
  });

  it('takes a label without a value for no label', () => {
    const room = aRoom();
    room.read(aVector([aSeries({ pod: 'a', node: '' })]));
    expect(room.read(aVector([aSeries({ pod: 'a' })]))).toMatchObject({ admitted: 0 });
  });

  it.each([
    [{ ab: 'c' }, { a: 'bc' }],
    [
      { a: 'b', c: 'd' },
      { a: 'd', c: 'b' },
    ],
    [{ a: 'b' }, { a: 'b', c: 'd' }],
    [
      { a: '1', b: '1' },
      { a: '1', c: '1' },
    ],
    [{ a: 'abcd' }, { a: 'abcd\u0000' }],
    [{ a: 'abc' }, { a: 'abc\u0000' }],
    [{}, { a: 'b' }],
  ])('keeps %j and %j apart', (left, right) => {
    const room = aRoom();
    expect(room.read(aVector([aSeries(left), aSeries(right)]))).toMatchObject({ admitted: 2, duplicates: 0 });
  });

  it('keeps equal labels of different queries apart', () => {
    const room = aRoom();
    room.read(aVector([aSeries({ pod: 'a' }, '1')]), [], 'cpu');
    room.read(aVector([aSeries({ pod: 'a' }, '2')]), [], 'memory');
    expect([...room.columns.values().subarray(0, 2)]).toEqual([1, 2]);
  });

  it('lets the first of two equal series win, even when the first is no number', () => {
    const room = aRoom();
    const body = aVector([
      aSeries({ pod: 'a' }, '1'),
      aSeries({ pod: 'a' }, '2'),
      aSeries({ b: 'c' }, 'NaN'),
      aSeries({ b: 'c' }, '3'),
    ]);

    expect(room.read(body)).toMatchObject({ series: 4, samples: 1, dropped: 1, duplicates: 2 });
    expect(room.valueOf({ pod: 'a' })).toBe(1);
    expect(room.valueOf({ b: 'c' })).toBeNaN();
  });

  it.each(['NaN', '+Inf', '-Inf', '', 'x'])('drops the value "%s" and leaves the slot without one', (value) => {
    const room = aRoom();
    expect(room.read(aVector([aSeries({ pod: 'a' }, value)]))).toMatchObject({ series: 1, samples: 0, dropped: 1 });
    expect(room.columns.values()[0]).toBeNaN();
  });

  it('drops native histograms', () => {
    const histogram = { metric: { pod: 'a' }, histogram: [1, { count: '3', sum: '4', buckets: [[0, '1', '2', '3']] }] };
    expect(aRoom().read(aVector([histogram]))).toMatchObject({ series: 1, samples: 0, dropped: 1 });
  });

  it('never asks again about a series that nobody wants', () => {
    const room = aRoom((labels) => labels['pod'] !== 'a');
    const body = aVector([aSeries({ pod: 'a' }), aSeries({ pod: 'b' })]);
    expect(room.read(body)).toMatchObject({ ignored: 1, admitted: 1 });
    expect(room.read(body)).toMatchObject({ ignored: 1, admitted: 0, samples: 1 });
    expect(room.reported).toEqual([{ pod: 'b' }]);
  });

  it('leaves a slot that is not in the answer of a new cycle without a value', () => {
    const room = aRoom();
    room.read(aVector([aSeries({ pod: 'a' }, '1'), aSeries({ pod: 'b' }, '2')]));
    room.columns.clear();
    room.read(aVector([aSeries({ pod: 'b' }, '3')]));
    expect([...room.columns.values().subarray(0, 2)]).toEqual([Number.NaN, 3]);
  });

  it('passes on warnings, and that an answer is partial', () => {
    const room = aRoom();
    const body = aVector([], { warnings: ['store 2 is away', 'slow'], infos: ['x'], isPartial: true });
    expect(room.read(body)).toEqual({
      ...ok,
      series: 0,
      samples: 0,
      admitted: 0,
      atMs: null,
      warnings: ['store 2 is away', 'slow'],
      isPartial: true,
    });
  });

  it('reads past what other servers add', () => {
    const body = `{"status":"success","isPartial":false,"data":{"resultType":"vector","result":[${JSON.stringify(aSeries({ pod: 'a' }))}],"analysis":{"a":[1,{"b":"]}"}]}},"stats":{"seriesFetched":"1","executionTimeMsec":3}}`;
    expect(aRoom().read(body)).toMatchObject({ samples: 1 });
  });

  it.each([
    ['', 'its answer is empty'],
    ['  \n', 'its answer is empty'],
    ['<!doctype html><html>', 'it answers a web page instead of JSON: is a login or a proxy in between?'],
    ['upstream connect error', 'its answer is no JSON or was cut off'],
    ['[]', 'its answer is no JSON or was cut off'],
    ['{"status":"error","errorType":"bad_data","error":"parse\\nerror"}', 'says parse error'],
    ['{"status":"error","data":null}', 'says error'],
    ['{}', 'says nothing'],
    ['{"status":"success"}', 'its answer has no result'],
    ['{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}', 'its answer has no vector but scalar'],
    ['{"status":"success","data":{"resultType":"matrix","result":[]}}', 'its answer has no vector but matrix'],
    ['{"status":"success","data":{"result":[]}}', 'its answer has no vector but nothing'],
    ['{"status":"success","data":{"resultType":"vector","result":[],"result":[]}}', 'its answer has two results'],
    [aVector([{ metric: {}, values: [[1, '1']] }]), 'its answer has no vector'],
    [aVector([{ metric: {} }]), 'a series without a value'],
    [aVector([{ metric: { a: 1 }, value: [1, '1'] }]), 'its answer is no JSON or was cut off'],
    [aVector([{ metric: {}, value: [1, 2] }]), 'its answer is no JSON or was cut off'],
    [`${aVector([])}x`, 'its answer is no JSON or was cut off'],
    [aVector([]).replace('[]', '[,]'), 'its answer is no JSON or was cut off'],
    [aVector([aSeries({ a: 'b' })]).replace('}]', '},]'), 'its answer is no JSON or was cut off'],
    [aVector([aSeries({ a: 'b' })]).replace('"b"', '"\\x"'), 'its answer is no JSON or was cut off'],
    [aVector([aSeries({ a: 'b' })]).replace('"b"', '"\n"'), 'its answer is no JSON or was cut off'],
  ])('refuses %s', (body, refused) => {
    expect(aRoom().read(body)).toEqual({ refused });
  });

  it('refuses an answer that was cut off anywhere, and leaves no value of it behind', () => {
    const whole = Buffer.from(aVector([aSeries({ pod: 'a' }, '1'), aSeries({ pod: 'b' }, '2')], { warnings: ['w'] }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        const room = aRoom();
        expect(room.read(whole.subarray(0, length))).toHaveProperty('refused');
        expect(room.columns.values().every(Number.isNaN)).toBe(true);
      }),
    );
  });

  it('is ready for the next answer after one that was refused', () => {
    const room = aRoom();
    room.read('{"status":"success","data":{"result":[{"metric":{"pod":"a"},"value":[1,"1"]},');
    expect(room.read(aVector([aSeries({ pod: 'a' }, '5')]))).toMatchObject({ samples: 1, duplicates: 0 });
    expect(room.columns.values()[0]).toBe(5);
  });

  it('reads a series that is larger than the bytes looked at in one go', () => {
    const room = aRoom();
    const long = 'x'.repeat(700_000);
    expect(
      room.read(aVector([aSeries({ pod: long }, '4'), aSeries({ pod: 'b' }, '5')]), [3, 70_000, 400_000]),
    ).toMatchObject({
      samples: 2,
    });
    expect(room.valueOf({ pod: long })).toBe(4);
  });

  it('keeps many series apart as its table grows', () => {
    const room = aRoom();
    const body = aVector(Array.from({ length: 5_000 }, (_one, at) => aSeries({ pod: `p-${at}` }, String(at))));
    expect(room.read(body)).toMatchObject({ admitted: 5_000, duplicates: 0 });
    expect(room.read(body)).toMatchObject({ admitted: 0, samples: 5_000 });
    expect([...room.columns.values().subarray(0, 5_000)]).toEqual(Array.from({ length: 5_000 }, (_one, at) => at));
  });
});

const text = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }));
const labelSets = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  text,
  { maxKeys: 5, noNullPrototype: true },
);
const samples = fc.array(
  fc.tuple(labelSets, fc.oneof(fc.double().map(String), fc.constantFrom('NaN', '+Inf', '-Inf', '3e-07'))),
  { maxLength: 12 },
);
const spaces = fc.constantFrom(undefined, 1, '\t');
const cutLists = fc.array(fc.nat(), { maxLength: 8 });

const answerSchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** What the answer says, read by the language's own parser. */
function expected(body: string): Map<string, number> {
  const parsed = answerSchema.parse(JSON.parse(body));
  const found = new Map<string, number>();
  for (const { metric, value } of parsed.data.result) {
    const form = formOf(
      Object.fromEntries(Object.entries(metric).map(([name, one]) => [name.toWellFormed(), one.toWellFormed()])),
    );
    const number = Number(value[1]);
    if (!found.has(form)) found.set(form, Number.isFinite(number) ? number : Number.NaN);
  }
  return found;
}

describe('any instant answer', () => {
  it('says what JSON.parse says, however it is cut and spaced', () => {
    fc.assert(
      fc.property(samples, spaces, cutLists, (series, space, cuts) => {
        const result = series.map(([metric, value]) => ({ metric, value: [1, value] }));
        const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }, undefined, space);
        const room = aRoom();

        expect(room.read(body, cuts)).toMatchObject({ series: series.length });
        const seen = new Map(room.reported.map((labels, slot) => [formOf(labels), room.columns.values()[slot]]));
        expect(seen).toEqual(expected(body));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same for every way of cutting it, whole or broken', () => {
    fc.assert(
      fc.property(samples, cutLists, fc.nat(), fc.nat(255), (series, cuts, place, byte) => {
        const bytes = Buffer.from(aVector(series.map(([metric, value]) => aSeries(metric, value))));
        bytes[place % bytes.length] = byte;
        const whole = aRoom();
        const cut = aRoom();

        expect(cut.read(bytes, cuts)).toEqual(whole.read(bytes));
        expect(cut.reported).toEqual(whole.reported);
        expect(cut.columns.values()).toEqual(whole.columns.values());
      }),
      { numRuns: 400 },
    );
  });
});
