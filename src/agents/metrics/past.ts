// Turns range rows of raw measures into the past of each workload and node, one signal at a time so that memory stays small.
import type { History, SignalId } from '../../model/signal.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { MeasureId, SignalDefinition } from './catalogue.ts';
import { containerLimit } from './memory-limit.ts';
import type { RangeRow } from './metrics-source.ts';
import { addBucket, addMemory, addRequests, addTo, emptyTotals, signalOf, type Totals } from './totals.ts';

type Rows = ReadonlyMap<MeasureId, readonly RangeRow[]>;
type Grid = { readonly fromMs: number; readonly stepMs: number; readonly length: number };
/** Rows of one owner by time slot, beside the number of pods that each slot has. */
type Owner = { readonly of: ObjectRef; readonly slots: Totals[]; readonly pods: Set<string>[] };

const additive: ReadonlySet<SignalId> = new Set([
  'cpu.usage',
  'network.receive',
  'network.transmit',
  'network.errors',
  'sli.rps',
]);

/** Histories of the signals that these rows suffice for. */
export function pastOf(view: ClusterView, rows: Rows, signals: readonly SignalDefinition[], grid: Grid): History[] {
  const histories: History[] = [];
  const groups = Map.groupBy(signals, (one) => one.needs.join(' '));
  for (const group of groups.values()) {
    const needs = group[0]?.needs ?? [];
    if (needs.length === 0 || !needs.some((measure) => rows.has(measure))) continue;
    for (const owner of ownersOf(view, rows, needs, grid).values())
      for (const { id } of group) {
        const points = pointsOf(owner, id, grid);
        if (points.length > 0) histories.push({ key: { signal: id, of: owner.of }, stepMs: grid.stepMs, points });
      }
  }
  return histories;
}

function pointsOf(owner: Owner, signal: SignalId, grid: Grid): { atMs: number; value: number }[] {
  const points: { atMs: number; value: number }[] = [];
  // Without the owners of the past only pods that still live are seen: a sum over fewer of them is not a lower level.
  const most = additive.has(signal) ? owner.pods.reduce((high, one) => Math.max(high, one.size), 0) : 0;
  for (let slot = 0; slot < grid.length; slot += 1) {
    const totals = owner.slots[slot];
    if (totals === undefined || (owner.pods[slot]?.size ?? 0) < most) continue;
    const found = signalOf(totals, signal, grid.stepMs / 1000);
    if (found !== null && Number.isFinite(found.value))
      points.push({ atMs: grid.fromMs + slot * grid.stepMs, value: found.value });
  }
  return points;
}

function ownersOf(view: ClusterView, rows: Rows, needs: readonly MeasureId[], grid: Grid): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const measure of needs)
    for (const row of rows.get(measure) ?? []) {
      const of = ownerOfRow(view, row);
      if (of === null) continue;
      const key = keyOf(of);
      const owner = owners.get(key) ?? { of, slots: [], pods: [] };
      owners.set(key, owner);
      const limit =
        measure === 'memory' ? containerLimit(view.workload(of)?.template.spec, row.labels.container) : null;
      for (const { atMs, value } of row.points) {
        const slot = Math.round((atMs - grid.fromMs) / grid.stepMs);
        if (slot < 0 || slot >= grid.length) continue;
        const totals = (owner.slots[slot] ??= emptyTotals());
        if (row.labels.pod !== '') (owner.pods[slot] ??= new Set()).add(row.labels.pod);
        if (measure === 'requests') addRequests(totals, row.labels.code, value);
        else if (measure === 'buckets') addBucket(totals, row.labels.le, value);
        else if (measure === 'memory') addMemory(totals, value, limit);
        else addTo(totals, measure, value);
      }
    }
  return owners;
}

const kinds: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
};

function ownerOfRow(view: ClusterView, { labels }: RangeRow): ObjectRef | null {
  if (labels.workload !== '') {
    const kind = kinds[labels.workloadType.toLowerCase()];
    const of = kind === undefined ? null : { kind, namespace: labels.namespace, name: labels.workload };
    return of !== null && view.workload(of) !== undefined ? of : null;
  }
  if (labels.node !== '' && labels.pod === '') return { kind: 'Node', namespace: '', name: labels.node };
  const of = view.ownerOf(labels.namespace, labels.pod);
  return of === undefined || view.workload(of) === undefined ? null : of;
}
