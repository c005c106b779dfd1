// How far each watch may be trusted: its newest sign of life, the version it has seen, and whether it is broken or was refused.
import type { Clock } from '../clock.ts';
import type { ViewKind } from '../model/view.ts';

type Refused = { readonly kind: ViewKind; readonly namespace: string; readonly reason: string };

export interface WatchHealth {
  /** Makes a watch known. It counts as unsettled until it was alive, refused, or failed a few times. */
  add(kind: ViewKind, namespace: string): WatchRecord;
  /** Age of the newest sign of life of the slowest watch that is not refused, wall milliseconds. */
  lagMs(): number;
  brokenKinds(): readonly ViewKind[];
  refused(): readonly Refused[];
  /** Kinds that were read in full in every namespace that is watched. */
  completeKinds(): ReadonlySet<ViewKind>;
  /** Objects of each kind that could not be read. */
  skipped(): ReadonlyMap<ViewKind, number>;
  /** Resolves when every watch that is not refused has seen this version; rejects with the signal's reason. */
  caughtUpWith(version: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when every watch has settled; with the reason of the first failure when none of them could be read. */
  settled(signal: AbortSignal): Promise<{ readonly unreadable: string | null }>;
}

export interface WatchRecord {
  replaced(): void;
  alive(version: string | null): void;
  broken(reason: string): void;
  refused(reason: string): void;
  skipped(): void;
}

type Entry = {
  readonly kind: ViewKind;
  readonly namespace: string;
  aliveAt: number;
  seen: string | null;
  isFull: boolean;
  failure: string | null;
  failures: number;
  refusal: string | null;
  skipped: number;
};

/** A watch that failed this often at start is left to come back by itself. */
const attemptsAtStart = 3;

export function createWatchHealth(wall: Clock): WatchHealth {
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  const moved = (): void => {
    for (const look of waiting) look();
  };
  const until = async (holds: () => boolean, signal?: AbortSignal): Promise<void> =>
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        waiting.delete(look);
        signal?.removeEventListener('abort', onAbort);
      };
      const look = (): void => {
        if (!holds()) return;
        stop();
        resolve();
      };
      const onAbort = (): void => {
        stop();
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal?.reason }));
      };
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      waiting.add(look);
      signal?.addEventListener('abort', onAbort, { once: true });
      look();
    });
  const hasSettled = (one: Entry): boolean => one.isFull || one.refusal !== null || one.failures >= attemptsAtStart;

  return {
    add(kind, namespace) {
      const entry: Entry = {
        kind,
        namespace,
        aliveAt: wall.monotonic(),
        seen: null,
        isFull: false,
        failure: null,
        failures: 0,
        refusal: null,
        skipped: 0,
      };
      entries.push(entry);
      return {
        replaced() {
          entry.isFull = true;
          entry.refusal = null;
        },
        alive(version) {
          entry.aliveAt = wall.monotonic();
          entry.seen = version ?? entry.seen;
          entry.failure = null;
          entry.failures = 0;
          moved();
        },
        broken(reason) {
          entry.failure = reason;
          entry.failures += 1;
          moved();
        },
        refused(reason) {
          entry.refusal = reason;
          entry.failure = null;
          entry.isFull = false;
          moved();
        },
        skipped() {
          entry.skipped += 1;
        },
      };
    },
    lagMs() {
      const now = wall.monotonic();
      return Math.max(0, ...entries.filter((one) => one.refusal === null).map((one) => now - one.aliveAt));
    },
    brokenKinds: () => [...new Set(entries.filter((one) => one.failure !== null).map((one) => one.kind))],
    refused: () =>
      entries.flatMap(({ kind, namespace, refusal }) =>
        refusal === null ? [] : [{ kind, namespace, reason: refusal }],
      ),
    completeKinds() {
      const partial = new Set(entries.filter((one) => !one.isFull).map((one) => one.kind));
      return new Set(entries.map((one) => one.kind).filter((kind) => !partial.has(kind)));
    },
    skipped() {
      const counts = new Map<ViewKind, number>();
      for (const { kind, skipped } of entries) if (skipped > 0) counts.set(kind, (counts.get(kind) ?? 0) + skipped);
      return counts;
    },
    async caughtUpWith(version, signal) {
      await until(
        () => entries.every((one) => one.refusal !== null || (one.seen !== null && reaches(one.seen, version))),
        signal,
      );
    },
    async settled(signal) {
      await until(() => entries.every(hasSettled), signal);
      if (entries.some((one) => one.isFull)) return { unreadable: null };
      const first = entries[0];
      return { unreadable: first?.failure ?? first?.refusal ?? 'nothing is watched' };
    },
  };
}

/** Versions are decimal numbers that may be larger than a double holds. */
export function reaches(seen: string, wanted: string): boolean {
  return seen.length === wanted.length ? seen >= wanted : seen.length > wanted.length;
}
