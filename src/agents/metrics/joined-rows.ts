// Joins rows to pods and workloads by the owner chain of the cluster view, never by the shape of a pod's name.
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { MeasureId } from './catalogue.ts';
import { containerLimit } from './memory-limit.ts';
import type { Row, RowLabels } from './metrics-source.ts';
import type { OwnerMemory } from './owner-memory.ts';
import { addBucket, addMemory, addRequests, addTo, emptyTotals, type Totals } from './totals.ts';

type PodTotals = { readonly of: ObjectRef; readonly pod: string; readonly totals: Totals };
export type Joined = {
  readonly workloads: ReadonlyMap<string, { readonly of: ObjectRef; readonly totals: Totals }>;
  readonly pods: ReadonlyMap<string, PodTotals>;
  readonly nodes: ReadonlyMap<string, Totals>;
};

/**
 * Rows of pods that nobody remembers belong to nobody and are left out. Rates of pods that went within their window
 * still count for the workload, else each rollout would look like a loss of traffic.
 */
export function joinRows(view: ClusterView, owners: OwnerMemory, rows: ReadonlyMap<MeasureId, readonly Row[]>): Joined {
  const workloads = new Map<string, { of: ObjectRef; totals: Totals }>();
  const pods = new Map<string, PodTotals>();
  const nodes = new Map<string, Totals>();
  for (const [measure, list] of rows)
    for (const { labels, value } of list) {
      if (labels.node !== '' && labels.pod === '') {
        const totals = nodes.get(labels.node) ?? emptyTotals();
        nodes.set(labels.node, totals);
        addTo(totals, measure, value);
        continue;
      }
      const known = view.pod(labels.namespace, labels.pod);
      const of = owners.ownerOf(labels.namespace, labels.pod);
      if (of === undefined || (known === undefined && measure === 'memory')) continue;
      const key = keyOf(of);
      const workload = workloads.get(key) ?? { of, totals: emptyTotals() };
      workloads.set(key, workload);
      const limit = measure === 'memory' ? containerLimit(known?.spec, labels.container) : null;
      addRow(workload.totals, measure, labels, value, limit);
      if (known !== undefined) addRow(podTotals(pods, of, labels), measure, labels, value, limit);
    }
  return { workloads, pods, nodes };
}

function podTotals(pods: Map<string, PodTotals>, of: ObjectRef, labels: RowLabels): Totals {
  const key = `${labels.namespace}/${labels.pod}`;
  const made = pods.get(key) ?? { of, pod: labels.pod, totals: emptyTotals() };
  pods.set(key, made);
  return made.totals;
}

function addRow(totals: Totals, measure: MeasureId, labels: RowLabels, value: number, limit: number | null): void {
  switch (measure) {
    case 'requests':
      addRequests(totals, labels.code, value);
      break;
    case 'buckets':
      addBucket(totals, labels.le, value);
      break;
    case 'memory':
      addMemory(totals, value, limit);
      break;
    default:
      addTo(totals, measure, value);
  }
}
