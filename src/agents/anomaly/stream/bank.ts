// All series of tier one: which slot each has, the pass over them that every cycle makes, and what each says of its series.
import { bytesPerBand } from './bands.ts';
import { createBandTable } from './band-table.ts';
import { startPass, stepSeries, stepShard } from './kernel.ts';
import {
  byte,
  bytesPerSeries,
  flag,
  largestShard,
  phases,
  type Bytes,
  type Channel,
  type Direction,
  type Records,
} from './layout.ts';
import { learnBands, packMembers, type Members } from './members.ts';
import {
  clearRecord,
  freezeRecord,
  inheritRecord,
  levelOf,
  loadRecord,
  recordBytes,
  startRecord,
  warmBytes,
} from './record.ts';
import { createScratch, createShard, openShard, type Shard, type ShardBuffers } from './shard.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { movedOf, recentSurpriseOf, standingOf, surpriseOf, votesOf, type Standing } from './standing.ts';
import { reserveRows } from './warm-rows.ts';

export type StreamSeries = {
  readonly id: string;
  readonly direction: Direction;
  readonly stepMs: number;
  /** The least change that matters, in the unit of the series. */
  readonly deltaMin: number;
  /** What the replicas of one workload share: workload, metric, container. */
  readonly profile: string;
};
export type StreamPoint = { readonly atMs: number; readonly value: number };
type Suspect = { readonly slot: number; readonly id: string; readonly surprise: number };
export type Restored = { readonly restored: true } | { readonly restored: false; readonly why: string };

export type BankOptions = {
  /** Buffers that worker threads can share. */
  readonly shared?: boolean;
  /** Series of one shard, at most and by default 16,384. */
  readonly shardSeries?: number;
};

export type Bank = {
  /** Slot of a series; a known id keeps its slot. A new replica of a warm workload starts from its median sibling, cold. */
  add(series: StreamSeries): number;
  remove(slot: number): void;
  slotOf(id: string): number | undefined;
  /** By slot; null where a slot is free. */
  readonly roster: () => readonly (StreamSeries | null)[];
  readonly size: () => number;
  /** Length that `values` of a step must have. */
  readonly slots: () => number;
  /** One cycle: `values[slot]`, NaN where there is no sample. */
  step(atMs: number, values: Float64Array): void;
  /** The past of one series, oldest first, through the same kernel. */
  replay(slot: number, points: readonly StreamPoint[]): void;
  /** The past of replicas that share a profile; the same as stepping through it cycle by cycle. */
  replayTogether(pasts: readonly { readonly slot: number; readonly points: readonly StreamPoint[] }[]): void;
  /** While a finding is open its series learns nothing but where it is. */
  freeze(slot: number, on: boolean): void;
  /** E: summed -log10 p of the newest cycle, in 1/1024; a rank, never a p value. */
  surprise(slot: number): number;
  /** The largest E of this quarter of an hour and the one before. */
  recentSurprise(slot: number): number;
  /** The running median, in the unit of the series; 0 before its first 100 samples. */
  level(slot: number): number;
  votes(slot: number): Readonly<Record<Channel, number>>;
  /** Series whose recent surprise is at least `threshold` or that moved for the first time, most surprising first, then by id. */
  suspects(threshold: number): Suspect[];
  state(slot: number): Standing;
  snapshot(): Uint8Array;
  /** Takes the place of all that this bank holds, or says why not and leaves it as it was. */
  restore(bytes: Uint8Array): Restored;
  /** For a pool of threads: what a pass needs. They change when series are added; `generation` tells. */
  readonly parts: () => BankParts;
};

export type BankParts = {
  readonly generation: number;
  readonly shardSeries: number;
  readonly shards: readonly ShardBuffers[];
  readonly bands: Bytes;
  /** Before the shards pass: makes room for series that start to move. */
  readonly before: () => void;
  /** After all shards passed: bands and the time of the cycle. */
  readonly after: (atMs: number, values: Float64Array) => void;
};

/** Rows kept free for series that start to move within one cycle; the others wait for the next. */
const spareRows = 16;

export function createBank({ shared = false, shardSeries = largestShard }: BankOptions = {}): Bank {
  const perShard = Math.min(shardSeries, largestShard);
  const table = createBandTable(shared);
  const scratch = createScratch();
  let roster: (StreamSeries | null)[] = [];
  let rows: number[] = [];
  let slotsOfRow: number[][] = [];
  let slotById = new Map<string, number>();
  let free: number[] = [];
  let buffers: ShardBuffers[] = [];
  let shards: Shard[] = [];
  let members: Members | null = null;
  let column = new Float64Array(0);
  let generation = 0;
  let nowMs = Number.NEGATIVE_INFINITY;
  /** By profile and step, until a record changes: replicas come many at once, and each would look at all the others. */
  const siblings = new Map<string, number | undefined>();

  const shardOf = (slot: number): Shard => shards[Math.floor(slot / perShard)]!;
  const localOf = (slot: number): number => slot % perShard;
  const recordsOf = (slot: number): Records => shardOf(slot).records;
  const changed = (): void => {
    members = null;
    generation += 1;
  };
  const ensureShard = (slot: number): void => {
    while (shards.length * perShard <= slot) {
      const made = createShard(perShard, shared);
      buffers = [...buffers, made];
      shards = [...shards, openShard(made, scratch)];
    }
  };
  const pack = (of: Iterable<number>): Members =>
    packMembers(
      of,
      (row) => slotsOfRow[row] ?? [],
      (slot) => roster[slot]!.stepMs,
    );
  const packed = (): Members => (members ??= pack(slotsOfRow.keys()));

  /** Who starts from another one is its equal until a record changes, so that the next may start from the same. */
  const siblingOf = (stepMs: number, row: number): number | undefined => {
    const key = `${row} ${stepMs}`;
    if (!siblings.has(key)) siblings.set(key, middleOf(stepMs, row));
    return siblings.get(key);
  };
  const forgetSiblings = (): void => {
    if (siblings.size > 0) siblings.clear();
  };
  /** Of the warm replicas, the one with the median level; ties by id. */
  const middleOf = (stepMs: number, row: number): number | undefined => {
    const warm = (slotsOfRow[row] ?? []).flatMap((slot) => {
      const other = roster[slot];
      if (other === null || other === undefined || other.stepMs !== stepMs) return [];
      const { u8 } = recordsOf(slot);
      const b = localOf(slot) * bytesPerSeries;
      const isUsable = u8[b + byte.phase] === phases.live && (u8[b + byte.flags]! & flag.frozen) === 0;
      return isUsable ? [{ slot, id: other.id, level: levelOf(recordsOf(slot), localOf(slot)) }] : [];
    });
    warm.sort((left, right) => left.level - right.level || (left.id < right.id ? -1 : 1));
    return warm[(warm.length - 1) >> 1]?.slot;
  };

  const before = (): void => {
    // By index: this runs too seldom to be compiled, and an iterator would make an object for each shard.
    for (let index = 0; index < shards.length; index += 1) reserveRows(shards[index]!.warm, spareRows);
  };
  const after = (atMs: number, values: Float64Array): void => {
    learnBands(table.bands(), packed(), shards, perShard, values, atMs);
    nowMs = Math.max(nowMs, atMs);
    forgetSiblings();
  };

  const replayTogether: Bank['replayTogether'] = (pasts) => {
    const at = pasts.map(() => 0);
    const together = pack(new Set(pasts.map((past) => rows[past.slot]!)));
    // NaN but for the samples of these, which are taken back, so that it need not be made anew for each replay.
    if (column.length < roster.length) column = new Float64Array(2 * roster.length).fill(Number.NaN);
    for (;;) {
      let next = Number.POSITIVE_INFINITY;
      for (const [index, past] of pasts.entries()) next = Math.min(next, past.points[at[index]!]?.atMs ?? next);
      if (next === Number.POSITIVE_INFINITY) break;
      for (const [index, past] of pasts.entries()) {
        const point = past.points[at[index]!];
        const isNow = point?.atMs === next;
        column[past.slot] = isNow ? point.value : Number.NaN;
        if (isNow) at[index]! += 1;
        startPass(shardOf(past.slot), next);
        stepSeries(shardOf(past.slot), localOf(past.slot), table.bands(), column, past.slot);
      }
      learnBands(table.bands(), together, shards, perShard, column, next);
      nowMs = Math.max(nowMs, next);
    }
    for (const { slot } of pasts) column[slot] = Number.NaN;
    forgetSiblings();
  };

  return {
    add: (series) => {
      const known = slotById.get(series.id);
      if (known !== undefined) return known;
      const slot = free.pop() ?? roster.length;
      ensureShard(slot);
      const row = table.rowOf(series.profile, nowMs);
      const shard = shardOf(slot);
      const sibling = siblingOf(series.stepMs, row);
      const start = { ...series, profile: row };
      reserveRows(shard.warm, 1);
      if (sibling === undefined) startRecord(shard, localOf(slot), start);
      else inheritRecord(shard, localOf(slot), start, shardOf(sibling), localOf(sibling));
      roster[slot] = series;
      rows[slot] = row;
      (slotsOfRow[row] ??= []).push(slot);
      slotById.set(series.id, slot);
      changed();
      return slot;
    },
    remove: (slot) => {
      const series = roster[slot];
      if (series === null || series === undefined) return;
      clearRecord(shardOf(slot), localOf(slot));
      forgetSiblings();
      const row = rows[slot]!;
      table.release(row);
      slotsOfRow[row] = (slotsOfRow[row] ?? []).filter((one) => one !== slot);
      slotById.delete(series.id);
      roster[slot] = null;
      rows[slot] = -1;
      free.push(slot);
      changed();
    },
    slotOf: (id) => slotById.get(id),
    roster: () => roster,
    size: () => slotById.size,
    slots: () => roster.length,
    step: (atMs, values) => {
      before();
      for (let index = 0; index < shards.length; index += 1) {
        const first = index * perShard;
        stepShard(shards[index]!, table.bands(), values, first, Math.min(perShard, roster.length - first), atMs);
      }
      after(atMs, values);
    },
    replay: (slot, points) => replayTogether([{ slot, points }]),
    replayTogether,
    freeze: (slot, on) => {
      freezeRecord(shardOf(slot), localOf(slot), on);
      forgetSiblings();
    },
    surprise: (slot) => surpriseOf(recordsOf(slot), localOf(slot)),
    recentSurprise: (slot) => recentSurpriseOf(recordsOf(slot), localOf(slot), nowMs),
    level: (slot) => levelOf(recordsOf(slot), localOf(slot)),
    votes: (slot) => votesOf(recordsOf(slot), localOf(slot)),
    suspects: (threshold) => {
      const found: Suspect[] = [];
      for (const [slot, series] of roster.entries()) {
        if (series === null) continue;
        const surprise = recentSurpriseOf(recordsOf(slot), localOf(slot), nowMs);
        if (surprise >= threshold || movedOf(recordsOf(slot), localOf(slot), nowMs))
          found.push({ slot, id: series.id, surprise });
      }
      return found.toSorted((left, right) => right.surprise - left.surprise || (left.id < right.id ? -1 : 1));
    },
    state: (slot) => standingOf(recordsOf(slot), localOf(slot), nowMs),
    snapshot: () => {
      const slots = [...roster.keys()];
      return writeSnapshot({
        roster: { nowMs: Number.isFinite(nowMs) ? nowMs : null, series: roster, profiles: table.names() },
        records: slots.map((slot) => recordBytes(shardOf(slot), localOf(slot))),
        bands: new Uint8Array(table.buffer(), 0, table.rows() * bytesPerBand),
        warm: slots.flatMap((slot) => warmBytes(shardOf(slot), localOf(slot)) ?? []),
      });
    },
    restore: (bytes) => {
      const read = readSnapshot(bytes);
      if (!read.ok) return { restored: false, why: read.why };
      roster = [...read.roster.series];
      nowMs = read.roster.nowMs ?? Number.NEGATIVE_INFINITY;
      table.load(read.roster.profiles, read.bands);
      rows = roster.map((series) => (series === null ? -1 : table.rowOf(series.profile, nowMs)));
      slotById = new Map(roster.flatMap((series, slot) => (series === null ? [] : [[series.id, slot] as const])));
      slotsOfRow = [];
      for (const [slot, row] of rows.entries()) if (row >= 0) (slotsOfRow[row] ??= []).push(slot);
      free = [...roster.keys()].filter((slot) => roster[slot] === null);
      buffers = [];
      shards = [];
      if (roster.length > 0) ensureShard(roster.length - 1);
      let warm = 0;
      for (const slot of roster.keys()) {
        reserveRows(shardOf(slot).warm, 1);
        warm += loadRecord(shardOf(slot), localOf(slot), read.records, slot, read.warm, warm);
      }
      forgetSiblings();
      changed();
      return { restored: true };
    },
    parts: () => ({ generation, shardSeries: perShard, shards: buffers, bands: table.buffer(), before, after }),
  };
}
