// The load of the scale benchmarks: workloads of sixteen replicas whose samples scatter around a level, and a bank warm on them.
import { createBank, type Bank } from '../../src/agents/anomaly/stream/bank.ts';
import { coldSamples } from '../../src/agents/anomaly/stream/parameters.ts';

export const replicas = 16;
export const minuteMs = 60_000;
export const startMs = Date.UTC(2026, 0, 5);
const dayMs = 1440 * minuteMs;
/** The first four hours of each day but the last minutes, and more than the warm-up takes. */
const morningCycles = 238;
const coldCycles = coldSamples + 1;

export type Load = {
  readonly bank: Bank;
  /** The next cycle: its time, and its samples written to `values`. */
  next(values: Float64Array): number;
  /** Goes on at noon, an hour of which the bands have seen nothing; before, they had seen the hours of two mornings. */
  skipToNoon(): void;
};

/**
 * A bank of `series` with all of them tested, in all six channels: the hour bands speak. One replica of each workload lives
 * through the mornings of two days from its first sample on; on the third its siblings take over what it learned, as new pods
 * do, and are run until they are believed.
 */
export function warmLoad(series: number, shared: boolean): Load {
  const workloads = Math.max(1, Math.floor(series / replicas));
  const bank = createBank({ shared });
  const random = noiseFrom(20_260_105);
  let levels = new Float64Array(series);
  let atMs = startMs;
  const next = (values: Float64Array): number => {
    // About a normal deviate of 0.17 around the level.
    for (let slot = 0; slot < values.length; slot += 1)
      values[slot] = levels[slot]! + 0.3 * (random() + random() + random() + random() - 2);
    atMs += minuteMs;
    return atMs;
  };
  const add = (workload: number, replica: number): void => {
    const slot = bank.add({
      id: `workload-${workload}/replica-${replica}`,
      direction: 'up',
      stepMs: minuteMs,
      deltaMin: 0.05,
      profile: `workload-${workload}`,
    });
    levels[slot] = 1 + (workload % 17);
  };
  for (let workload = 0; workload < workloads; workload += 1) add(workload, 0);
  for (let day = 1; day <= 2; day += 1) {
    run(bank, next, morningCycles);
    atMs = startMs + day * dayMs;
  }
  for (let at = workloads; at < series; at += 1) add(at % workloads, Math.floor(at / workloads));
  run(bank, next, coldCycles);
  return { bank, next, skipToNoon: () => (atMs = startMs + 2.5 * dayMs) };
}

function run(bank: Bank, next: Load['next'], cycles: number): void {
  const values = new Float64Array(bank.slots());
  for (let cycle = 0; cycle < cycles; cycle += 1) bank.step(next(values), values);
}

/** Uniform in [0, 1), the same for a seed (Marsaglia's xorshift of 32 bits). */
export function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
