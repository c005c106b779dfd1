// Takes a snapshot of a live cluster: the same picture that a look reads, written to a folder that a later look reads instead.
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import { deadline, wallClock } from './clock.ts';
import { createEvidenceReader } from './cluster/evidence-reader.ts';
import type { ObjectsByKind } from './cluster/resources.ts';
import { objectsOfNamespace } from './cluster/snapshot/objects-of-namespace.ts';
import { podLogs } from './cluster/snapshot/pod-logs.ts';
import { writeSnapshot, type SnapshotLog, type SnapshotSeries } from './cluster/snapshot/write-snapshot.ts';
import type { Config } from './config/config.ts';
import { isWeekend, pastDays, pastStepMs, pastWeekends, weekendStepMs } from './model/past.ts';
import { paceOf, paceScales, type Pace } from './model/pace.ts';
import type { History, SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';
import { watchOnce } from './look.ts';
import { byReason, type Unread, unreadPast } from './past-lessons.ts';
import { createSenses, openCluster } from './senses.ts';

export type CaptureOptions = {
  /** Must not exist or be empty. */
  readonly out: string;
  readonly logs: 'none' | 'tail' | 'whole';
  /** All that may be read when absent. */
  readonly namespace?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
};

export type Captured = { readonly files: number; readonly objects: number; readonly missing: readonly string[] };

const tailLines = 50;
/** Kubelets keep about 10 MiB of a container by default; more lines than that holds are never asked for. */
const wholeLines = 100_000;
const dayMs = 86_400_000;
const recentMinutes = 15;
const historyDeadlineMs = 180_000;
const notHeld = 'they are not judged out of this snapshot';

export async function takeSnapshot(config: Config, options: CaptureOptions): Promise<Captured> {
  const { signal } = options;
  const wall = wallClock();
  const cluster = await openCluster(config, wall, signal);
  try {
    const live = await watchOnce(cluster, wall, options);
    try {
      const pace = paceOf(paceScales[config.pace]);
      const { metrics } = await createSenses(config, cluster.connection, { wall, cluster: cluster.clock }, pace);
      const view = live.view();
      options.onProgress?.('reading metrics');
      const limit = deadline(wall, historyDeadlineMs, signal);
      const { series, unread } = await seriesOf(metrics, view, pace, limit.signal).finally(() => limit.done());
      signal.throwIfAborted();
      const unseen = [
        ...live.missing().map(({ resource, reason, cost }) => ({ resource, reason, cost })),
        ...unread.map((one) => ({ resource: 'metrics', reason: unreadPast(one).capability, cost: notHeld })),
      ];
      const all = live.objects();
      const objects = options.namespace === undefined ? all : objectsOfNamespace(all, options.namespace);
      options.onProgress?.('writing');
      const { files } = await writeSnapshot(options.out, {
        manifest: {
          capturedAtMs: view.asOfMs,
          cluster: { id: cluster.clusterId, name: cluster.clusterName, version: cluster.version },
          namespaces: options.namespace === undefined ? null : [options.namespace],
          complete: view.complete,
          logs: options.logs,
          missing: unseen,
        },
        objects,
        logs: logsOf(view, options, createEvidenceReader(cluster.reader)),
        series: series.filter(({ key }) => options.namespace === undefined || key.of.namespace === options.namespace),
      });
      const missing = unseen.map((one) => `${one.resource}: ${one.reason}`);
      return { files, objects: countOf(objects), missing };
    } finally {
      await live.close();
    }
  } finally {
    await cluster.close();
  }
}

async function* logsOf(
  view: ClusterView,
  options: CaptureOptions,
  evidence: ReturnType<typeof createEvidenceReader>,
): AsyncGenerator<SnapshotLog> {
  if (options.logs === 'none') return;
  const lines = options.logs === 'tail' ? tailLines : wholeLines;
  for await (const log of podLogs(view, evidence, lines, options.signal))
    if (options.namespace === undefined || log.of.namespace === options.namespace) yield log;
}

/** Eight days as a start learns them, on a weekend those before it, and the last quarter of an hour cycle by cycle, as a look reads them. */
async function seriesOf(
  metrics: MetricsAgent,
  view: ClusterView,
  pace: Pace,
  signal: AbortSignal,
): Promise<{ readonly series: readonly SnapshotSeries[]; readonly unread: readonly Unread[] }> {
  const nowMs = view.asOfMs;
  const recentMs = nowMs - (recentMinutes * 60_000) / pace.scale;
  const unread = new Map<SignalId, string>();
  const found: History[] = [];
  const read = async (fromMs: number, toMs: number, stepMs: number): Promise<void> => {
    for await (const part of metrics.past(view, fromMs, toMs, stepMs, signal)) {
      for (const one of part.histories) found.push(one);
      for (const [id, reason] of part.unread) unread.set(id, reason);
    }
  };
  for (const { fromMs, toMs } of isWeekend(nowMs) ? pastWeekends(nowMs).toReversed() : [])
    await read(fromMs, toMs, weekendStepMs);
  await read(nowMs - pastDays * dayMs, recentMs, pastStepMs);
  await read(recentMs, nowMs, pace.cycleMs);
  const units = new Map<SignalId, string>(catalogue.map((one) => [one.id, one.unit]));
  const points = new Map<string, { key: SnapshotSeries['key']; points: SnapshotSeries['points'][number][] }>();
  for (const { key, points: some } of found) {
    const id = `${key.signal} ${key.of.namespace}/${key.of.kind}/${key.of.name}`;
    const known = points.get(id) ?? { key, points: [] };
    points.set(id, known);
    known.points.push(...some);
  }
  return {
    series: [...points.values()].map((one) => ({ ...one, unit: units.get(one.key.signal) ?? '' })),
    unread: byReason(unread, new Set(found.map(({ key }) => key.signal))),
  };
}

function countOf(objects: ObjectsByKind): number {
  return Object.values(objects).reduce((sum, byKey) => sum + byKey.size, 0);
}
