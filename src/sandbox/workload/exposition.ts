// Every series that kubelets and pods expose, with a function that reads its value now; text and stores are made from the same list.
import { bucketBounds } from './latency.ts';
import type { Physics } from './physics.ts';
import type { Process } from './process.ts';

export type ScrapeJob = 'kubelet-resource' | 'kubelet-cadvisor' | 'pods';

export type Series = {
  readonly job: ScrapeJob;
  readonly node: string;
  /** `namespace/pod` for what a pod serves itself. */
  readonly pod: string | null;
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** As the endpoint prints them; Prometheus adds those of the target. */
  readonly labels: Readonly<Record<string, string>>;
  read(): number;
};

const systemCores = 0.12;
/** What fits into a full Ethernet frame. */
const packetBytes = 1_448;
const systemBytes = 900 * 2 ** 20;

/** Series of one running container. */
export function seriesOf(process: Process): Series[] {
  const { start, meters, podMeters } = process;
  const ids = { namespace: start.namespace, pod: start.pod };
  const container = { ...ids, container: start.container };
  const startedSeconds = process.startedAtMs / 1000;
  const kubelet = (
    job: 'kubelet-resource' | 'kubelet-cadvisor',
    name: string,
    type: Series['type'],
    labels: Series['labels'],
    read: () => number,
  ): Series => ({ job, node: start.node, pod: null, name, type, labels, read });
  const application = (name: string, type: Series['type'], labels: Series['labels'], read: () => number): Series => ({
    job: 'pods',
    node: start.node,
    pod: `${start.namespace}/${start.pod}`,
    name,
    type,
    labels,
    read,
  });
  const network = { container: '', ...ids, interface: 'eth0' };

  const series = [
    kubelet('kubelet-resource', 'container_cpu_usage_seconds_total', 'counter', container, () => meters.cpuSeconds),
    kubelet('kubelet-resource', 'container_memory_working_set_bytes', 'gauge', container, () =>
      Math.round(meters.workingSetBytes),
    ),
    kubelet('kubelet-resource', 'container_start_time_seconds', 'gauge', container, () => startedSeconds),
    kubelet('kubelet-resource', 'pod_cpu_usage_seconds_total', 'counter', ids, () => meters.cpuSeconds),
    kubelet('kubelet-resource', 'pod_memory_working_set_bytes', 'gauge', ids, () => Math.round(meters.workingSetBytes)),
    kubelet(
      'kubelet-cadvisor',
      'container_network_receive_bytes_total',
      'counter',
      network,
      () => podMeters.receivedBytes,
    ),
    kubelet(
      'kubelet-cadvisor',
      'container_network_transmit_bytes_total',
      'counter',
      network,
      () => podMeters.sentBytes,
    ),
    kubelet('kubelet-cadvisor', 'container_network_receive_packets_total', 'counter', network, () =>
      Math.ceil(podMeters.receivedBytes / packetBytes),
    ),
    kubelet('kubelet-cadvisor', 'container_network_transmit_packets_total', 'counter', network, () =>
      Math.ceil(podMeters.sentBytes / packetBytes),
    ),
    kubelet('kubelet-cadvisor', 'container_network_receive_errors_total', 'counter', network, () => 0),
    kubelet('kubelet-cadvisor', 'container_network_transmit_errors_total', 'counter', network, () => 0),
    kubelet('kubelet-cadvisor', 'container_network_receive_packets_dropped_total', 'counter', network, () => 0),
    kubelet('kubelet-cadvisor', 'container_network_transmit_packets_dropped_total', 'counter', network, () => 0),
    kubelet('kubelet-cadvisor', 'container_oom_events_total', 'counter', container, () => podMeters.oomEvents),
  ];
  if (start.cpuLimitCores !== null)
    series.push(
      kubelet('kubelet-cadvisor', 'container_cpu_cfs_periods_total', 'counter', container, () => meters.cfsPeriods),
      kubelet(
        'kubelet-cadvisor',
        'container_cpu_cfs_throttled_periods_total',
        'counter',
        container,
        () => meters.cfsThrottledPeriods,
      ),
    );
  if (process.model.cpuSecondsPerRequest === 0) return series;
  const { requests, buckets } = meters;
  const sum = (): number => requests.ok + requests.failed + requests.unavailable;
  series.push(
    application('http_requests_total', 'counter', { code: '200' }, () => requests.ok),
    application('http_requests_total', 'counter', { code: '500' }, () => requests.failed),
    application('http_requests_total', 'counter', { code: '503' }, () => requests.unavailable),
    ...[...bucketBounds.map(String), '+Inf'].map((le, index) =>
      application('http_request_duration_seconds_bucket', 'histogram', { le }, () => buckets[index] ?? 0),
    ),
    application('http_request_duration_seconds_sum', 'histogram', {}, () => meters.requestSeconds),
    application('http_request_duration_seconds_count', 'histogram', {}, sum),
  );
  return series;
}

/** Series of a node: its containers and a fixed share for the system. */
export function nodeSeries(node: string, physics: Physics, bootedAtMs: number, now: () => number): Series[] {
  const own = (): Process[] => [...physics.processes()].filter((process) => process.start.node === node);
  // Counters of processes that ended stay in the node's counter.
  let ended = 0;
  let seen = new Map<Process, number>();
  const cpu = (): number => {
    const current = new Map(own().map((process) => [process, process.meters.cpuSeconds]));
    for (const [process, seconds] of seen) if (!current.has(process)) ended += seconds;
    seen = current;
    return (
      ended + [...current.values()].reduce((sum, one) => sum + one, 0) + ((now() - bootedAtMs) / 1000) * systemCores
    );
  };
  const memory = (): number =>
    Math.round(systemBytes + own().reduce((sum, process) => sum + process.meters.workingSetBytes, 0));
  const base = { job: 'kubelet-resource', node, pod: null, labels: {} } as const;
  return [
    { ...base, name: 'node_cpu_usage_seconds_total', type: 'counter', read: cpu },
    { ...base, name: 'node_memory_working_set_bytes', type: 'gauge', read: memory },
  ];
}

/** The text exposition format, series of one name together. */
export function expositionText(series: Iterable<Series>): string {
  const byName = new Map<string, string[]>();
  const types = new Map<string, string>();
  for (const one of series) {
    const family = one.type === 'histogram' ? one.name.replace(/_(?:bucket|sum|count)$/, '') : one.name;
    types.set(family, one.type);
    const lines = byName.get(family) ?? [];
    byName.set(family, lines);
    lines.push(`${one.name}${labelText(one.labels)} ${one.read()}`);
  }
  return [...byName]
    .map(([name, lines]) => `# TYPE ${name} ${types.get(name) ?? 'untyped'}\n${lines.join('\n')}\n`)
    .join('');
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  return entries.length === 0 ? '' : `{${entries.map(([name, value]) => `${name}="${value}"`).join(',')}}`;
}
