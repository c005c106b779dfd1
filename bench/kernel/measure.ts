// How the scale benchmarks measure: CPU time of this thread, because a busy machine stretches the wall clock, and the bytes that
// the heap grows by.
import { loadavg } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** Milliseconds of CPU that this thread spent on `work`. */
export function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const spent = process.threadCpuUsage(before);
  return (spent.user + spent.system) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Bytes that one call of `work` leaves on the heap, the median over `calls` calls: the compiler and the collector come in
 * between now and then. What asking for the size of the heap leaves there itself is taken off. Null when the heap shrank in
 * most of them, so that nothing is known. What `prepare` leaves is not counted.
 */
export function heapBytesPerCall(calls: number, work: () => void, prepare: () => void = nothing): number | null {
  const middle = median(growths(calls, work, prepare)) - median(growths(9, nothing, nothing));
  return middle < 0 ? null : middle;
}

function growths(calls: number, work: () => void, prepare: () => void): number[] {
  const grown: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    prepare();
    const before = getHeapStatistics().used_heap_size;
    work();
    grown.push(getHeapStatistics().used_heap_size - before);
  }
  return grown;
}

function nothing(): void {}

/** One-minute load average, for the reader of a figure. */
export function machineLoad(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100;
}
