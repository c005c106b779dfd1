// Steps the shards of a bank on worker threads: shards are dealt out by index and touched by one thread each, so the number of
// threads changes how long a cycle takes and nothing else. What a lost thread leaves undone is done here.
import type { Clock } from '../../../clock.ts';
import type { Bank, BankParts } from './bank.ts';
import { openBands } from './bands.ts';
import { createPoolThread, startWorkerThread, type PoolThread, type StartWorker } from './pool-thread.ts';
import { openShard } from './shard.ts';
import { progressWords, stepShare, type ShareShard } from './worker-order.ts';

export type PoolOptions = {
  /** Threads at most; a bank of one shard is stepped in process, as with 0. */
  readonly workers: number;
  /** Threads are started from so many series on; from the second shard on when absent. */
  readonly fewestSeries?: number;
  readonly wall: Clock;
  /** Told once for each thread that is lost. */
  readonly onLost: (why: string) => void;
  readonly deadlineMs?: number;
  readonly start?: StartWorker;
};

export type Pool = Omit<Bank, 'step' | 'parts'> & {
  /** As `step` of the bank. Until it resolves the bank must be left alone: whatever would touch it throws. */
  step(atMs: number, values: Float64Array): Promise<void>;
  /** Threads at work. */
  readonly threads: () => number;
  /** Ends the threads; the pool goes on in process. */
  close(): Promise<void>;
};

type Seat = {
  readonly thread: PoolThread;
  readonly progress: Int32Array;
  share: readonly ShareShard[];
};

/** `bank` must have been made with `shared: true`. */
export function createPool(bank: Bank, options: PoolOptions): Pool {
  const { workers, fewestSeries = 0, wall, onLost, deadlineMs = 30_000, start = startWorkerThread } = options;
  let seats: Seat[] = [];
  let seatsLeft = workers;
  let opened: { readonly generation: number; readonly seats: number } | null = null;
  let column = new Float64Array(new SharedArrayBuffer(8));
  let sent: SharedArrayBuffer | null = null;
  let cycle = 0;
  let isStepping = false;
  let isClosed = false;

  const whole = (): Bank => {
    if (isStepping) throw new Error('tier one is in the middle of a cycle: wait for its step before touching the bank');
    return bank;
  };

  const dismiss = (seat: Seat, why: string): void => {
    seats = seats.filter((one) => one !== seat);
    if (!isClosed) onLost(why);
  };

  /** Threads are started when there are series enough for them, and never again for one that was lost. */
  const staff = (parts: BankParts): void => {
    const isWorthIt = parts.shards.length > 1 && bank.size() >= fewestSeries;
    while (isWorthIt && !isClosed && seatsLeft > 0 && seats.length < parts.shards.length) {
      seatsLeft -= 1;
      const progress = new Int32Array(new SharedArrayBuffer(4 * progressWords));
      seats.push({ thread: createPoolThread(start, wall, deadlineMs), progress, share: [] });
    }
    for (const seat of seats) {
      const why = seat.thread.lost();
      if (why !== null) dismiss(seat, why);
    }
  };

  /** Memory that threads can see: the caller's own, or a copy. */
  const sharedColumn = (values: Float64Array): Float64Array<SharedArrayBuffer> => {
    if (values.buffer instanceof SharedArrayBuffer && values.byteOffset === 0) return new Float64Array(values.buffer);
    if (column.length < values.length) column = new Float64Array(new SharedArrayBuffer(16 * values.length));
    column.set(values);
    return column;
  };

  const deal = (parts: BankParts, values: SharedArrayBuffer): void => {
    if (opened?.generation === parts.generation && opened.seats === seats.length && sent === values) return;
    const slots = bank.slots();
    const dealt = seats.map((): ShareShard[] => []);
    for (const [index, buffers] of parts.shards.entries()) {
      const first = index * parts.shardSeries;
      const count = Math.min(parts.shardSeries, slots - first);
      dealt[index % seats.length]?.push({ buffers, first, count });
    }
    for (const [index, seat] of seats.entries()) {
      seat.share = dealt[index] ?? [];
      const progress = seat.progress.buffer;
      if (!(progress instanceof SharedArrayBuffer)) continue;
      seat.thread.send({ kind: 'open', shards: seat.share, bands: parts.bands, values, progress });
    }
    opened = { generation: parts.generation, seats: seats.length };
    sent = values;
  };

  const stepThreads = async (atMs: number, values: Float64Array): Promise<void> => {
    const parts = bank.parts();
    parts.before();
    const shared = sharedColumn(values);
    deal(parts, shared.buffer);
    cycle += 1;
    const at = cycle;
    for (const { progress } of seats) progress.fill(0);
    const working = [...seats];
    const ends = await Promise.all(working.map(async ({ thread }) => await thread.step(at, atMs)));
    for (const [index, seat] of working.entries()) {
      const why = ends[index] ?? null;
      if (why === null) continue;
      dismiss(seat, why);
      finish(seat, parts, shared, atMs);
    }
    parts.after(atMs, values);
  };

  return {
    add: (series) => whole().add(series),
    remove: (slot) => whole().remove(slot),
    slotOf: (id) => bank.slotOf(id),
    roster: bank.roster,
    size: bank.size,
    slots: bank.slots,
    replay: (slot, points) => whole().replay(slot, points),
    replayTogether: (pasts) => whole().replayTogether(pasts),
    freeze: (slot, on) => whole().freeze(slot, on),
    surprise: (slot) => whole().surprise(slot),
    level: (slot) => whole().level(slot),
    recentSurprise: (slot) => whole().recentSurprise(slot),
    votes: (slot) => whole().votes(slot),
    suspects: (threshold) => whole().suspects(threshold),
    state: (slot) => whole().state(slot),
    snapshot: () => whole().snapshot(),
    restore: (bytes) => whole().restore(bytes),
    threads: () => seats.length,
    async step(atMs, values) {
      staff(whole().parts());
      if (seats.length === 0) {
        bank.step(atMs, values);
        return;
      }
      isStepping = true;
      try {
        await stepThreads(atMs, values);
      } finally {
        isStepping = false;
      }
    },
    async close() {
      isClosed = true;
      const leaving = seats;
      seats = [];
      await Promise.all(leaving.map(async ({ thread }) => await thread.close()));
    },
  };
}

/** The rest of a lost thread's share. The series at which it stopped has its sample already and keeps what it made of it. */
function finish({ share, progress }: Seat, parts: BankParts, values: Float64Array, atMs: number): void {
  const open = share.map(({ buffers, first, count }) => ({ shard: openShard(buffers), first, count }));
  stepShare(open, openBands(parts.bands), values, atMs, progress);
}
