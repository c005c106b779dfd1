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
 * between now and then. Null when the heap shrank in most of them, so that nothing is known.
 */
export function heapBytesPerCall(calls: number, work: () => void): number | null {
  const grown: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const before = getHeapStatistics().used_heap_size;
    work();
    grown.push(getHeapStatistics().used_heap_size - before);
  }
  const middle = median(grown);
  return middle < 0 ? null : middle;
}

/** One-minute load average, for the reader of a figure. */
export function machineLoad(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100;
}
