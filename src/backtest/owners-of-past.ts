// Which pods and nodes a stretch of the past had, and which workload each pod belonged to: only where a series says so, never by the shape of a name.
import type { LabelMatch } from '../agents/metrics/measure.ts';
import type { RowLabels } from '../agents/metrics/metrics-source.ts';
import { matchers } from '../agents/metrics/promql.ts';
import type { ObjectRef } from '../model/target.ts';
import type { RangeReader, Stretch } from '../agents/metrics/range-reader.ts';

export type PodOfPast = { readonly namespace: string; readonly name: string; readonly owner: ObjectRef | null };

export type StretchOfPast = {
  readonly pods: readonly PodOfPast[];
  readonly nodes: readonly string[];
  /** Memory limit in bytes by `namespace/pod/container`. */
  readonly memoryLimits: ReadonlyMap<string, number>;
  /** Queries that could not be answered. */
  readonly unreadable: readonly string[];
};

/** Steps at which pods are listed; a window of the same length catches those that live shorter. */
export const listingStepMs = 5 * 60_000;

const kinds: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
  job: 'Job',
};

type Queries = {
  readonly pods: string;
  readonly nodes: string;
  /** Recorded by kubernetes-mixin: one series per pod with its workload. */
  readonly recorded: string;
  /** kube-state-metrics; rows know the labels workload and workload_type, so the server renames. */
  readonly direct: string;
  readonly replicaSets: string;
  readonly limits: string;
};

function queriesFor(selector: readonly LabelMatch[]): Queries {
  const seen = (metric: string, where: readonly LabelMatch[] = []): string =>
    `max_over_time(${metric}${matchers([...where, ...selector])}[5m])`;
  const notEmpty = { op: '!=', value: '' } as const;
  const owned = [
    { label: 'owner_kind', ...notEmpty },
    { label: 'owner_kind', op: '!=', value: '<none>' },
  ] as const;
  return {
    pods: `max by (namespace, pod) (${seen('container_memory_working_set_bytes', [{ label: 'container', ...notEmpty }])})`,
    nodes: `max by (node) (${seen('node_cpu_usage_seconds_total')})`,
    recorded: `max by (namespace, pod, workload, workload_type) (${seen('namespace_workload_pod:kube_pod_owner:relabel')})`,
    direct: renamed(seen('kube_pod_owner', owned), 'pod'),
    replicaSets: renamed(
      seen('kube_replicaset_owner', [{ label: 'owner_kind', op: '=', value: 'Deployment' }]),
      'replicaset',
    ),
    limits: `max by (namespace, pod, container) (${seen('kube_pod_container_resource_limits', [{ label: 'resource', op: '=', value: 'memory' }])})`,
  };
}

/** `selector` are matchers that only series of this cluster satisfy. */
export async function readOwners(
  reader: RangeReader,
  stretch: Stretch,
  signal: AbortSignal,
  selector: readonly LabelMatch[] = [],
): Promise<StretchOfPast> {
  const queries = queriesFor(selector);
  const unreadable: string[] = [];
  const ask = async (query: string): Promise<readonly { labels: RowLabels; newest: number }[]> => {
    const past = await reader.read(query, stretch, signal);
    if ('unreadable' in past) {
      unreadable.push(past.unreadable);
      return [];
    }
    return past.rows.map(({ labels, points }) => ({ labels, newest: points.at(-1)?.value ?? 0 }));
  };
  const pods = await ask(queries.pods);
  const nodes = await ask(queries.nodes);
  const recorded = await ask(queries.recorded);
  const owners = new Map<string, ObjectRef>();
  for (const { labels } of recorded) setOwner(owners, labels);
  // Where nothing is recorded, the plain series of kube-state-metrics say the same in two steps.
  if (recorded.length === 0) {
    const deployments = new Map<string, ObjectRef>();
    for (const { labels } of await ask(queries.replicaSets)) setOwner(deployments, labels);
    for (const { labels } of await ask(queries.direct)) {
      const above = deployments.get(`${labels.namespace}/${labels.workload}`);
      if (labels.workloadType === 'ReplicaSet' && above !== undefined)
        owners.set(`${labels.namespace}/${labels.pod}`, above);
      else setOwner(owners, labels);
    }
  }
  const memoryLimits = new Map<string, number>();
  for (const { labels, newest } of await ask(queries.limits))
    memoryLimits.set(`${labels.namespace}/${labels.pod}/${labels.container}`, newest);
  return {
    pods: pods
      .filter(({ labels }) => labels.pod !== '')
      .map(({ labels }) => ({
        namespace: labels.namespace,
        name: labels.pod,
        owner: owners.get(`${labels.namespace}/${labels.pod}`) ?? null,
      })),
    nodes: nodes.map(({ labels }) => labels.node).filter((name) => name !== ''),
    memoryLimits,
    unreadable,
  };
}

function setOwner(owners: Map<string, ObjectRef>, labels: RowLabels): void {
  if (labels.workload === '' || labels.pod === '') return;
  const kind = kinds[labels.workloadType.toLowerCase()] ?? labels.workloadType;
  if (kind !== '')
    owners.set(`${labels.namespace}/${labels.pod}`, { kind, namespace: labels.namespace, name: labels.workload });
}

function renamed(inner: string, pod: 'pod' | 'replicaset'): string {
  const owner = `max by (namespace, ${pod}, owner_name, owner_kind) (${inner})`;
  const workload = `label_replace(${owner}, "workload", "$1", "owner_name", "(.*)")`;
  const typed = `label_replace(${workload}, "workload_type", "$1", "owner_kind", "(.*)")`;
  return pod === 'pod' ? typed : `label_replace(${typed}, "pod", "$1", "${pod}", "(.*)")`;
}
