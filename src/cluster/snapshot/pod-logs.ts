// The logs that go into a snapshot: each container's newest lines, and those of its former instance when it has restarted.
import type { ClusterView } from '../../model/view.ts';
import type { ClusterEvidence, LogPlace } from '../evidence-reader.ts';
import type { SnapshotLog } from './write-snapshot.ts';

/** Logs one after the other; a log that cannot be read is left out. `lines` is the most of each. */
export async function* podLogs(
  view: ClusterView,
  evidence: Pick<ClusterEvidence, 'tail'>,
  lines: number,
  signal: AbortSignal,
): AsyncGenerator<SnapshotLog> {
  for (const of of placesOf(view)) {
    const read = await evidence.tail(of, lines, signal);
    if (read !== null && read.length > 0) yield { of, lines: read };
  }
}

function* placesOf(view: ClusterView): Generator<LogPlace> {
  for (const { metadata, status } of view.pods) {
    for (const one of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
      const place = { namespace: metadata.namespace ?? '', pod: metadata.name, container: one.name };
      const hasStarted = one.state?.running !== undefined || one.state?.terminated !== undefined;
      if (hasStarted) yield { ...place, previous: false };
      if ((one.restartCount ?? 0) > 0) yield { ...place, previous: true };
    }
  }
}
