// Reads the measurements that a snapshot holds: first what every look needs, then the weekends that it compares a weekend with.
import { catalogue } from './agents/metrics/catalogue.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { type Clock, deadline } from './clock.ts';
import type { SnapshotSeries } from './cluster/snapshot/write-snapshot.ts';
import type { Pace } from './model/pace.ts';
import { isWeekend, pastDays, pastStepMs, pastWeekends, weekendStepMs } from './model/past.ts';
import { type History, seriesId, type SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';
import { byReason, type Unread } from './past-lessons.ts';

export type CapturedSeries = { readonly series: readonly SnapshotSeries[]; readonly unread: readonly Unread[] };

type Span = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

const dayMs = 86_400_000;
const recentMinutes = 15;
const longestReadMs = 180_000;
const longestWeekendsMs = 120_000;

/**
 * The last quarter of an hour cycle by cycle, as a look reads it, eight days as a start learns them, and on a weekend those before,
 * newest first. What cannot be read of these is told nowhere: a weekend is then compared with the days that are known. Rejects when
 * `signal` aborts.
 */
export async function capturedSeries(
  metrics: Pick<MetricsAgent, 'past'>,
  view: ClusterView,
  pace: Pace,
  wall: Clock,
  signal: AbortSignal,
): Promise<CapturedSeries> {
  const nowMs = view.asOfMs;
  const recentMs = nowMs - (recentMinutes * 60_000) / pace.scale;
  const found: History[] = [];
  const read = async (spans: readonly Span[], mostMs: number): Promise<ReadonlyMap<SignalId, string>> => {
    const unread = new Map<SignalId, string>();
    const limit = deadline(wall, mostMs, signal);
    try {
      for (const { fromMs, toMs, stepMs } of spans)
        for await (const part of metrics.past(view, fromMs, toMs, stepMs, limit.signal)) {
          for (const one of part.histories) found.push(one);
          for (const [id, reason] of part.unread) unread.set(id, reason);
        }
    } finally {
      limit.done();
    }
    signal.throwIfAborted();
    return unread;
  };

  const recent = { fromMs: recentMs, toMs: nowMs, stepMs: pace.cycleMs };
  const past = { fromMs: nowMs - pastDays * dayMs, toMs: recentMs, stepMs: pastStepMs };
  const unread = byReason(await read([recent, past], longestReadMs), new Set(found.map(({ key }) => key.signal)));
  const weekends = isWeekend(nowMs) ? pastWeekends(nowMs).map((one) => ({ ...one, stepMs: weekendStepMs })) : [];
  await read(weekends, longestWeekendsMs);
  return { series: inOrder(found), unread };
}

function inOrder(found: readonly History[]): readonly SnapshotSeries[] {
  const units = new Map<SignalId, string>(catalogue.map((one) => [one.id, one.unit]));
  return [...Map.groupBy(found, ({ key }) => seriesId(key)).values()].flatMap((some) => {
    const key = some[0]?.key;
    if (key === undefined) return [];
    const points = some.flatMap((one) => one.points).toSorted((left, right) => left.atMs - right.atMs);
    return { key, unit: units.get(key.signal) ?? '', points };
  });
}
