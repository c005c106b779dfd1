// Bytes that reading an answer of two thousand known series leaves on the heap, printed: in a process of its own, where nothing else shaped the engine's code.
import { createWireColumns } from '../../src/agents/metrics/wire-columns.ts';
import { createSeriesTable } from '../../src/agents/metrics/wire-series.ts';
import { createWireVectorReader } from '../../src/agents/metrics/wire-vector.ts';
import { quietRound } from '../builders/heap.ts';

const series = 2_000;
const result = Array.from({ length: series }, (_one, at) => ({
  metric: { __name__: 'up', pod: `pod-${at}`, path: at % 10 === 0 ? 'a\\b"é' : 'plain' },
  value: [1_435_781_430.781, String(at * 1.000_000_000_000_1 + at / 7)],
}));
const body = Buffer.from(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
let slots = 0;
const reader = createWireVectorReader(
  { table: createSeriesTable(), key: { low: 1, high: 2 }, admit: () => slots++ },
  createWireColumns(series),
);
const read = (): void => {
  reader.start('up');
  reader.write(body);
  reader.end();
};
read();
process.stdout.write(`${JSON.stringify({ slots, bytes: quietRound(2_000, 4 * series, read) })}\n`);
