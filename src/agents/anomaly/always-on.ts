// Tier one for the agent: every series of every cycle goes through it, and it says which of them the second tier must look at.
import { seriesId, type Sample, type SeriesKey, type SignalId } from '../../model/signal.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { createBank, type Bank, type Restored } from './stream/bank.ts';
import { seriesKeyOf } from './series-key.ts';
import type { Channel } from './stream/layout.ts';

/** What opens the gate, and what opens it where users feel a fault (detection.md 22). */
const gateSurprise = 8;
const userGateSurprise = 6;
/** The most series that the second tier is handed in one cycle, the most surprising first. */
const mostSuspects = 20_000;
const userFamilies: ReadonlySet<string> = new Set(['errors', 'latency', 'traffic']);

export type AlwaysOnOptions = {
  readonly stepMs: number;
  /** A series whose object is gone is forgotten after this long; a pod that will not return at once. */
  readonly forgetMs: number;
  readonly signals: readonly SignalTraits[];
  /** Signals that were added while the process runs. */
  readonly declared?: (id: SignalId) => SignalTraits | undefined;
};

type Suspects = {
  /** Ids of series that the second tier must look at. */
  readonly ids: ReadonlySet<string>;
  /** How many more there were than it can take. */
  readonly cut: number;
};

export interface AlwaysOn {
  /** Takes in one cycle; samples of signals that are not known are left out. */
  cycle(samples: Iterable<Sample>, nowMs: number): void;
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
}

type Known = { readonly slot: number; readonly key: SeriesKey; seenMs: number };

export function createAlwaysOn(
  { stepMs, forgetMs, signals, declared }: AlwaysOnOptions,
  bank: Bank = createBank(),
): AlwaysOn {
  const shipped = new Map<string, SignalTraits>(signals.map((one) => [one.id, one]));
  const traitsOf = (id: SignalId): SignalTraits | undefined => shipped.get(id) ?? declared?.(id);
  const known = new Map<string, Known>();
  let values = new Float64Array(0);

  const meet = (samples: readonly { readonly id: string; readonly sample: Sample }[]): void => {
    // In the order of ids, so that nothing depends on the order in which a source answers.
    for (const { id, sample } of samples.toSorted((left, right) => (left.id < right.id ? -1 : 1))) {
      const about = traitsOf(sample.key.signal);
      if (about === undefined || known.has(id)) continue;
      const slot = bank.add({
        id,
        direction: about.direction,
        stepMs,
        deltaMin: about.floor.absolute,
        profile: `${sample.key.signal}@${keyOf(sample.key.of)}${sample.key.pod === undefined ? '' : '#'}`,
      });
      known.set(id, { slot, key: sample.key, seenMs: sample.atMs });
    }
    if (values.length < bank.slots()) values = new Float64Array(Math.ceil(bank.slots() * 1.25) + 64);
  };

  return {
    cycle(samples, nowMs) {
      const named = Array.from(samples, (sample) => ({ id: seriesId(sample.key), sample }));
      meet(named.filter(({ id }) => !known.has(id)));
      values.fill(Number.NaN);
      for (const { id, sample } of named) {
        const one = known.get(id);
        // The first of two samples counts.
        if (one === undefined || !Number.isNaN(values[one.slot] ?? 0) || nowMs - sample.atMs > 2.5 * stepMs) continue;
        values[one.slot] = sample.value;
        one.seenMs = nowMs;
      }
      bank.step(nowMs, values.subarray(0, bank.slots()));
    },
    suspects(isOpen, isChanged) {
      const ids = new Set<string>();
      let cut = 0;
      const surprising = new Map(bank.suspects(userGateSurprise).map((one, rank) => [one.id, { ...one, rank }]));
      const ranked: { readonly id: string; readonly rank: number }[] = [];
      for (const [id, { slot, key }] of known) {
        const isUser = userFamilies.has(traitsOf(key.signal)?.family ?? '');
        const found = surprising.get(id);
        // What tier one cannot judge is not calm: the second tier looks at it as it always did.
        const mustSee =
          (key.pod === undefined && (isUser || bank.state(slot) !== 'test')) || isOpen(id) || isChanged(key.of);
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
      return one === undefined ? null : bank.recentSurprise(one.slot);
    },
    votes: (id) => {
      const one = known.get(id);
      return one === undefined ? null : bank.votes(one.slot);
    },
    freeze(id, on) {
      const one = known.get(id);
      if (one !== undefined) bank.freeze(one.slot, on);
    },
    forgetGone(view, nowMs) {
      for (const [id, { slot, key, seenMs }] of known) {
        const isReplaced =
          key.pod !== undefined && key.of.kind !== 'StatefulSet' && view.pod(key.of.namespace, key.pod) === undefined;
        if (!isReplaced && nowMs - seenMs <= forgetMs) continue;
        bank.remove(slot);
        known.delete(id);
      }
    },
    get size() {
      return known.size;
    },
    snapshot: () => bank.snapshot(),
    restore(bytes, atMs) {
      const restored = bank.restore(bytes);
      if (!restored.restored) return restored;
      known.clear();
      for (const [slot, series] of bank.roster().entries()) {
        const key = series === null ? null : seriesKeyOf(series.id);
        if (series === null) continue;
        // Of a signal that is not known any more, or means something else now, nothing is kept.
        const about = key === null ? undefined : traitsOf(key.signal);
        const isSame =
          about?.direction === series.direction && about.floor.absolute === series.deltaMin && series.stepMs === stepMs;
        if (key !== null && isSame) known.set(series.id, { slot, key, seenMs: atMs });
        else bank.remove(slot);
      }
      return restored;
    },
  };
}
