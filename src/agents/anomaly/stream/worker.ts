// The thread of a pool: opens its share of the shards over shared memory and steps it when told.
import { parentPort } from 'node:worker_threads';
import { openBands } from './bands.ts';
import { openShard } from './shard.ts';
import { stepShare, type OpenShare, type WorkerOrder, type WorkerReply } from './worker-order.ts';

let share: OpenShare = [];
let bands = openBands(new ArrayBuffer(0));
let values: Float64Array = new Float64Array(0);
let progress: Int32Array = new Int32Array(0);

parentPort?.on('message', (order: WorkerOrder) => {
  switch (order.kind) {
    case 'open':
      share = order.shards.map(({ buffers, first, count }) => ({ shard: openShard(buffers), first, count }));
      bands = openBands(order.bands);
      values = new Float64Array(order.values);
      progress = new Int32Array(order.progress);
      return;
    case 'step':
      stepShare(share, bands, values, order.atMs, progress);
      parentPort?.postMessage({ kind: 'stepped', cycle: order.cycle } satisfies WorkerReply);
  }
});
