// Builds the picture of the cluster with its relations from plain objects: owners, revisions, Services, callers, budgets, events.
import { eventTimeMs, type KubeEvent, type Pod, type PodDisruptionBudget, type Service } from '../model/kube.ts';
import { keyOf, type ObjectRef } from '../model/target.ts';
import type { CallEdge, ClusterView, Revision, ViewKind, Workload } from '../model/view.ts';
import { callEdges } from './call-edges.ts';
import { createOwnerChain } from './owner-chain.ts';
import type { ObjectsByKind } from './resources.ts';
import { revisionsByWorkload } from './revisions.ts';
import { selects } from './selector.ts';

export type ViewInput = {
  readonly objects: ObjectsByKind;
  readonly asOfMs: number;
  readonly clusterId: string;
  readonly complete: ReadonlySet<ViewKind>;
};

/** One pass over each kind; every lookup afterwards is a map access. Cost grows with objects, and with Services times workloads of a namespace. */
export function buildView(input: ViewInput): ClusterView {
  const { objects } = input;
  const pods = [...objects.Pod.values()];
  const services = [...objects.Service.values()];
  const chain = createOwnerChain(objects);
  const workloads: Workload[] = chain.workloads();
  const byKey = new Map(workloads.map((one) => [keyOf(one.ref), one]));
  const ownerByPod = new Map<string, ObjectRef>();
  const podsByOwner = new Map<string, Pod[]>();
  for (const pod of pods) {
    const owner = chain.ownerOfPod(pod);
    ownerByPod.set(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, owner);
    push(podsByOwner, keyOf(owner), pod);
  }
  const workloadsByNamespace = new Map<string, Workload[]>();
  for (const one of workloads) push(workloadsByNamespace, one.ref.namespace, one);
  const servicesByWorkload = new Map<string, Service[]>();
  const workloadsByService = new Map<string, ObjectRef[]>();
  for (const service of services) {
    const selector = service.spec?.selector ?? {};
    if (Object.keys(selector).length === 0) continue;
    for (const one of workloadsByNamespace.get(service.metadata.namespace ?? '') ?? []) {
      if (!selects({ matchLabels: selector }, one.template.metadata?.labels ?? {})) continue;
      push(servicesByWorkload, keyOf(one.ref), service);
      push(workloadsByService, `${service.metadata.namespace ?? ''}/${service.metadata.name}`, one.ref);
    }
  }
  const calls = callEdges(workloads, services, workloadsByService);
  const callersByKey = groupBy(calls, (edge) => keyOf(edge.callee));
  const calleesByKey = groupBy(calls, (edge) => keyOf(edge.caller));
  const slices = groupBy(
    [...objects.EndpointSlice.values()],
    (slice) => `${slice.metadata.namespace ?? ''}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
  );
  const budgetsByNamespace = groupBy([...objects.PodDisruptionBudget.values()], (one) => one.metadata.namespace ?? '');
  const autoscalers = new Map(
    [...objects.HorizontalPodAutoscaler.values()].map((one) => [
      keyOf({
        kind: one.spec?.scaleTargetRef?.kind ?? '',
        namespace: one.metadata.namespace ?? '',
        name: one.spec?.scaleTargetRef?.name ?? '',
      }),
      one,
    ]),
  );
  const revisions = revisionsByWorkload(objects, workloads);
  const events = eventsByObject([...objects.Event.values()]);
  const configMaps = groupBy([...objects.ConfigMap.values()], (one) => one.metadata.namespace ?? '');
  const configMapNames = new Map(
    [...configMaps].map(([namespace, items]) => [namespace, items.map((one) => one.metadata.name).toSorted()]),
  );
  const none: readonly never[] = [];
  return {
    asOfMs: input.asOfMs,
    clusterId: input.clusterId,
    complete: input.complete,
    namespaces: new Map(
      [...objects.Namespace.values()].map((one) => [
        one.metadata.name,
        { labels: one.metadata.labels ?? {}, annotations: one.metadata.annotations ?? {} },
      ]),
    ),
    pods,
    nodes: [...objects.Node.values()],
    services,
    workloads,
    calls,
    podDisruptionBudgets: [...objects.PodDisruptionBudget.values()],
    horizontalPodAutoscalers: [...objects.HorizontalPodAutoscaler.values()],
    resourceQuotas: [...objects.ResourceQuota.values()],
    limitRanges: [...objects.LimitRange.values()],
    workload: (ref) => byKey.get(keyOf(ref)),
    ownerOf: (namespace, podName) => ownerByPod.get(`${namespace}/${podName}`),
    podsOf: (ref) => podsByOwner.get(keyOf(ref)) ?? none,
    pod: (namespace, name) => objects.Pod.get(`${namespace}/${name}`),
    revisionsOf: (ref): readonly Revision[] => revisions.get(keyOf(ref)) ?? none,
    servicesOf: (ref) => servicesByWorkload.get(keyOf(ref)) ?? none,
    slicesOf: (namespace, serviceName) => slices.get(`${namespace}/${serviceName}`) ?? none,
    callersOf: (ref): readonly CallEdge[] => callersByKey.get(keyOf(ref)) ?? none,
    calleesOf: (ref): readonly CallEdge[] => calleesByKey.get(keyOf(ref)) ?? none,
    autoscalerOf: (ref) => autoscalers.get(keyOf(ref)),
    budgetsOf: (ref) => budgetsOf(byKey.get(keyOf(ref)), budgetsByNamespace.get(ref.namespace) ?? none),
    eventsOn: (ref) => events.get(keyOf(ref)) ?? none,
    configMapExists: (namespace, name) =>
      input.complete.has('ConfigMap') ? objects.ConfigMap.has(`${namespace}/${name}`) : null,
    configMapNames: (namespace) => configMapNames.get(namespace) ?? none,
    configMapVersion: (namespace, name) =>
      objects.ConfigMap.get(`${namespace}/${name}`)?.metadata.resourceVersion ?? null,
  };
}

function budgetsOf(
  workload: Workload | undefined,
  budgets: readonly PodDisruptionBudget[],
): readonly PodDisruptionBudget[] {
  const labels = workload?.template.metadata?.labels ?? {};
  return budgets.filter(
    (one) => one.spec?.selector !== undefined && one.spec.selector !== null && selects(one.spec.selector, labels),
  );
}

function eventsByObject(events: readonly KubeEvent[]): Map<string, KubeEvent[]> {
  const grouped = new Map<string, KubeEvent[]>();
  for (const one of events) {
    const about = one.involvedObject;
    push(
      grouped,
      keyOf({
        kind: about.kind ?? '',
        namespace: about.namespace ?? one.metadata.namespace ?? '',
        name: about.name ?? '',
      }),
      one,
    );
  }
  for (const list of grouped.values()) list.sort((left, right) => (eventTimeMs(left) ?? 0) - (eventTimeMs(right) ?? 0));
  return grouped;
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const grouped = new Map<string, Item[]>();
  for (const item of items) push(grouped, key(item), item);
  return grouped;
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
