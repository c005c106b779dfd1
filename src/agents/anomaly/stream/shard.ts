// One shard: the records of up to 16,384 series, their warm-up rows and the scratch of one pass, opened over plain buffers so
// that a worker thread can open the very same shard.
import { bytesPerSeries, channels, largestShard, openRecords, type Bytes, type Records } from './layout.ts';
import { scaleSamples } from './parameters.ts';
import { saidLength } from './tail.ts';
import { createWarmRows, openWarmRows, type WarmRows } from './warm-rows.ts';

/** What crosses to another thread by `postMessage`. */
export type ShardBuffers = { readonly records: Bytes; readonly warm: Bytes; readonly heard: Bytes };

export type Shard = {
  readonly records: Records;
  readonly warm: WarmRows;
  /** By slot: 1 where the sample of the newest pass was taken and may teach the hour bands. */
  readonly heard: Uint8Array;
  readonly scratch: Scratch;
};

/** What one thread needs while it steps, for all of its shards. Never shared with another. */
export type Scratch = {
  /**
   * The sample that is being stepped, its offset from the anchor, and how far it lies outside the band of its hour: numbers
   * handed from function to function would be boxed.
   */
  readonly now: Float64Array;
  /** The time of the pass and the start of its quarter of an hour, in ms, and its hour. */
  readonly time: { readonly at: Float64Array; readonly hour: Int32Array };
  /** The age for which the rates of tails were computed last, that rate, and that of the tail of the bands. */
  readonly rate: Float64Array;
  /** To and from a tail (tail.ts). */
  readonly said: Float64Array;
  readonly a: Float64Array;
  readonly ordered: Float64Array;
  readonly values: Float64Array;
  readonly means: Float64Array;
};

export function createShard(capacity: number, shared: boolean): ShardBuffers {
  const series = Math.min(capacity, largestShard);
  const bytes = (length: number): Bytes => (shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
  return {
    records: bytes(series * bytesPerSeries),
    warm: createWarmRows(capacity, shared).buffer,
    heard: bytes(series),
  };
}

export function openShard(buffers: ShardBuffers, scratch: Scratch = createScratch()): Shard {
  return {
    records: openRecords(buffers.records),
    warm: openWarmRows(buffers.warm),
    heard: new Uint8Array(buffers.heard),
    scratch,
  };
}

export function createScratch(): Scratch {
  return {
    now: new Float64Array(3),
    time: { at: new Float64Array(2).fill(Number.NaN), hour: new Int32Array(1) },
    rate: new Float64Array(3),
    said: new Float64Array(saidLength),
    a: new Float64Array(channels.length),
    ordered: new Float64Array(scaleSamples),
    values: new Float64Array(scaleSamples),
    means: new Float64Array(scaleSamples),
  };
}
