// Which series share a profile, and the one value that they write into its hour bands each cycle: the median of the replicas.
import { bandGain, learnBand, type Bands } from './bands.ts';
import { medianToFront } from './replica-median.ts';
import type { Shard } from './shard.ts';

/** Slots by profile, packed: those of `rows[i]` are `slots[starts[i]]` to `slots[starts[i + 1] - 1]`. */
export type Members = {
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  readonly slots: Uint32Array;
  /** How far one cycle moves the bands of each profile: that of its slowest member. */
  readonly gains: Float64Array;
  /** Room for the values of the largest profile. */
  readonly scratch: Float64Array;
};

/** Packs the profiles `rows`; `slotsOf` gives the members of one. */
export function packMembers(
  rows: Iterable<number>,
  slotsOf: (row: number) => readonly number[],
  stepMsOf: (slot: number) => number,
): Members {
  const packed = [...rows].filter((row) => slotsOf(row).length > 0);
  const starts = new Uint32Array(packed.length + 1);
  for (const [index, row] of packed.entries()) starts[index + 1] = starts[index]! + slotsOf(row).length;
  const slots = new Uint32Array(starts[packed.length]!);
  const gains = new Float64Array(packed.length);
  let largest = 0;
  for (const [index, row] of packed.entries()) {
    const members = slotsOf(row);
    let slowestMs = 0;
    for (const slot of members) slowestMs = Math.max(slowestMs, stepMsOf(slot));
    slots.set(members, starts[index]);
    gains[index] = bandGain(slowestMs);
    largest = Math.max(largest, members.length);
  }
  return { rows: Uint32Array.from(packed), starts, slots, gains, scratch: new Float64Array(Math.max(3, largest)) };
}

/** Writes the bands of `members`, once every shard has passed the cycle `atMs`. */
export function learnBands(
  bands: Bands,
  members: Members,
  shards: readonly Shard[],
  shardSeries: number,
  values: Float64Array,
  atMs: number,
): void {
  const { rows, starts, slots, gains, scratch } = members;
  for (let index = 0; index < rows.length; index += 1) {
    let n = 0;
    for (let at = starts[index]!; at < starts[index + 1]!; at += 1) {
      const slot = slots[at]!;
      const value = values[slot]!;
      if (shards[Math.floor(slot / shardSeries)]!.heard[slot % shardSeries] === 0 || value !== value) continue;
      scratch[n] = value;
      n += 1;
    }
    if (n === 0) continue;
    medianToFront(scratch, n);
    scratch[1] = gains[index]!;
    scratch[2] = atMs;
    learnBand(bands, rows[index]!, scratch);
  }
}
