// Joins rows to pods, workloads and nodes; of several names that measure the same, an owner counts by the first alone.
import type { Pod } from '../../model/kube.ts';
import { keyOf, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { Measure } from './measure.ts';
import { containerLimit } from './memory-limit.ts';
import type { Row, RowLabels } from './metrics-source.ts';
import type { OwnerMemory } from './owner-memory.ts';
import { createRowOwners, type RowOwner } from './row-owner.ts';
import { createSumTable } from './sum-table.ts';
import { addRow, emptyTotals, type Totals } from './totals.ts';

type OwnerTotals = { readonly of: ObjectRef; readonly totals: Totals };
export type Joined = {
  /** Workloads, nodes and the API server. */
  readonly owners: ReadonlyMap<string, OwnerTotals>;
  readonly pods: ReadonlyMap<string, OwnerTotals & { readonly pod: string }>;
};
type Answered = readonly (readonly [measure: Measure, rows: readonly Row[]])[];

/** An owner, or a pod of one, to whom rows belong; totals are there from the first row that counts. */
type Place = {
  readonly of: ObjectRef;
  readonly key: string;
  readonly pod: string;
  /** The pod that is meant, as long as it lives. */
  readonly live: Pod | undefined;
  owner: Totals | null;
  own: Totals | null;
};

/**
 * Rows of pods that `memory` does not know belong to nobody and are left out. Rates of pods that went within their window
 * still count for the workload, else each rollout would look like a loss of traffic. What a call answers is good until the next.
 */
export function createJoin(memory: OwnerMemory): (view: ClusterView, answered: Answered) => Joined {
  const sums = createSumTable();
  return (view, answered) => {
    sums.clear();
    const owners = new Map<string, OwnerTotals>();
    const pods = new Map<string, OwnerTotals & { pod: string }>();
    const choice = createChoice();
    const placeOf = createPlaces(view, memory);
    const ownerTotals = ({ of, key }: Place): Totals => {
      const entry = owners.get(key) ?? { of, totals: emptyTotals(sums.next()) };
      owners.set(key, entry);
      return entry.totals;
    };
    const podTotals = ({ of, pod }: Place): Totals => {
      const key = `${of.namespace}/${pod}`;
      const entry = pods.get(key) ?? { of, pod, totals: emptyTotals(sums.next()) };
      pods.set(key, entry);
      return entry.totals;
    };
    for (const [measure, rows] of answered) {
      const isChosen = choice.of(measure);
      const isMemory = measure.gives === 'memory';
      for (const { labels, value } of rows) {
        const place = placeOf(labels);
        if (place === null || !isChosen(place.key)) continue;
        const { live } = place;
        if (isMemory && live === undefined) continue;
        const limit = isMemory ? containerLimit(live?.spec, labels.container) : null;
        addRow((place.owner ??= ownerTotals(place)), measure, labels, value, limit);
        if (live !== undefined) addRow((place.own ??= podTotals(place)), measure, labels, value, limit);
      }
    }
    return { owners, pods };
  };
}

/** A source that knows its series keeps their labels: whose the rows are must then be found out once for all measures. */
function createPlaces(view: ClusterView, memory: OwnerMemory): (labels: RowLabels) => Place | null {
  const byLabels = new Map<RowLabels, Place | null>();
  const byOwner = new Map<RowOwner, Place>();
  const ownerOf = createRowOwners(view, (namespace, pod) => memory.ownerOf(namespace, pod));
  const placeOf = (owner: RowOwner): Place => {
    const { of, pod } = owner;
    let place = byOwner.get(owner);
    if (place === undefined) {
      const live = pod === undefined ? undefined : view.pod(of.namespace, pod);
      place = { of, key: keyOf(of), pod: pod ?? '', live, owner: null, own: null };
      byOwner.set(owner, place);
    }
    return place;
  };
  return (labels) => {
    let place = byLabels.get(labels);
    if (place === undefined) {
      const owner = ownerOf(labels);
      place = owner === null ? null : placeOf(owner);
      byLabels.set(labels, place);
    }
    return place;
  };
}

/** Which measure an owner counts by, of those that give the same: the first that had a row of it. */
export function createChoice(): { of(measure: Measure): (owner: string) => boolean } {
  const chosen = new Map<string, Map<string, string>>();
  return {
    of({ gives, id }) {
      const byOwner = chosen.get(gives) ?? new Map<string, string>();
      chosen.set(gives, byOwner);
      return (owner) => {
        const known = byOwner.get(owner);
        if (known === undefined) byOwner.set(owner, id);
        return known === undefined || known === id;
      };
    },
  };
}
