// What a pool and its worker threads say to each other, and the pass that both make over their share of the shards.
import type { Bands } from './bands.ts';
import { startPass, stepSeries } from './kernel.ts';
import type { Bytes } from './layout.ts';
import type { Shard, ShardBuffers } from './shard.ts';

/** A shard of a worker's share: the slots `first` to `first + count - 1`. */
export type ShareShard = { readonly buffers: ShardBuffers; readonly first: number; readonly count: number };

export type WorkerOrder =
  | {
      readonly kind: 'open';
      readonly shards: readonly ShareShard[];
      readonly bands: Bytes;
      readonly values: SharedArrayBuffer;
      readonly progress: SharedArrayBuffer;
    }
  | { readonly kind: 'step'; readonly cycle: number; readonly atMs: number };

export type WorkerReply = { readonly kind: 'stepped'; readonly cycle: number };

/** Two words: the shard of the share that is being stepped, and the series in it. */
export const progressWords = 2;

export type OpenShare = readonly { readonly shard: Shard; readonly first: number; readonly count: number }[];

/** Steps a share from where `progress` says, and writes there how far it has come. */
export function stepShare(
  share: OpenShare,
  bands: Bands,
  values: Float64Array,
  atMs: number,
  progress: Int32Array,
): void {
  for (let index = progress[0]!; index < share.length; index += 1) {
    const { shard, first, count } = share[index]!;
    startPass(shard, atMs);
    for (let slot = progress[1]!; slot < count; slot += 1) {
      progress[1] = slot;
      stepSeries(shard, slot, bands, values, first + slot);
    }
    progress[1] = 0;
    progress[0] = index + 1;
  }
}
