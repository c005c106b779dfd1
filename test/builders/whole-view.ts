// A view as plain data, every lookup answered, so that two views can be compared whole.
import type { ClusterView } from '../../src/model/view.ts';
import { keyOf } from '../../src/model/target.ts';

export function wholeView(view: ClusterView): Readonly<Record<string, unknown>> {
  const { pods, nodes, services, workloads, calls } = view;
  const ofWorkloads = workloads.map(({ ref }) => [
    keyOf(ref),
    {
      workload: view.workload(ref),
      pods: view.podsOf(ref),
      revisions: view.revisionsOf(ref),
      services: view.servicesOf(ref),
      callers: view.callersOf(ref),
      callees: view.calleesOf(ref),
      autoscaler: view.autoscalerOf(ref),
      budgets: view.budgetsOf(ref),
      events: view.eventsOn(ref),
    },
  ]);
  return {
    asOfMs: view.asOfMs,
    clusterId: view.clusterId,
    complete: [...view.complete].toSorted(),
    namespaces: [...view.namespaces],
    pods,
    nodes,
    services,
    workloads,
    calls,
    budgets: view.podDisruptionBudgets,
    autoscalers: view.horizontalPodAutoscalers,
    quotas: view.resourceQuotas,
    limitRanges: view.limitRanges,
    ofWorkloads,
    ofPods: pods.map(({ metadata: { namespace = '', name } }) => [
      view.ownerOf(namespace, name),
      view.pod(namespace, name),
      view.eventsOn({ kind: 'Pod', namespace, name }),
    ]),
    slices: services.map(({ metadata: { namespace = '', name } }) => view.slicesOf(namespace, name)),
    configMaps: [...view.namespaces.keys()].map((namespace) => [
      view.configMapNames(namespace),
      view.configMapExists(namespace, 'kube-root-ca.crt'),
    ]),
  };
}
