// Turns range rows of raw measures into the past of each workload, pod and node, one signal at a time so that memory stays small.
import { isLive } from '../../model/kube.ts';
import type { History, SignalId } from '../../model/signal.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { needsOf, type SignalDefinition } from './signal-definition.ts';
import { createChoice } from './joined-rows.ts';
import { combineOf, type Measure } from './measure.ts';
import { containerLimit } from './memory-limit.ts';
import type { RangeRow } from './metrics-source.ts';
import { createRowOwners, type RowOwner } from './row-owner.ts';
import { addRow, emptyTotals, signalOf, type Totals } from './totals.ts';

type Answered = readonly (readonly [measure: Measure, rows: readonly RangeRow[]])[];
type Grid = {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly length: number;
  /** Window of the live rates: weights are told for it, as those of samples are. */
  readonly windowMs: number;
};
/** Rows of one owner by time slot, beside the number of pods that each slot has. */
type Owner = { readonly of: ObjectRef; readonly pod?: string; readonly slots: Totals[]; readonly pods: Set<string>[] };

export type PastOptions = {
  /** Histories of pods of one workload in place of workloads. */
  readonly podsOf?: ObjectRef;
};

/** Histories of the signals that these rows suffice for. */
export function pastOf(
  view: ClusterView,
  answered: Answered,
  signals: readonly SignalDefinition[],
  grid: Grid,
  options: PastOptions = {},
): History[] {
  const histories: History[] = [];
  const groups = Map.groupBy(signals, (one) => needsOf(one).join(' '));
  const ownerOf = createRowOwners(view, (namespace, pod) => view.ownerOf(namespace, pod));
  for (const group of groups.values()) {
    const needs = new Set(group.flatMap(needsOf));
    const rows = answered.filter(([measure]) => needs.has(measure.gives));
    if (rows.length === 0) continue;
    for (const owner of ownersOf(view, rows, ownerOf, grid, options).values())
      for (const signal of group) {
        if (isSum(signal, rows) && isReplaced(view, owner, grid)) continue;
        const points = pointsOf(owner, signal, grid, rows);
        if (points.length > 0) histories.push({ key: keyIn(signal.id, owner), stepMs: grid.stepMs, points });
      }
  }
  return histories;
}

function keyIn(signal: SignalId, { of, pod }: Owner): History['key'] {
  return { signal, of, ...(pod === undefined ? {} : { pod }) };
}

function pointsOf(owner: Owner, signal: SignalDefinition, grid: Grid, rows: Answered): History['points'] {
  const points: History['points'][number][] = [];
  // Without the owners of the past only pods that still live are seen: a sum over fewer of them is not a lower level.
  const most = isSum(signal, rows) ? owner.pods.reduce((high, one) => Math.max(high, one.size), 0) : 0;
  for (let slot = 0; slot < grid.length; slot += 1) {
    const totals = owner.slots[slot];
    if (totals === undefined || (owner.pods[slot]?.size ?? 0) < most) continue;
    const found = signalOf(totals, signal, grid.windowMs / 1000);
    if (found !== null && Number.isFinite(found.value))
      points.push({ atMs: grid.fromMs + slot * grid.stepMs, ...found });
  }
  return points;
}

function isSum({ reading }: SignalDefinition, rows: Answered): boolean {
  return reading.from === 'sum' && rows.every(([measure]) => combineOf(measure) === 'sum');
}

/** Whether pods that are too young for this stretch are needed to make up the workload: others stood in their place, which nobody knows. */
function isReplaced(view: ClusterView, { of, pods }: Owner, { fromMs, stepMs, length }: Grid): boolean {
  if (pods.length === 0) return false;
  const toMs = fromMs + (length - 1) * stepMs;
  const live = view.podsOf(of).filter(isLive);
  const known = live.filter(
    ({ metadata: { name, creationTimestamp } }) =>
      !(Date.parse(creationTimestamp ?? '') > toMs) || pods.some((some) => some.has(name)),
  );
  return known.length < Math.min(live.length, view.workload(of)?.replicas ?? 0);
}

function ownersOf(
  view: ClusterView,
  answered: Answered,
  ownerOf: (labels: RangeRow['labels']) => RowOwner | null,
  grid: Grid,
  { podsOf }: PastOptions,
): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  const choice = createChoice();
  for (const [measure, rows] of answered) {
    const isChosen = choice.of(measure);
    for (const { labels, points } of rows) {
      const found = ownerOf(labels);
      if (found === null || !isWanted(found, podsOf)) continue;
      const { of } = found;
      if (!isChosen(keyOf(of))) continue;
      const pod = podsOf === undefined ? undefined : found.pod;
      const key = `${keyOf(of)}#${pod ?? ''}`;
      const owner = owners.get(key) ?? { of, slots: [], pods: [], ...(pod === undefined ? {} : { pod }) };
      owners.set(key, owner);
      const limit = measure.gives === 'memory' ? limitOf(view, of, labels.container) : null;
      for (const { atMs, value } of points) {
        const slot = Math.round((atMs - grid.fromMs) / grid.stepMs);
        if (slot < 0 || slot >= grid.length) continue;
        const totals = (owner.slots[slot] ??= emptyTotals());
        if (found.pod !== undefined && podsOf === undefined) (owner.pods[slot] ??= new Set()).add(found.pod);
        addRow(totals, measure, labels, value, limit);
      }
    }
  }
  return owners;
}

function isWanted({ of, pod }: RowOwner, podsOf: ObjectRef | undefined): boolean {
  return podsOf === undefined || (pod !== undefined && keyOf(of) === keyOf(podsOf));
}

function limitOf(view: ClusterView, of: ObjectRef, container: string): number | null {
  return containerLimit(view.workload(of)?.template.spec, container);
}
