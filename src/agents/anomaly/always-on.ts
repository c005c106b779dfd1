// Tier one for the agent: every series of every cycle goes through it, and it says which of them the second tier must look at.
import type { Clock } from '../../clock.ts';
import type { History, Sample, SignalId } from '../../model/signal.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { createKnownSeries, type KnownOne } from './known-series.ts';
import { seriesKeyOf } from './series-key.ts';
import { createBank, type Restored } from './stream/bank.ts';
import { createPool, type Pool } from './stream/pool.ts';
import type { StartWorker } from './stream/pool-thread.ts';
import { largestShard, type Channel } from './stream/layout.ts';

/** What opens the gate, and what opens it where users feel a fault (detection.md 22). */
const gateSurprise = 8;
const userGateSurprise = 6;
/** The most series that the second tier is handed in one cycle, the most surprising first. */
const mostSuspects = 20_000;
/** Enough for scales and tails, and for each hour of the day on two days. */
const replayedMs = 3 * 86_400_000;
const userFamilies: ReadonlySet<string> = new Set(['errors', 'latency', 'traffic']);

export type AlwaysOnOptions = {
  readonly stepMs: number;
  /** A series whose object is gone is forgotten after this long; a pod that will not return at once. */
  readonly forgetMs: number;
  readonly signals: readonly SignalTraits[];
  /** Signals that were added while the process runs. */
  readonly declared?: (id: SignalId) => SignalTraits | undefined;
  /** What the machine has for it; without, everything is done in the thread of the caller, which says the same. */
  readonly machine?: TierOneMachine;
};

export type TierOneMachine = {
  /** Of I/O deadlines and of the time that a step took. */
  readonly wall: Clock;
  /** Worker threads at most. */
  readonly workers: number;
  /** Threads are used from so many series on; `threadedSeries` when absent. */
  readonly fewestSeries?: number;
  /** Series that one thread takes at a time; as many as the bank has in a shard when absent. */
  readonly shardSeries?: number;
  /** Told once for each thread that is lost; what it left undone was done without it. */
  readonly onLost: (why: string) => void;
  readonly onStep: (step: TierOneStep) => void;
  readonly start?: StartWorker;
};

export type TierOneStep = { readonly seconds: number; readonly series: number; readonly threads: number };

/**
 * Sixteen shards. Up to here a step holds the thread of the caller for 31 ms at most (0.12 µs a series on a slow core), which
 * nobody who waits for an answer feels; a hundred thousand series take 12 ms, of which threads would save 9.
 */
export const threadedSeries = 16 * largestShard;

type Suspects = {
  /** Ids of series that the second tier must look at. */
  readonly ids: ReadonlySet<string>;
  /** How many more there were than it can take. */
  readonly cut: number;
};

export interface AlwaysOn {
  /** Takes series in with their newest past, before the first cycle, in parts or whole; those of a snapshot stay as they are. */
  learn(histories: readonly History[]): void;
  /** Takes in one cycle; samples of signals that are not known are left out. A cycle that was stepped ahead is not stepped again. */
  cycle(samples: Iterable<Sample>, nowMs: number): void;
  /** The same on worker threads, where there are series enough for them. Until it resolves nothing else may be asked. */
  ahead(samples: Iterable<Sample>, nowMs: number): Promise<void>;
  /** `isOpen` tells series under a finding, `isChanged` workloads that were rolled out a short while ago. */
  suspects(isOpen: (id: string) => boolean, isChanged: (of: ObjectRef) => boolean): Suspects;
  /** How surprising a series was of late at most; null when it is not known. A rank, never a p value. */
  recentSurprise(id: string): number | null;
  votes(id: string): Readonly<Record<Channel, number>> | null;
  /** A series under a finding learns nothing of the fault. */
  freeze(id: string, on: boolean): void;
  forgetGone(view: ClusterView, nowMs: number): void;
  readonly size: number;
  snapshot(): Uint8Array;
  /** `atMs` is when the series of the snapshot count as seen. */
  restore(bytes: Uint8Array, atMs: number): Restored;
  /** Ends its threads; it goes on without them. */
  close(): Promise<void>;
}

type Stranger = { readonly id: string; readonly sample: Sample };

const firstSlots = 64;

export function createAlwaysOn({ stepMs, forgetMs, signals, declared, machine }: AlwaysOnOptions): AlwaysOn {
  const bank = createBank({
    shared: machine !== undefined,
    ...(machine?.shardSeries === undefined ? {} : { shardSeries: machine.shardSeries }),
  });
  const pool = machine === undefined ? null : createPool(bank, { fewestSeries: threadedSeries, ...machine });
  const tier: Omit<Pool, 'step' | 'threads' | 'close'> = pool ?? bank;
  const shipped = new Map<string, SignalTraits>(signals.map((one) => [one.id, one]));
  const traitsOf = (id: SignalId): SignalTraits | undefined => shipped.get(id) ?? declared?.(id);
  const known = createKnownSeries();
  let values = column(firstSlots);
  let steppedMs = Number.NEGATIVE_INFINITY;
  /** Up to when each series was taught, until the first cycle. */
  const taughtMs = new Map<string, number>();

  const forget = (one: KnownOne): void => {
    tier.remove(one.slot);
    known.delete(one);
  };

  const take = (one: KnownOne | undefined, sample: Sample, nowMs: number): void => {
    // The first of two samples counts.
    if (one === undefined || !Number.isNaN(values[one.slot] ?? 0) || nowMs - sample.atMs > 2.5 * stepMs) return;
    values[one.slot] = sample.value;
    one.seenMs = nowMs;
  };

  const meet = (strangers: readonly Stranger[]): void => {
    // In the order of ids, so that nothing depends on the order in which a source answers.
    for (const { id, sample } of strangers.toSorted((left, right) => (left.id < right.id ? -1 : 1))) {
      const about = traitsOf(sample.key.signal);
      if (about === undefined || known.get(id) !== undefined) continue;
      const slot = tier.add({
        id,
        direction: about.direction,
        stepMs,
        deltaMin: about.floor.absolute,
        profile: `${sample.key.signal}@${keyOf(sample.key.of)}${sample.key.pod === undefined ? '' : '#'}`,
      });
      known.add({ slot, id, key: sample.key, seenMs: sample.atMs });
    }
  };

  /** Everything of a cycle but the step: each sample in the place of its series. */
  const fill = (samples: Iterable<Sample>, nowMs: number): void => {
    values.fill(Number.NaN);
    const strangers: Stranger[] = [];
    for (const sample of samples) {
      const found = known.find(sample.key);
      if (typeof found === 'string') strangers.push({ id: found, sample });
      else take(found, sample, nowMs);
    }
    if (strangers.length === 0) return;
    meet(strangers);
    values = roomFor(values, tier.slots());
    for (const { id, sample } of strangers) take(known.get(id), sample, nowMs);
  };

  const told = (startedMs: number): void => {
    if (machine === undefined) return;
    const seconds = (machine.wall.monotonic() - startedMs) / 1000;
    machine.onStep({ seconds, series: known.size, threads: pool?.threads() ?? 0 });
  };

  return {
    learn(histories) {
      if (Number.isFinite(steppedMs)) return;
      const taught = histories.flatMap(({ key, points }) => {
        const last = points.at(-1);
        const one = known.find(key);
        const id = typeof one === 'string' ? one : one.id;
        const isMine = typeof one === 'string' || taughtMs.has(id);
        return key.pod !== undefined || last === undefined || !isMine ? [] : [{ id, points, sample: { key, ...last } }];
      });
      meet(taught);
      for (const { id, points, sample } of taught) {
        const one = known.get(id);
        if (one === undefined) continue;
        const knownMs = Math.max(taughtMs.get(id) ?? 0, sample.atMs - replayedMs - 1);
        tier.replay(
          one.slot,
          points.filter(({ atMs }) => atMs > knownMs),
        );
        one.seenMs = Math.max(one.seenMs, sample.atMs);
        taughtMs.set(id, one.seenMs);
      }
      values = roomFor(values, tier.slots());
    },
    cycle(samples, nowMs) {
      if (nowMs === steppedMs) return;
      taughtMs.clear();
      steppedMs = nowMs;
      fill(samples, nowMs);
      const startedMs = machine?.wall.monotonic() ?? 0;
      bank.step(nowMs, values.subarray(0, tier.slots()));
      told(startedMs);
    },
    async ahead(samples, nowMs) {
      if (pool === null || nowMs === steppedMs) return;
      taughtMs.clear();
      steppedMs = nowMs;
      fill(samples, nowMs);
      const startedMs = machine?.wall.monotonic() ?? 0;
      await pool.step(nowMs, values.subarray(0, tier.slots()));
      told(startedMs);
    },
    suspects(isOpen, isChanged) {
      const ids = new Set<string>();
      let cut = 0;
      const changedOf = new Map<ObjectRef, boolean>();
      const isChangedOnce = (of: ObjectRef): boolean => {
        let changed = changedOf.get(of);
        if (changed === undefined) {
          changed = isChanged(of);
          changedOf.set(of, changed);
        }
        return changed;
      };
      const surprising = new Map(tier.suspects(userGateSurprise).map((one, rank) => [one.id, { ...one, rank }]));
      const ranked: { readonly id: string; readonly rank: number }[] = [];
      for (const { id, slot, key } of known.all()) {
        const isUser = userFamilies.has(traitsOf(key.signal)?.family ?? '');
        const found = surprising.get(id);
        // What tier one cannot judge is not calm: the second tier looks at it as it always did.
        const mustSee =
          (key.pod === undefined && (isUser || tier.state(slot) !== 'test')) || isOpen(id) || isChangedOnce(key.of);
        if (mustSee) ids.add(id);
        else if (found !== undefined && (isUser || found.surprise >= gateSurprise || found.surprise === 0))
          ranked.push({ id, rank: found.rank });
      }
      for (const { id } of ranked.toSorted((left, right) => left.rank - right.rank)) {
        if (ids.size < mostSuspects) ids.add(id);
        else cut += 1;
      }
      return { ids, cut };
    },
    recentSurprise: (id) => {
      const one = known.get(id);
      return one === undefined ? null : tier.recentSurprise(one.slot);
    },
    votes: (id) => {
      const one = known.get(id);
      return one === undefined ? null : tier.votes(one.slot);
    },
    freeze(id, on) {
      const one = known.get(id);
      if (one !== undefined) tier.freeze(one.slot, on);
    },
    forgetGone(view, nowMs) {
      for (const one of known.all()) {
        const { key, seenMs } = one;
        const isReplaced =
          key.pod !== undefined && key.of.kind !== 'StatefulSet' && view.pod(key.of.namespace, key.pod) === undefined;
        if (isReplaced || nowMs - seenMs > forgetMs) forget(one);
      }
    },
    get size() {
      return known.size;
    },
    snapshot: () => tier.snapshot(),
    restore(bytes, atMs) {
      const restored = tier.restore(bytes);
      if (!restored.restored) return restored;
      known.clear();
      taughtMs.clear();
      steppedMs = Number.NEGATIVE_INFINITY;
      values = roomFor(values, tier.slots());
      for (const [slot, series] of tier.roster().entries()) {
        const key = series === null ? null : seriesKeyOf(series.id);
        if (series === null) continue;
        // Of a signal that is not known any more, or means something else now, nothing is kept.
        const about = key === null ? undefined : traitsOf(key.signal);
        const isSame =
          about?.direction === series.direction && about.floor.absolute === series.deltaMin && series.stepMs === stepMs;
        if (key !== null && isSame) known.add({ slot, id: series.id, key, seenMs: atMs });
        else tier.remove(slot);
      }
      return restored;
    },
    async close() {
      await pool?.close();
    },
  };
}

/** Memory that threads can see. */
function column(slots: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(slots * Float64Array.BYTES_PER_ELEMENT)).fill(Number.NaN);
}

/** The same values with room for so many slots and some more. */
function roomFor(values: Float64Array<SharedArrayBuffer>, slots: number): Float64Array<SharedArrayBuffer> {
  if (values.length >= slots) return values;
  const wider = column(Math.ceil(slots * 1.25) + firstSlots);
  wider.set(values);
  return wider;
}
