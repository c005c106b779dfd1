// The measurements of a snapshot, answered as a metrics agent answers: the newest value of each series, and its past on a grid.
import {
  type History,
  type Observation,
  type PartOfPast,
  type Sample,
  seriesId,
  type SeriesKey,
  type SignalId,
} from '../../model/signal.ts';
import { type ObjectRef, sameRef } from '../../model/target.ts';
import type { Snapshot } from './read-snapshot.ts';
import type { SeriesPoint } from './series-file.ts';

export interface SnapshotMetrics {
  observe(): Promise<Observation>;
  /** All in one part, since nothing is asked for. */
  past(
    view: unknown,
    fromMs: number,
    toMs: number,
    stepMs: number,
    signal: unknown,
    only?: ReadonlySet<SignalId> | readonly SeriesKey[],
  ): AsyncIterable<PartOfPast>;
  podHistory(
    view: unknown,
    of: ObjectRef,
    signal: SignalId,
    fromMs: number,
    toMs: number,
    stepMs: number,
  ): Promise<History[]>;
}

/** A value older than this when the snapshot was taken is the past, as Prometheus holds it. */
const staleMs = 5 * 60_000;

export function createSnapshotMetrics(snapshot: Pick<Snapshot, 'manifest' | 'series'>): SnapshotMetrics {
  const { series } = snapshot;
  const atMs = snapshot.manifest.capturedAtMs;
  const historiesOf = (some: typeof series, fromMs: number, toMs: number, stepMs: number): History[] =>
    some
      .map(({ key, points }) => ({ key, stepMs, points: onGrid(points, fromMs, toMs, stepMs) }))
      .filter((one) => one.points.length > 0);
  return {
    async observe() {
      const samples: Sample[] = [];
      for (const { key, points } of series) {
        const newest = lastUntil(points, atMs);
        if (newest === undefined || atMs - newest.atMs > staleMs) continue;
        samples.push({ key, ...newest });
      }
      const newestMs = samples.length === 0 ? null : Math.max(...samples.map((one) => one.atMs));
      const none = {
        capability: 'metrics',
        reason: 'the snapshot holds no series',
        cost: 'only facts of the API count: crashes, OOM kills, readiness',
      };
      return await Promise.resolve({
        atMs,
        samples,
        sources: newestMs === null ? [] : [{ source: 'prometheus' as const, newestMs }],
        missing: series.length === 0 ? [none] : [],
      });
    },
    async *past(_view, fromMs, toMs, stepMs, _signal, only) {
      const wanted = series.filter(({ key }) => isWanted(key, only));
      const signals = [...new Set(wanted.map(({ key }) => key.signal))];
      yield await Promise.resolve({
        signals,
        histories: historiesOf(wanted, fromMs, toMs, stepMs),
        unread: new Map(),
      });
    },
    async podHistory(_view, of, signal, fromMs, toMs, stepMs) {
      const own = series.filter(({ key }) => key.pod !== undefined && key.signal === signal && sameRef(key.of, of));
      return await Promise.resolve(historiesOf(own, fromMs, toMs, stepMs));
    },
  };
}

function isWanted(key: SeriesKey, only?: ReadonlySet<SignalId> | readonly SeriesKey[]): boolean {
  if (only === undefined) return true;
  return 'has' in only ? only.has(key.signal) : only.some((one) => seriesId(one) === seriesId(key));
}

/** Points are sorted; a step without a point in it stays absent. */
function onGrid(points: readonly SeriesPoint[], fromMs: number, toMs: number, stepMs: number): History['points'] {
  const byStep = new Map<number, SeriesPoint>();
  for (const point of points) {
    const step = Math.ceil(point.atMs / stepMs) * stepMs;
    if (step >= fromMs && step <= toMs) byStep.set(step, point);
  }
  return [...byStep].map(([atMs, point]) => ({ ...point, atMs }));
}

function lastUntil(points: readonly SeriesPoint[], atMs: number): SeriesPoint | undefined {
  return points.findLast((one) => one.atMs <= atMs);
}
