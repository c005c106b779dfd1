import { describe, expect, it } from 'vitest';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import { queryProblem } from './promql-grammar.ts';
import {
  historyQuery,
  isByPod,
  liveQuery,
  ownedHistoryQuery,
  ownedLiveQuery,
  ownedPodHistoryQuery,
  ownerProbe,
} from './promql.ts';

const selector = [{ label: 'cluster', op: '=', value: 'prod' }] as const;
const wanted = { namespaces: ['shop', 'pay'], workloads: ['cart', 'db.main'] };
const all: readonly Measure[] = measures;
const named = (id: string): Measure => {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const queriesOf = (measure: Measure): string[] => [
  liveQuery(measure, 120_000),
  historyQuery(measure),
  historyQuery(measure, { namespaces: ['shop'] }),
  ...(isByPod(measure)
    ? [
        ownedLiveQuery(measure, 120_000),
        ownedHistoryQuery(measure),
        ownedHistoryQuery(measure, wanted),
        ownedPodHistoryQuery(measure, wanted),
      ]
    : []),
];

describe('queries', () => {
  it.each(all.map((one) => [one.id, one] as const))('of %s are PromQL, here and on a shared server', (_id, measure) => {
    const queries = [...queriesOf(measure), ...queriesOf({ ...measure, everywhere: selector })];
    expect(queries.map((one) => [one, queryProblem(one, [])]).filter(([, problem]) => problem !== null)).toEqual([]);
  });

  it('have one form per metric and never match names of pods', () => {
    const queries = all.flatMap(queriesOf);
    expect(queries.filter((one) => /pod\s*=~|pod\s*!~/.test(one))).toEqual([]);
    expect(new Set(all.map((one) => one.id)).size).toBe(all.length);
  });

  it('limit every selector to the cluster on a shared server, that of the owners too', () => {
    const here: Measure = { ...named('packet errors'), everywhere: selector };
    expect(ownedHistoryQuery(here).split('{cluster="prod"}')).toHaveLength(5);
    expect(liveQuery({ ...named('volume bytes'), everywhere: selector }, 60_000)).toBe(
      'max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{cluster="prod"} / (kubelet_volume_stats_capacity_bytes{cluster="prod"} > 0))',
    );
    expect(ownerProbe(selector)).toBe('count(namespace_workload_pod:kube_pod_owner:relabel{cluster="prod"})');
  });

  it('ask for rates of counters and for gauges as they are', () => {
    expect(liveQuery(named('cpu'), 120_000)).toBe(
      'max by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="", container!="POD", cpu=~"total|"}[120s]))',
    );
    expect(liveQuery(named('memory'), 120_000)).toBe(
      'max by (namespace, pod, container) (container_memory_working_set_bytes{container!="", container!="POD"})',
    );
  });

  it('add both directions of the network on the server', () => {
    expect(liveQuery(named('packet errors'), 60_000)).toBe(
      'sum by (namespace, pod) (rate(container_network_receive_errors_total[60s])) + sum by (namespace, pod) (rate(container_network_transmit_errors_total[60s]))',
    );
  });

  it('divide what is used by a capacity that is not zero, and turn round what is free', () => {
    expect(liveQuery(named('volume bytes'), 60_000)).toBe(
      'max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes / (kubelet_volume_stats_capacity_bytes > 0))',
    );
    expect(liveQuery(named('node inodes'), 60_000)).toContain('(1 - node_filesystem_files_free{');
  });

  it('take the median of a gauge over the past', () => {
    expect(historyQuery(named('node memory'))).toBe(
      'max by (node, kubernetes_node, nodename, instance) (quantile_over_time(0.5, node_memory_working_set_bytes[5m]))',
    );
  });

  it('sum containers of several pods, and not the same container twice, where owners are joined', () => {
    expect(ownedHistoryQuery(named('cpu'), { namespaces: ['shop'], workloads: ['cart'] })).toBe(
      'sum by (namespace, container, workload, workload_type) (max by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="", container!="POD", cpu=~"total|", namespace="shop"}[5m])) * on (namespace, pod) group_left (workload, workload_type) max by (namespace, pod, workload, workload_type) (namespace_workload_pod:kube_pod_owner:relabel{namespace="shop", workload="cart"}))',
    );
  });

  it('name several workloads literally, dots too', () => {
    expect(ownedPodHistoryQuery(named('memory'), wanted)).toContain(
      '{namespace=~"shop|pay", workload=~"cart|db[.]main"}',
    );
    expect(ownedPodHistoryQuery(named('memory'), wanted)).toMatch(
      /^max by \(namespace, container, pod, workload, workload_type\)/,
    );
  });

  it('are not limited to a namespace where no label of that name tells it', () => {
    const ids = ['API server buckets', 'node memory', 'requests, Istio', 'requests, nginx ingress'];
    const queries = ids.map((id) => historyQuery(named(id), { namespaces: ['shop'] }));
    expect(queries.filter((one) => one.includes('"shop"'))).toEqual([]);
  });

  it('leave the query of a user as it is', () => {
    const own: Measure = { ...named('queue, Micrometer'), id: 'custom.x', gives: 'custom.x', query: 'my_queue' };
    expect(new Set(queriesOf(own))).toEqual(new Set(['my_queue']));
  });
});
