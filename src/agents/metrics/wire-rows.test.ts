import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowLabel } from './measure.ts';
import type { Row } from './metrics-source.ts';
import { createWireRows, type RowReading, type WireRows, type WireRowsOptions } from './wire-rows.ts';

const plan: ReadonlyMap<RowLabel, readonly string[]> = new Map([
  ['namespace', ['namespace']],
  ['pod', ['pod', 'pod_name']],
]);

function aRoom(more: Partial<WireRowsOptions> = {}): WireRows {
  return createWireRows({ key: { low: 0x1234, high: 0x5678 }, mostSeries: 100, ...more });
}
function aBody(result: readonly (readonly [pod: string, value: string])[]): Uint8Array {
  const written = result.map(([pod, value]) => ({ metric: { namespace: 'shop', pod }, value: [1, value] }));
  return Buffer.from(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: written } }));
}
function fed(reading: RowReading, body: Uint8Array): readonly Row[] {
  reading.write(body);
  const decoded = reading.end();
  return 'rows' in decoded ? decoded.rows : [];
}
function read(room: WireRows, body: Uint8Array, query = 'up', labels = plan): readonly Row[] {
  return fed(room.start(query, labels), body);
}

describe('rows from the wire', () => {
  it('have one object of labels wherever they are equal, in other queries too', () => {
    const room = aRoom();
    const [cpu] = read(room, aBody([['cart-1', '1']]), 'cpu');
    const [memory] = read(room, aBody([['cart-1', '2']]), 'memory');
    expect(memory?.labels).toBe(cpu?.labels);
    expect([cpu?.value, memory?.value]).toEqual([1, 2]);
    expect(room.size()).toBe(2);
  });

  it("are the reader's own: a later answer changes no earlier row", () => {
    const room = aRoom();
    const before = read(room, aBody([['cart-1', '1']]));
    read(room, aBody([['cart-1', '2']]));
    expect(before).toMatchObject([{ value: 1 }]);
  });

  it('have the first label that their plan names, by the plan of each query', () => {
    const room = aRoom();
    const body = Buffer.from(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod_name":"a","node":"n"},"value":[1,"1"]}]}}',
    );
    const onNode = new Map<RowLabel, readonly string[]>([['node', ['node']]]);
    expect(read(room, body)).toMatchObject([{ labels: { pod: 'a', node: '' } }]);
    expect(read(room, body, 'up', onNode)).toMatchObject([{ labels: { pod: '', node: 'n' } }]);
  });

  it('are told apart while two answers to one query are read at once', () => {
    const room = aRoom();
    const [one, other] = [room.start('up', plan), room.start('up', plan)];
    const body = aBody([
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ]);
    for (const byte of body) {
      one.write(Uint8Array.of(byte));
      other.write(Uint8Array.of(byte));
    }
    expect([one.end(), other.end()]).toMatchObject([
      { rows: [{ value: 1 }, { value: 3 }] },
      { rows: [{ value: 1 }, { value: 3 }] },
    ]);
  });

  it('of an answer that was dropped are never seen, and its reader is free for the next', () => {
    const room = aRoom();
    const broken = room.start('up', plan);
    broken.write(aBody([['a', '1']]).subarray(0, 90));
    broken.drop();
    broken.drop();
    expect(read(room, aBody([['a', '2']]))).toMatchObject([{ value: 2 }]);
  });

  it('are forgotten when many answers came without them, and met anew when they return', () => {
    const room = aRoom({ keptAnswers: 4 });
    const [gone] = read(room, aBody([['gone', '1']]));
    for (let answer = 0; answer < 8; answer += 1) read(room, aBody([['stays', '1']]));
    expect(room.size()).toBe(1);
    const [again] = read(room, aBody([['gone', '2']]));
    expect(again).toEqual({ labels: gone?.labels, value: 2 });
    expect(again?.labels).not.toBe(gone?.labels);
    expect(read(room, aBody([['stays', '3']]))).toMatchObject([{ labels: { pod: 'stays' }, value: 3 }]);
  });

  it('never keep more labels than a few full answers have, however many names come and go', () => {
    const room = aRoom({ mostSeries: 10 });
    const sizes: number[] = [];
    for (let answer = 0; answer < 100; answer += 1) {
      const pods = Array.from({ length: 10 }, (_one, at) => [`pod-${answer}-${at}`, '1'] as const);
      expect(read(room, aBody(pods))).toHaveLength(10);
      sizes.push(room.size());
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(60);
  });

  it('are those of the answer, whatever was read before and however it is cut', () => {
    const pod = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const answer = fc.uniqueArray(fc.tuple(pod, fc.integer()), { selector: ([name]) => name });
    fc.assert(
      fc.property(fc.array(answer), fc.integer({ min: 1, max: 60 }), (answers, cut) => {
        const room = aRoom({ keptAnswers: 3 });
        for (const result of answers) {
          const body = aBody(result.map(([name, value]) => [name, String(value)] as const));
          const reading = room.start('up', plan);
          for (let at = 0; at < body.length; at += cut) reading.write(body.subarray(at, at + cut));
          const decoded = reading.end();
          const seen = 'rows' in decoded ? decoded.rows.map(({ labels, value }) => [labels.pod, value]) : null;
          expect(seen).toEqual(result.map(([name, value]) => [name, value]));
        }
      }),
    );
  });
});
