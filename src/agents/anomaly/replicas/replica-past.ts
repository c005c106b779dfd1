// Fills the past of replicas from what a source remembers of each pod, so that an odd one can be told right after a start.
import type { History } from '../../../model/signal.ts';
import { seriesId } from '../../../model/signal.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { Windows } from '../settings.ts';
import type { PodSeries } from './pod-series.ts';
import { isGrown } from '../changes/start-up.ts';
import type { ReplicaGroup } from './replica-groups.ts';
import { residualsOf } from './residuals.ts';

/** Histories of pods by the id of their workload's series. */
export function podHistories(histories: readonly History[]): ReadonlyMap<string, readonly History[]> {
  return Map.groupBy(histories, ({ key }) => seriesId({ signal: key.signal, of: key.of }));
}

/** `seriesOf` answers the replicas that are followed. Values of a pod that was still starting then are left out. */
export function fillPast(
  group: ReplicaGroup,
  histories: readonly History[],
  view: ClusterView,
  windows: Windows,
  seriesOf: (pod: string) => PodSeries | undefined,
): void {
  const byTime = new Map<number, Map<string, number>>();
  for (const { key, points } of histories) {
    const pod = view.pod(key.of.namespace, key.pod ?? '');
    for (const { atMs, value } of points) {
      if (!Number.isFinite(value) || (pod !== undefined && !isGrown(pod, atMs, windows))) continue;
      const values = byTime.get(atMs) ?? new Map<string, number>();
      byTime.set(atMs, values);
      values.set(key.pod ?? '', value);
    }
  }
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [atMs, values] of [...byTime].toSorted(([left], [right]) => left - right)) {
    if (atMs - lastMs < windows.verifyMs || values.size < 2) continue;
    lastMs = atMs;
    for (const [pod, { residual }] of residualsOf(values))
      if (group.traits.has(pod)) seriesOf(pod)?.past.push(atMs, residual);
  }
}
