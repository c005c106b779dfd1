// The baseline of the ingestion: what a program does that parses the answer whole and looks its series up by their labels as text.
import { z } from 'zod';
import { median } from '../kernel/measure.ts';
import { createWireColumns } from '../../src/agents/metrics/wire-columns.ts';
import { createSeriesTable } from '../../src/agents/metrics/wire-series.ts';
import { createWireVectorReader } from '../../src/agents/metrics/wire-vector.ts';
import { wireForm } from './wire-form.ts';

const rounds = 5;
const answer = z.object({
  data: z.object({
    result: z.array(z.custom<{ metric: Record<string, string>; value: [number, string] }>()),
  }),
});

/** CPU nanoseconds per series of both readers on the same bytes. */
export function compareReaders(series: number): { readonly wireNs: number; readonly plainNs: number } {
  const pieces = wireForm(
    Float64Array.from({ length: series }, (_one, slot) => Math.sqrt(slot)),
    Date.UTC(2026, 0, 5),
  );
  const columns = createWireColumns(series);
  let slots = 0;
  const reader = createWireVectorReader(
    { table: createSeriesTable(), key: { low: 1, high: 2 }, admit: () => slots++ },
    columns,
  );
  const slotByLabels = new Map<string, number>();
  const values = new Float64Array(series);
  const wire: number[] = [];
  const plain: number[] = [];
  // In turn, so that both see the same machine.
  for (let round = 0; round < rounds; round += 1) {
    wire.push(
      nsOf(() => {
        reader.start('benchmark');
        for (const piece of pieces) reader.write(piece);
        reader.end();
      }),
    );
    plain.push(
      nsOf(() => {
        const { data } = answer.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
        for (const { metric, value } of data.result) {
          const key = Object.entries(metric)
            .map(([name, one]) => `${name}=${one}`)
            .join();
          const slot = slotByLabels.get(key) ?? slotByLabels.size;
          if (slot === slotByLabels.size) slotByLabels.set(key, slot);
          values[slot] = Number(value[1]);
        }
      }),
    );
  }
  return { wireNs: median(wire) / series, plainNs: median(plain) / series };
}

/** All threads count: the plain reader leaves work to the collector's. */
function nsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) * 1000;
}
