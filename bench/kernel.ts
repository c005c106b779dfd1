// What a cycle of tier one costs: points per second of one core, bytes of a series, bytes on the heap per cycle, and how many
// times the throughput of streaming detectors in Python that is, on the same samples.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wallClock } from '../src/clock.ts';
import { beyondBand, hourOf, openBands } from '../src/agents/anomaly/stream/bands.ts';
import { settledSamples } from '../src/agents/anomaly/stream/parameters.ts';
import { createPool } from '../src/agents/anomaly/stream/pool.ts';
import { replicas, warmLoad } from './kernel/load.ts';
import { cpuMsOf, heapBytesPerCall, machineLoad, median } from './kernel/measure.ts';
import { measurePeers } from './kernel/peer.ts';

/** A number on the heap is 16 bytes: a cycle may leave the few that its caller hands it, and none for a series or a shard. */
const bars = { pointsPerSecond: 5e6, bytesPerSeries: 256, heapBytesPerCycle: 256, peerRatio: 50 };
const mostSettling = 60;
/** A calibrated streaming anomaly score, which is what tier one gives; the others do less and are printed beside it. */
const barPeer = 'QuantileFilter(HalfSpaceTrees)';

const { values: options } = parseArgs({
  options: {
    series: { type: 'string', default: '1000000' },
    cycles: { type: 'string', default: '15' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const series = Number(options.series);
const cycles = Number(options.cycles);
const workers = Number(options.workers);

const load = warmLoad(series, true);
const { bank } = load;
const column = new Float64Array(new SharedArrayBuffer(8 * bank.slots()));
const settled = settle();
const cpuMs = timedCycles();
const speaking = shareOfBands();
const heapBytes = heapOf(cycles);
const pooledMs = await pooledCycles();
load.skipToNoon();
// Short memories start anew after the hours between.
for (let cycle = 0; cycle <= settledSamples; cycle += 1) bank.step(load.next(column), column);
const speakingAtNoon = shareOfBands();
const noonMs = median(timedCycles());
const peers = measurePeers(options.python);
const { shards, bands } = bank.parts();
const recordBytes = shards.reduce((sum, { records }) => sum + records.byteLength, 0);
const warmBytes = shards.reduce((sum, { warm }) => sum + warm.byteLength, 0);
const room = Math.max(series, shards.length * bank.parts().shardSeries);

const cycleMs = median(cpuMs);
const barRatio = 'missing' in peers ? null : (peers.peers.find((one) => one.name === barPeer)?.ratio ?? null);
const report = {
  series,
  cycles,
  cyclesToSettle: settled,
  cpuMsPerCycle: cycleMs,
  cpuMsPerCycleBest: Math.min(...cpuMs),
  pointsPerSecondPerCore: (series * 1000) / cycleMs,
  hourBandsThatSpeak: speaking,
  cpuMsPerCycleWithoutHourBands: noonMs,
  workers,
  wallMsPerCycleWithWorkers: median(pooledMs),
  bytesPerSeries: recordBytes / room,
  bytesPerSeriesWithBands: (recordBytes + warmBytes + bands.byteLength) / series,
  heapBytesPerCycle: heapBytes,
  peers,
  loadAverage: machineLoad(),
};
const failures = [
  ...(report.pointsPerSecondPerCore >= bars.pointsPerSecond
    ? []
    : [`under ${bars.pointsPerSecond / 1e6} M points/s per core`]),
  ...(report.bytesPerSeries <= bars.bytesPerSeries ? [] : [`over ${bars.bytesPerSeries} bytes a series`]),
  ...(heapBytes === null ? ['the heap could not be measured: it was collected too often'] : []),
  ...((heapBytes ?? 0) <= bars.heapBytesPerCycle ? [] : [`a cycle leaves over ${bars.heapBytesPerCycle} bytes`]),
  ...(speaking === 1 && speakingAtNoon === 0 ? [] : ['the hour bands did not speak when they should']),
  // Without a Python nothing was asked of the peer; one that was named must answer.
  ...('missing' in peers && options.python !== undefined ? [peers.missing] : []),
  ...(barRatio === null || barRatio >= bars.peerRatio ? [] : [`under ${bars.peerRatio} times ${barPeer}`]),
];

if (options.json) process.stdout.write(`${JSON.stringify({ ...report, failures })}\n`);
else process.stdout.write(`${[...table(), ...failures.map((one) => `BELOW THE BAR: ${one}`)].join('\n')}\n`);
process.stdout.write(
  `figure points_per_second_per_core=${Math.round(report.pointsPerSecondPerCore)} cycle_cpu_ms=${cycleMs.toFixed(1)} without_hour_bands_cpu_ms=${noonMs.toFixed(1)} bytes_per_series=${report.bytesPerSeries} heap_bytes_per_cycle=${heapBytes === null ? 'unknown' : Math.round(heapBytes)} peer_ratio=${barRatio === null ? 'not_measured' : barRatio.toFixed(1)} load=${report.loadAverage}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function table(): string[] {
  const lines = [
    `${series} series, ${cycles} cycles after ${settled} to settle, load average ${report.loadAverage}`,
    `  cycle on one core        ${cycleMs.toFixed(1)} ms of CPU (best ${report.cpuMsPerCycleBest.toFixed(1)}): ${(report.pointsPerSecondPerCore / 1e6).toFixed(2)} M points/s`,
    `  without hour bands       ${noonMs.toFixed(1)} ms of CPU, at an hour that no band knows: ${(series / noonMs / 1000).toFixed(2)} M points/s`,
    `  cycle with ${workers} workers     ${report.wallMsPerCycleWithWorkers.toFixed(1)} ms on the wall`,
    `  state of a series        ${report.bytesPerSeries} bytes; ${report.bytesPerSeriesWithBands.toFixed(1)} with hour bands and warm-up rows`,
    `  heap per cycle           ${heapBytes === null ? 'not measured' : `${Math.round(heapBytes)} bytes`}`,
  ];
  if ('missing' in peers) return [...lines, `  ${peers.missing}`];
  return [
    ...lines,
    `  river ${peers.river}, Python ${peers.python}, ${peers.points} samples, warm-up included: kernel ${peers.kernelNs.toFixed(0)} ns of CPU a sample`,
    ...peers.peers.map(
      ({ name, ns, ratio }) =>
        `    ${name.padEnd(32)} ${(ns / 1000).toFixed(2).padStart(8)} µs  ${ratio.toFixed(1).padStart(7)} times${name === barPeer ? '  (the bar)' : ''}`,
    ),
  ];
}

/** Cycles until one made no object for its series: the engine compiles while it runs, and the state of a month is not that of a minute. */
function settle(): number {
  for (let cycle = 1; cycle <= mostSettling; cycle += 1) {
    const grown = heapOf(1);
    if (grown !== null && grown <= bars.heapBytesPerCycle) return cycle;
  }
  return mostSettling;
}

/** Bytes that a cycle leaves on the heap. */
function heapOf(count: number): number | null {
  let atMs = 0;
  return heapBytesPerCall(
    count,
    () => bank.step(atMs, column),
    () => (atMs = load.next(column)),
  );
}

function timedCycles(): number[] {
  return Array.from({ length: cycles }, () => {
    const atMs = load.next(column);
    return cpuMsOf(() => bank.step(atMs, column));
  });
}

/** Share of the profiles whose band knows the hour of the next cycle. */
function shareOfBands(): number {
  const atMs = load.next(column);
  bank.step(atMs, column);
  const learned = openBands(bank.parts().bands);
  const profiles = Math.floor(series / replicas);
  let known = 0;
  for (let profile = 0; profile < profiles; profile += 1)
    if (!Number.isNaN(beyondBand(learned, profile, 0, hourOf(atMs)))) known += 1;
  return known / profiles;
}

async function pooledCycles(): Promise<number[]> {
  const pool = createPool(bank, { workers, wall: wallClock(), onLost: (why) => process.stderr.write(`${why}\n`) });
  const took: number[] = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const atMs = load.next(column);
    const startedMs = performance.now();
    await pool.step(atMs, column);
    // The first one starts the threads.
    if (cycle > 0) took.push(performance.now() - startedMs);
  }
  await pool.close();
  return took;
}
