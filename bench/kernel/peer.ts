// Runs the Python peer on the samples that the kernel is timed with, or says why it was not measured.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createBank } from '../../src/agents/anomaly/stream/bank.ts';
import { minuteMs, noiseFrom, startMs } from './load.ts';
import { cpuMsOf } from './measure.ts';

export type Peers = {
  readonly river: string;
  readonly python: string;
  readonly points: number;
  /** CPU nanoseconds of the kernel for each of the same samples, warm-up included. */
  readonly kernelNs: number;
  readonly peers: readonly { readonly name: string; readonly ns: number; readonly ratio: number }[];
};

const script = 'bench/peer/river_peer.py';
const series = 100;
const cycles = 1_000;
const reply = z.object({
  python: z.string(),
  river: z.string(),
  points: z.number(),
  peers: z.array(z.object({ name: z.string(), cpuSeconds: z.number() })),
});

export function measurePeers(python: string | undefined): Peers | { readonly missing: string } {
  if (python === undefined) return { missing: 'peer not measured: name a Python that has river with --python' };
  const samples = aDayOf(series, cycles);
  const folder = mkdtempSync(join(tmpdir(), 'advisor-peer-'));
  try {
    const file = join(folder, 'samples.f64');
    writeFileSync(file, new Uint8Array(samples.buffer));
    const child = spawnSync(python, [script, file], { encoding: 'utf8', timeout: 600_000 });
    if (child.status !== 0)
      return {
        missing: `peer not measured: ${child.error?.message ?? child.stderr.trim().split('\n').at(-1) ?? 'it failed'}`,
      };
    const { peers, river, python: version, points } = reply.parse(JSON.parse(child.stdout));
    const kernelNs = kernelNsOn(samples);
    return {
      river,
      python: version,
      points,
      kernelNs,
      peers: peers.map(({ name, cpuSeconds }) => {
        const ns = (cpuSeconds * 1e9) / points;
        return { name, ns, ratio: ns / kernelNs };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Series and cycles, then the samples cycle by cycle: a level, a daily wave, and noise. */
function aDayOf(count: number, length: number): Float64Array {
  const random = noiseFrom(7);
  const samples = new Float64Array(2 + count * length);
  samples.set([count, length]);
  for (let cycle = 0; cycle < length; cycle += 1)
    for (let one = 0; one < count; one += 1)
      samples[2 + cycle * count + one] =
        2 + (one % 9) + Math.sin((2 * Math.PI * cycle) / 1440) + 0.3 * (random() + random() + random() + random() - 2);
  return samples;
}

/** The best of five whole runs: the first are slowed by a program that is still being compiled. */
function kernelNsOn(samples: Float64Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    // Shared memory as in the rest of the run: code that has seen two kinds of memory is slower on both.
    const bank = createBank({ shared: true });
    for (let one = 0; one < series; one += 1)
      bank.add({ id: `s-${one}`, direction: 'both', stepMs: minuteMs, deltaMin: 0.05, profile: `p-${one}` });
    const values = new Float64Array(series);
    const spent = cpuMsOf(() => {
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        values.set(samples.subarray(2 + cycle * series, 2 + (cycle + 1) * series));
        bank.step(startMs + cycle * minuteMs, values);
      }
    });
    best = Math.min(best, (spent * 1e6) / (series * cycles));
  }
  return best;
}
