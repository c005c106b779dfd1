// How the cost of a whole cycle grows from ten thousand series to a million, from the bytes that Prometheus sends to the suspects.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { machineLoad } from './kernel/measure.ts';
import { compareReaders } from './series/plain-reader.ts';
import { runSize, type SizeFigures } from './series/run-size.ts';

/** Ten thousand series fit into the caches of a core and a million do not, so a little growth is no sign of more work. */
const bars = { cycleMs: 10_000, growth: 2 };
const readerSeries = 50_000;

const { values: options } = parseArgs({
  options: {
    series: { type: 'string', default: '10000,100000,1000000' },
    cycles: { type: 'string', default: '5' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    json: { type: 'boolean', default: false },
  },
});
const sizes = options.series.split(',').map(Number);
const workers = Number(options.workers);
const readers = compareReaders(readerSeries);
const runs: SizeFigures[] = [];
for (const size of sizes) runs.push(await runSize(size, Number(options.cycles), workers));

const smallest = runs[0];
const largest = runs.at(-1);
const growth = (largest?.cpuMicrosecondsPerSeries ?? Number.NaN) / (smallest?.cpuMicrosecondsPerSeries ?? Number.NaN);
const cycleMs = largest?.wallMs.cycle ?? Number.NaN;
const readerRatio = readers.plainNs / readers.wireNs;
const failures = [
  ...(cycleMs < bars.cycleMs ? [] : [`a cycle of ${largest?.series} series takes ${bars.cycleMs / 1000} s or more`]),
  ...(growth <= bars.growth ? [] : [`a series costs more than ${bars.growth} times as much among ${largest?.series}`]),
];
if (options.json)
  process.stdout.write(`${JSON.stringify({ workers, runs, growth, readers, loadAverage: machineLoad(), failures })}\n`);
else {
  const lines = [
    `${workers} workers, load average ${machineLoad()}, medians of ${options.cycles} cycles`,
    '   series   answer    ingest     step  suspects     cycle   CPU per series  growth',
    ...runs.map(row),
    `  ingestion of ${readerSeries} series: ${readers.wireNs.toFixed(0)} ns of CPU each; JSON.parse and a map of labels ${readers.plainNs.toFixed(0)} ns: ${readerRatio.toFixed(1)} times`,
    ...failures.map((one) => `BELOW THE BAR: ${one}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
process.stdout.write(
  `figure cycle_ms=${Math.round(cycleMs)} series=${largest?.series ?? 0} cpu_us_per_series=${largest?.cpuMicrosecondsPerSeries.toFixed(2) ?? 'unknown'} growth=${growth.toFixed(2)} ingest_ratio=${readerRatio.toFixed(1)} load=${machineLoad()}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function row(run: SizeFigures): string {
  const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;
  const { ingest, step, suspects, cycle } = run.wallMs;
  const share = run.cpuMicrosecondsPerSeries / (smallest?.cpuMicrosecondsPerSeries ?? Number.NaN);
  return `  ${String(run.series).padStart(7)} ${run.wireMegabytes.toFixed(1).padStart(5)} MB ${ms(ingest)} ${ms(step)} ${ms(suspects)} ${ms(cycle)}   ${run.cpuMicrosecondsPerSeries.toFixed(2).padStart(8)} µs    × ${share.toFixed(2)}`;
}
