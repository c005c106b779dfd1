// How the scale benchmarks measure: CPU time of this thread, because a busy machine stretches the wall clock, and the bytes that
// the heap grew by between two points without a collection in between.
import { loadavg } from 'node:os';
import { PerformanceObserver } from 'node:perf_hooks';

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
 * Bytes that one call of `work` leaves on the heap, over `calls` calls; null when the heap was collected in between or cannot
 * be collected before (node without --expose-gc).
 */
export async function heapBytesPerCall(calls: number, work: () => void): Promise<number | null> {
  const collect = globalThis.gc;
  if (collect === undefined) return null;
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  collect();
  await turn();
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < calls; call += 1) work();
  const grown = process.memoryUsage().heapUsed - before;
  await turn();
  observer.disconnect();
  return collections > 0 ? null : grown / calls;
}

/** One-minute load average, for the reader of a figure. */
export function machineLoad(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
