// Joins rows to pods, workloads and nodes; of several names that measure the same, an owner counts by the first alone.
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { Measure } from './measure.ts';
import { containerLimit } from './memory-limit.ts';
import type { Row } from './metrics-source.ts';
import type { OwnerMemory } from './owner-memory.ts';
import { createRowOwners } from './row-owner.ts';
import { addRow, emptyTotals, type Totals } from './totals.ts';

type OwnerTotals = { readonly of: ObjectRef; readonly totals: Totals };
export type Joined = {
  /** Workloads, nodes and the API server. */
  readonly owners: ReadonlyMap<string, OwnerTotals>;
  readonly pods: ReadonlyMap<string, OwnerTotals & { readonly pod: string }>;
  /** How many owners count by each measure. */
  readonly chosen: ReadonlyMap<string, number>;
};

/**
 * Rows of pods that nobody remembers belong to nobody and are left out. Rates of pods that went within their window
 * still count for the workload, else each rollout would look like a loss of traffic.
 */
export function joinRows(
  view: ClusterView,
  memory: OwnerMemory,
  answered: readonly (readonly [measure: Measure, rows: readonly Row[]])[],
): Joined {
  const owners = new Map<string, OwnerTotals>();
  const pods = new Map<string, OwnerTotals & { pod: string }>();
  const choice = createChoice();
  const ownerOf = createRowOwners(view, (namespace, pod) => memory.ownerOf(namespace, pod));
  for (const [measure, rows] of answered)
    for (const { labels, value } of rows) {
      const owner = ownerOf(labels);
      if (owner === null) continue;
      const { of, pod } = owner;
      const key = keyOf(of);
      if (!choice.take(key, measure)) continue;
      const live = pod === undefined ? undefined : view.pod(of.namespace, pod);
      if (measure.gives === 'memory' && live === undefined) continue;
      const entry = owners.get(key) ?? { of, totals: emptyTotals() };
      owners.set(key, entry);
      const limit = measure.gives === 'memory' ? containerLimit(live?.spec, labels.container) : null;
      addRow(entry.totals, measure, labels, value, limit);
      if (live === undefined || pod === undefined) continue;
      const podKey = `${of.namespace}/${pod}`;
      const own = pods.get(podKey) ?? { of, pod, totals: emptyTotals() };
      pods.set(podKey, own);
      addRow(own.totals, measure, labels, value, limit);
    }
  return { owners, pods, chosen: choice.counts() };
}

/** Which measure an owner counts by, of those that give the same: the first that had a row of it. */
export function createChoice(): {
  take(owner: string, measure: Measure): boolean;
  counts(): ReadonlyMap<string, number>;
} {
  const chosen = new Map<string, string>();
  return {
    take(owner, measure) {
      const key = `${measure.gives}\n${owner}`;
      const known = chosen.get(key);
      if (known === undefined) chosen.set(key, measure.id);
      return known === undefined || known === measure.id;
    },
    counts() {
      const counts = new Map<string, number>();
      for (const id of chosen.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
      return counts;
    },
  };
}
