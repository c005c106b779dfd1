// The cluster as the past knew it: workloads, pods and nodes that series name, beside what today's cluster still tells; facts of the API are in no series.
import { ofEachKind } from '../cluster/resources.ts';
import { buildView } from '../cluster/topology.ts';
import type { Pod } from '../model/kube.ts';
import { keyOf, type ObjectRef } from '../model/target.ts';
import type { ClusterView, Revision, Workload } from '../model/view.ts';
import type { PodOfPast, StretchOfPast } from './owners-of-past.ts';

/** How many pods got their workload from where. */
export type OwnersFrom = { readonly series: number; readonly cluster: number; readonly alone: number };

export interface PastView {
  /** Takes in the pods of the next stretch, which ends at `toMs`. */
  see(stretch: StretchOfPast, toMs: number): void;
  at(atMs: number): ClusterView;
  ownersFrom(): OwnersFrom;
}

/** A workload without a pod for this long is gone; findings on it end. */
const keptMs = 24 * 3_600_000;

/** `today` is the cluster as it is now, null when none can be reached. */
export function createPastView(today: ClusterView | null): PastView {
  const base =
    today ?? buildView({ objects: ofEachKind(() => new Map()), asOfMs: 0, clusterId: '', complete: new Set() });
  const seenMs = new Map<string, number>();
  const workloads = new Map<string, Workload>();
  const from = { series: new Set<string>(), cluster: new Set<string>(), alone: new Set<string>() };
  let picture: Omit<ClusterView, 'asOfMs' | 'revisionsOf'> = base;

  const ownerOf = (pod: PodOfPast): ObjectRef => {
    const key = `${pod.namespace}/${pod.name}`;
    if (pod.owner !== null) {
      from.series.add(key);
      return pod.owner;
    }
    const known = today?.ownerOf(pod.namespace, pod.name);
    from[known === undefined ? 'alone' : 'cluster'].add(key);
    return known ?? { kind: 'Pod', namespace: pod.namespace, name: pod.name };
  };

  return {
    see(stretch, toMs) {
      const pods = new Map<string, Pod>();
      const owners = new Map<string, ObjectRef>();
      const podsByOwner = new Map<string, Pod[]>();
      for (const one of stretch.pods) {
        const key = `${one.namespace}/${one.name}`;
        const owner = ownerOf(one);
        const pod = podOf(one, stretch, today);
        pods.set(key, pod);
        owners.set(key, owner);
        const others = podsByOwner.get(keyOf(owner)) ?? [];
        podsByOwner.set(keyOf(owner), others);
        others.push(pod);
      }
      for (const [key, list] of podsByOwner) {
        const owner = owners.get(`${list[0]?.metadata.namespace ?? ''}/${list[0]?.metadata.name ?? ''}`);
        if (owner === undefined) continue;
        seenMs.set(key, toMs);
        workloads.set(key, today?.workload(owner) ?? workloadOf(owner, list));
      }
      for (const [key, ms] of seenMs)
        if (ms < toMs - keptMs) {
          seenMs.delete(key);
          workloads.delete(key);
        }
      picture = {
        ...base,
        // Nothing of the past is listed in full: facts of pods then stay not known instead of none.
        complete: new Set(),
        pods: [...pods.values()],
        nodes: stretch.nodes.map(
          (name) => today?.nodes.find((one) => one.metadata.name === name) ?? { metadata: { name } },
        ),
        workloads: [...workloads.values()],
        workload: (ref) => workloads.get(keyOf(ref)),
        ownerOf: (namespace, pod) => owners.get(`${namespace}/${pod}`),
        podsOf: (ref) => podsByOwner.get(keyOf(ref)) ?? [],
        pod: (namespace, name) => pods.get(`${namespace}/${name}`),
        eventsOn: () => [],
      };
    },
    at: (atMs) => ({ ...picture, asOfMs: atMs, revisionsOf: (ref) => revisionsAt(base.revisionsOf(ref), atMs) }),
    ownersFrom: () => ({ series: from.series.size, cluster: from.cluster.size, alone: from.alone.size }),
  };
}

/** A revision that was made later is of no account yet; the newest of the others was the current one. */
function revisionsAt(revisions: readonly Revision[], atMs: number): readonly Revision[] {
  const made = revisions
    .filter((one) => one.createdAtMs !== null && one.createdAtMs <= atMs)
    .toSorted((left, right) => (left.createdAtMs ?? 0) - (right.createdAtMs ?? 0));
  return made.map((one, index) => ({ ...one, current: index === made.length - 1 }));
}

function podOf(one: PodOfPast, stretch: StretchOfPast, today: ClusterView | null): Pod {
  const known = today?.pod(one.namespace, one.name);
  const prefix = `${one.namespace}/${one.name}/`;
  const limits = [...stretch.memoryLimits].filter(([key]) => key.startsWith(prefix));
  const containers = limits.map(([key, bytes]) => ({
    name: key.slice(prefix.length),
    resources: { limits: { memory: String(bytes) } },
  }));
  const metadata = { namespace: one.namespace, name: one.name };
  if (containers.length > 0) return { metadata, spec: { containers } };
  return { metadata, ...(known?.spec === undefined ? {} : { spec: known.spec }) };
}

function workloadOf(ref: ObjectRef, pods: readonly Pod[]): Workload {
  const spec = pods[0]?.spec;
  return {
    ref,
    uid: keyOf(ref),
    object: undefined,
    template: spec === undefined ? {} : { spec },
    replicas: pods.length,
    createdAtMs: null,
  };
}
