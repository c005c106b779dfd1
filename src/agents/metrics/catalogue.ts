// The signals of the product as data: unit, kind, the bad side, the change that matters, and the raw measures each one is made of.
import type { SignalTraits } from '../../model/signal-traits.ts';

/** A raw series as Prometheus stores it and kubelets or pods expose it. */
export type Measure = {
  readonly id: string;
  /** Name of the metric in the text format and in Prometheus. */
  readonly metric: string;
  readonly kind: 'counter' | 'gauge';
  /** Aggregation over what the labels do not tell apart. */
  readonly aggregate: 'sum' | 'max';
  readonly by: readonly ('namespace' | 'pod' | 'container' | 'node' | 'code' | 'le')[];
  /** Series without a container name are sums of the others and would count twice. */
  readonly containersOnly?: true;
  readonly from: 'resource' | 'cadvisor' | 'pod';
  /** What cannot be seen without it. */
  readonly capability: string;
};

const perContainer = ['namespace', 'pod', 'container'] as const;
const perPod = ['namespace', 'pod'] as const;

export const measures = [
  {
    id: 'cpu',
    metric: 'container_cpu_usage_seconds_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perContainer,
    containersOnly: true,
    from: 'resource',
    capability: 'CPU usage of containers',
  },
  {
    id: 'memory',
    metric: 'container_memory_working_set_bytes',
    kind: 'gauge',
    aggregate: 'max',
    by: perContainer,
    containersOnly: true,
    from: 'resource',
    capability: 'memory of containers',
  },
  {
    id: 'periods',
    metric: 'container_cpu_cfs_periods_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    containersOnly: true,
    from: 'cadvisor',
    capability: 'CPU throttling',
  },
  {
    id: 'throttled',
    metric: 'container_cpu_cfs_throttled_periods_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    containersOnly: true,
    from: 'cadvisor',
    capability: 'CPU throttling',
  },
  {
    id: 'received',
    metric: 'container_network_receive_bytes_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    from: 'cadvisor',
    capability: 'network traffic of pods',
  },
  {
    id: 'sent',
    metric: 'container_network_transmit_bytes_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    from: 'cadvisor',
    capability: 'network traffic of pods',
  },
  {
    id: 'receive errors',
    metric: 'container_network_receive_errors_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    from: 'cadvisor',
    capability: 'network errors of pods',
  },
  {
    id: 'send errors',
    metric: 'container_network_transmit_errors_total',
    kind: 'counter',
    aggregate: 'sum',
    by: perPod,
    from: 'cadvisor',
    capability: 'network errors of pods',
  },
  {
    id: 'requests',
    metric: 'http_requests_total',
    kind: 'counter',
    aggregate: 'sum',
    by: ['namespace', 'pod', 'code'],
    from: 'pod',
    capability: 'request rate and error ratio',
  },
  {
    id: 'buckets',
    metric: 'http_request_duration_seconds_bucket',
    kind: 'counter',
    aggregate: 'sum',
    by: ['namespace', 'pod', 'le'],
    from: 'pod',
    capability: 'latency',
  },
  {
    id: 'node cpu',
    metric: 'node_cpu_usage_seconds_total',
    kind: 'counter',
    aggregate: 'sum',
    by: ['node'],
    from: 'resource',
    capability: 'CPU of nodes',
  },
  {
    id: 'node memory',
    metric: 'node_memory_working_set_bytes',
    kind: 'gauge',
    aggregate: 'max',
    by: ['node'],
    from: 'resource',
    capability: 'memory of nodes',
  },
] as const satisfies readonly Measure[];

export type MeasureId = (typeof measures)[number]['id'];

/** One signal: what it means, what matters (detection.md 10), and which measures or API fields it is computed from. */
export type SignalDefinition = SignalTraits & {
  readonly kind: 'gauge' | 'ratio' | 'quantile' | 'count';
  /** Empty for what the API tells. */
  readonly needs: readonly MeasureId[];
};

export const catalogue: readonly SignalDefinition[] = [
  {
    id: 'cpu.usage',
    title: 'CPU',
    unit: 'cores',
    kind: 'gauge',
    family: 'cpu',
    direction: 'up',
    floor: { absolute: 0.1, relative: 1.25, shareOfRequest: 0.1 },
    follows: 'traffic',
    severity: 'info',
    needs: ['cpu'],
  },
  {
    id: 'cpu.throttling',
    title: 'throttled CPU periods',
    unit: 'ratio',
    kind: 'ratio',
    family: 'throttling',
    direction: 'up',
    floor: { absolute: 0.05, relative: 1.5 },
    severity: 'warning',
    needs: ['periods', 'throttled'],
  },
  {
    id: 'memory.working_set',
    title: 'working set',
    unit: 'bytes',
    kind: 'gauge',
    family: 'memory',
    direction: 'up',
    floor: { absolute: 256 * 2 ** 20, relative: 1.25 },
    severity: 'info',
    needs: ['memory'],
  },
  {
    id: 'memory.share',
    title: 'working set',
    suffix: ' of limit',
    unit: 'ratio',
    kind: 'gauge',
    family: 'memory',
    direction: 'up',
    floor: { absolute: 0.05, relative: 1.05 },
    severity: 'warning',
    // A share that grew and still leaves room is worth noting; a kill comes at all of it.
    harmlessBelow: 0.85,
    needs: ['memory'],
  },
  {
    id: 'restarts',
    title: 'restarts',
    suffix: ' in 10 min',
    unit: 'count',
    kind: 'count',
    family: 'restarts',
    direction: 'up',
    floor: { absolute: 2, relative: 1 },
    severity: 'warning',
    needs: [],
  },
  {
    id: 'ready',
    title: 'ready replicas',
    unit: 'count',
    kind: 'gauge',
    family: 'ready',
    direction: 'down',
    floor: { absolute: 0.5, relative: 1 },
    severity: 'warning',
    needs: [],
  },
  {
    id: 'network.receive',
    title: 'received bytes',
    unit: 'bytes_per_second',
    kind: 'gauge',
    family: 'network',
    direction: 'both',
    floor: { absolute: 1_000_000, relative: 1.5 },
    follows: 'traffic',
    severity: 'info',
    needs: ['received'],
  },
  {
    id: 'network.transmit',
    title: 'sent bytes',
    unit: 'bytes_per_second',
    kind: 'gauge',
    family: 'network',
    direction: 'both',
    floor: { absolute: 1_000_000, relative: 1.5 },
    follows: 'traffic',
    severity: 'info',
    needs: ['sent'],
  },
  {
    id: 'network.errors',
    title: 'network errors',
    unit: 'per_second',
    kind: 'gauge',
    family: 'network errors',
    direction: 'up',
    floor: { absolute: 1, relative: 2 },
    severity: 'warning',
    needs: ['receive errors', 'send errors'],
  },
  {
    id: 'sli.rps',
    title: 'requests',
    unit: 'per_second',
    kind: 'gauge',
    family: 'traffic',
    direction: 'both',
    floor: { absolute: 5, relative: 1.3 },
    severity: 'info',
    needs: ['requests'],
  },
  {
    id: 'sli.err',
    title: 'errors',
    unit: 'ratio',
    kind: 'ratio',
    family: 'errors',
    direction: 'up',
    floor: { absolute: 0.01, relative: 2 },
    leastRequests: 100,
    severity: 'critical',
    needs: ['requests'],
  },
  {
    id: 'sli.latency',
    title: 'p99',
    unit: 'seconds',
    kind: 'quantile',
    family: 'latency',
    direction: 'up',
    floor: { absolute: 0.05, relative: 1.3 },
    leastRequests: 1000,
    severity: 'critical',
    needs: ['buckets'],
  },
  {
    id: 'node.cpu',
    title: 'node CPU',
    unit: 'cores',
    kind: 'gauge',
    family: 'node',
    direction: 'up',
    floor: { absolute: 0.5, relative: 1.25 },
    severity: 'info',
    needs: ['node cpu'],
  },
  {
    id: 'node.memory',
    title: 'node memory',
    unit: 'bytes',
    kind: 'gauge',
    family: 'node',
    direction: 'up',
    floor: { absolute: 2 ** 30, relative: 1.25 },
    severity: 'info',
    needs: ['node memory'],
  },
];
