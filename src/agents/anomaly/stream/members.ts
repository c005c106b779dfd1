// Which series share a profile, and the one value that they write into its hour bands each cycle: the median of the replicas.
import { bandGain, learnBand, type Bands } from './bands.ts';
import type { Shard } from './shard.ts';

/** Slots by profile, packed: those of profile p are `slots[starts[p]]` to `slots[starts[p + 1] - 1]`. */
export type Members = {
  readonly starts: Uint32Array;
  readonly slots: Uint32Array;
  /** How far one cycle moves the bands of each profile: that of its slowest member. */
  readonly gains: Float64Array;
  /** Room for the values of the largest profile. */
  readonly scratch: Float64Array;
};

/** `profileOf[slot]` is -1 for an empty slot; `stepMsOf` is asked for the others. */
export function packMembers(
  profileOf: readonly number[],
  profiles: number,
  stepMsOf: (slot: number) => number,
): Members {
  const starts = new Uint32Array(profiles + 1);
  const steps = new Uint32Array(profiles);
  for (const [slot, profile] of profileOf.entries()) {
    if (profile < 0) continue;
    starts[profile + 1]! += 1;
    steps[profile] = Math.max(steps[profile]!, stepMsOf(slot));
  }
  let largest = 0;
  for (let profile = 0; profile < profiles; profile += 1) {
    largest = Math.max(largest, starts[profile + 1]!);
    starts[profile + 1]! += starts[profile]!;
  }
  const slots = new Uint32Array(starts[profiles]!);
  const next = starts.slice();
  for (const [slot, profile] of profileOf.entries()) {
    if (profile < 0) continue;
    slots[next[profile]!] = slot;
    next[profile]! += 1;
  }
  return { starts, slots, gains: Float64Array.from(steps, bandGain), scratch: new Float64Array(Math.max(2, largest)) };
}

/** Writes the bands of the profiles `from` up to `to`, once every shard has passed the cycle `atMs`. */
export function learnBands(
  bands: Bands,
  members: Members,
  shards: readonly Shard[],
  shardSeries: number,
  values: Float64Array,
  atMs: number,
  from = 0,
  to = members.starts.length - 1,
): void {
  const { starts, slots, gains, scratch } = members;
  for (let profile = from; profile < to; profile += 1) {
    let n = 0;
    for (let index = starts[profile]!; index < starts[profile + 1]!; index += 1) {
      const slot = slots[index]!;
      const value = values[slot]!;
      if (shards[Math.floor(slot / shardSeries)]!.heard[slot % shardSeries] === 0 || value !== value) continue;
      insert(scratch, n, value);
      n += 1;
    }
    if (n === 0) continue;
    scratch[0] = scratch[(n - 1) >> 1]! / 2 + scratch[n >> 1]! / 2;
    scratch[1] = gains[profile]!;
    learnBand(bands, profile, scratch, atMs);
  }
}

function insert(ordered: Float64Array, n: number, value: number): void {
  let at = n;
  for (; at > 0 && ordered[at - 1]! > value; at -= 1) ordered[at] = ordered[at - 1]!;
  ordered[at] = value;
}
