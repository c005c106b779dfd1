// Whole cycles at one number of series: bytes of the server's answer to columns, columns through the pool, suspects out of it.
import { wallClock } from '../../src/clock.ts';
import { createPool } from '../../src/agents/anomaly/stream/pool.ts';
import { createWireColumns } from '../../src/agents/metrics/wire-columns.ts';
import { createSeriesTable } from '../../src/agents/metrics/wire-series.ts';
import { createWireVectorReader } from '../../src/agents/metrics/wire-vector.ts';
import { warmLoad } from '../kernel/load.ts';
import { median } from '../kernel/measure.ts';
import { idOf, wireForm } from './wire-form.ts';

export type SizeFigures = {
  readonly series: number;
  readonly wireMegabytes: number;
  /** Medians of a cycle, in milliseconds on the wall. */
  readonly wallMs: {
    readonly ingest: number;
    readonly step: number;
    readonly suspects: number;
    readonly cycle: number;
  };
  /** CPU of all threads, in microseconds per series and cycle. */
  readonly cpuMicrosecondsPerSeries: number;
  readonly suspects: number;
};

const suspectSurprise = 8;

export async function runSize(series: number, cycles: number, workers: number): Promise<SizeFigures> {
  const load = warmLoad(series, true);
  const lost: string[] = [];
  const pool = createPool(load.bank, { workers, wall: wallClock(), onLost: (why) => lost.push(why) });
  const columns = createWireColumns(series);
  const reader = createWireVectorReader(
    {
      table: createSeriesTable(),
      key: { low: 0x1357_9bdf, high: 0x2468_ace0 },
      admit: (labels) => load.bank.slotOf(idOf(labels)) ?? null,
    },
    columns,
  );
  const samples = new Float64Array(series);
  const times = { ingest: [] as number[], step: [] as number[], suspects: [] as number[], cycle: [] as number[] };
  const cpu: number[] = [];
  let wireBytes = 0;
  let suspects = 0;
  // The first cycle meets its series and starts the threads.
  for (let cycle = 0; cycle <= cycles; cycle += 1) {
    const atMs = load.next(samples);
    const pieces = wireForm(samples, atMs);
    wireBytes = pieces.reduce((sum, one) => sum + one.length, 0);
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    columns.clear();
    reader.start('benchmark');
    for (const piece of pieces) reader.write(piece);
    const reading = reader.end();
    const readMs = performance.now();
    await pool.step(atMs, columns.values());
    const steppedMs = performance.now();
    suspects = pool.suspects(suspectSurprise).length;
    const endedMs = performance.now();
    const spent = process.cpuUsage(cpuBefore);
    if ('refused' in reading || reading.samples !== series)
      throw new Error(`the answer was not read whole: ${JSON.stringify(reading)}`);
    if (cycle === 0) continue;
    times.ingest.push(readMs - startedMs);
    times.step.push(steppedMs - readMs);
    times.suspects.push(endedMs - steppedMs);
    times.cycle.push(endedMs - startedMs);
    cpu.push(spent.user + spent.system);
  }
  const agree = samples.every((value, slot) => columns.values()[slot] === value);
  await pool.close();
  if (!agree) throw new Error('a value was read into the slot of another series');
  if (lost.length > 0) throw new Error(lost.join('; '));
  return {
    series,
    wireMegabytes: Math.round(wireBytes / 1e5) / 10,
    wallMs: {
      ingest: median(times.ingest),
      step: median(times.step),
      suspects: median(times.suspects),
      cycle: median(times.cycle),
    },
    cpuMicrosecondsPerSeries: median(cpu) / series,
    suspects,
  };
}
