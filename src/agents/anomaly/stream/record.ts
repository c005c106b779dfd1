// The life of one record: how it starts, what it takes from a sibling, and how it is wiped.
import { restartShort } from './kernel.ts';
import {
  byte,
  bytesPerSeries,
  directions,
  double,
  doublesPerSeries,
  flag,
  half,
  halvesPerSeries,
  phases,
  word,
  wordsPerSeries,
  type Direction,
  type Records,
} from './layout.ts';
import { coldSamples } from './parameters.ts';
import type { Shard } from './shard.ts';
import { giveRow, rowBytes, takeRow } from './warm-rows.ts';

export type RecordStart = {
  readonly direction: Direction;
  readonly stepMs: number;
  readonly deltaMin: number;
  readonly profile: number;
};

/** An empty record that waits for its first sample; takes a warm-up row, of which one must be free. */
export function startRecord(shard: Shard, slot: number, start: RecordStart): void {
  const { f64, u32, u8 } = shard.records;
  wipe(shard, slot);
  describe(shard, slot, start);
  f64[slot * doublesPerSeries + double.lastMs] = Number.NEGATIVE_INFINITY;
  u32[slot * wordsPerSeries + word.warmRow] = takeRow(shard.warm);
  u8[slot * bytesPerSeries + byte.phase] = phases.scales;
}

/** A new replica starts from the scales and tails of a warm one, cold: it is scored, but not believed, for 30 samples. */
export function inheritRecord(shard: Shard, slot: number, start: RecordStart, from: Shard, sibling: number): void {
  const { f32, u8, u16 } = shard.records;
  const source = from.records.u8.subarray(sibling * bytesPerSeries, (sibling + 1) * bytesPerSeries);
  u8.set(source, slot * bytesPerSeries);
  describe(shard, slot, start);
  restartShort(shard, slot);
  const o = slot * wordsPerSeries;
  f32.fill(0, o + word.bucket, o + word.bucketBefore + 1);
  u16.fill(0, slot * halvesPerSeries + half.votes, slot * halvesPerSeries + half.unchanged + 1);
  u8[slot * bytesPerSeries + byte.flags]! &= flag.fractional;
  u8[slot * bytesPerSeries + byte.cold] = coldSamples;
}

/** Learning stops or goes on; what summed up while it stood still is dropped. */
export function freezeRecord({ records }: Shard, slot: number, on: boolean): void {
  const { f32, u8 } = records;
  const at = slot * bytesPerSeries + byte.flags;
  if (on) u8[at]! |= flag.frozen;
  else if ((u8[at]! & flag.frozen) !== 0) {
    u8[at]! &= ~flag.frozen;
    f32.fill(0, slot * wordsPerSeries + word.cusumUp, slot * wordsPerSeries + word.cusumDown + 1);
  }
}

/** The running median, in the unit of the series. */
export function levelOf({ f64, f32 }: Records, slot: number): number {
  return f64[slot * doublesPerSeries + double.anchor]! + f32[slot * wordsPerSeries + word.med]!;
}

/** The record as a snapshot keeps it: which warm-up row it has is chance, that it has one is not. */
export function recordBytes({ records }: Shard, slot: number): Uint8Array {
  const kept = records.u8.subarray(slot * bytesPerSeries, (slot + 1) * bytesPerSeries);
  if (records.u32[slot * wordsPerSeries + word.warmRow] === 0) return kept;
  const copy = kept.slice();
  new Uint32Array(copy.buffer)[word.warmRow] = 1;
  return copy;
}

/** The warm-up row of a record, null when it has none. */
export function warmBytes({ records, warm }: Shard, slot: number): Uint8Array | null {
  const row = records.u32[slot * wordsPerSeries + word.warmRow]!;
  return row === 0 ? null : new Uint8Array(warm.buffer, row * rowBytes, rowBytes);
}

/** Puts record `from` of `records` back, with row `row` of `warm` if it had one. Returns how many rows it took. */
export function loadRecord(
  shard: Shard,
  slot: number,
  records: Uint8Array,
  from: number,
  warm: Uint8Array,
  row: number,
): 0 | 1 {
  shard.records.u8.set(records.subarray(from * bytesPerSeries, (from + 1) * bytesPerSeries), slot * bytesPerSeries);
  const at = slot * wordsPerSeries + word.warmRow;
  if (shard.records.u32[at] === 0) return 0;
  const taken = takeRow(shard.warm);
  shard.records.u32[at] = taken;
  new Uint8Array(shard.warm.buffer, taken * rowBytes, rowBytes).set(
    warm.subarray(row * rowBytes, (row + 1) * rowBytes),
  );
  return 1;
}

export function clearRecord(shard: Shard, slot: number): void {
  const row = shard.records.u32[slot * wordsPerSeries + word.warmRow]!;
  if (row !== 0) giveRow(shard.warm, row);
  wipe(shard, slot);
}

function wipe(shard: Shard, slot: number): void {
  shard.records.u8.fill(0, slot * bytesPerSeries, (slot + 1) * bytesPerSeries);
}

function describe({ records }: Shard, slot: number, start: RecordStart): void {
  records.u32[slot * wordsPerSeries + word.stepMs] = start.stepMs;
  records.f32[slot * wordsPerSeries + word.deltaMin] = start.deltaMin;
  records.u32[slot * wordsPerSeries + word.profile] = start.profile;
  records.u8[slot * bytesPerSeries + byte.direction] = directions[start.direction];
}
