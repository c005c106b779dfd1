// Takes a snapshot of a live cluster: the same picture that a look reads, written to a folder that a later look reads instead.
import { capturedSeries } from './captured-series.ts';
import { wallClock } from './clock.ts';
import { createEvidenceReader } from './cluster/evidence-reader.ts';
import type { ObjectsByKind } from './cluster/resources.ts';
import { objectsOfNamespace } from './cluster/snapshot/objects-of-namespace.ts';
import { podLogs } from './cluster/snapshot/pod-logs.ts';
import { writeSnapshot, type SnapshotLog } from './cluster/snapshot/write-snapshot.ts';
import type { Config } from './config/config.ts';
import { paceOf, paceScales } from './model/pace.ts';
import type { ClusterView } from './model/view.ts';
import { watchOnce } from './look.ts';
import { unreadPast } from './past-lessons.ts';
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
      const { series, unread } = await capturedSeries(metrics, view, pace, wall, signal);
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

function countOf(objects: ObjectsByKind): number {
  return Object.values(objects).reduce((sum, byKey) => sum + byKey.size, 0);
}
