// Where requests, failures, latency, connection pools and queues of applications are read: common metric names, the first that an owner has counts.
import type { LabelMatch, Measure } from './measure.ts';

const perPod = ['namespace', 'pod'] as const;
/** Each request passes two sidecars and counts twice; the one of the callee speaks for it. */
const atCallee: readonly LabelMatch[] = [{ label: 'reporter', op: '=', value: 'destination' }];
const istioLabels = {
  namespace: ['destination_workload_namespace'],
  workload: ['destination_workload'],
  code: ['response_code'],
} as const;
/** Behind a scrape that keeps its own labels, those of the Service are the exported ones. */
const ingressLabels = {
  namespace: ['exported_namespace', 'namespace'],
  service: ['exported_service', 'service'],
} as const;

const requests = {
  gives: 'requests',
  kind: 'counter',
  aggregate: 'sum',
  from: 'pod',
  capability: 'request rate and error ratio',
  cost: 'failing requests and lost traffic are not seen',
} as const;
const buckets = {
  gives: 'buckets',
  kind: 'counter',
  aggregate: 'sum',
  from: 'pod',
  capability: 'latency',
  cost: 'slow answers are not seen',
} as const;
const connections = {
  gives: 'connections',
  kind: 'gauge',
  aggregate: 'max',
  by: perPod,
  from: 'pod',
  optional: true,
  capability: 'connection pools',
  cost: 'a pool that runs empty is seen by latency only',
} as const;
const queue = {
  gives: 'queue',
  kind: 'gauge',
  aggregate: 'sum',
  by: perPod,
  from: 'pod',
  optional: true,
  capability: 'queues of applications',
  cost: 'work that piles up is not seen',
} as const;

export const applicationMeasures = [
  { ...requests, id: 'requests', metric: 'http_requests_total', by: [...perPod, 'code'] },
  {
    ...requests,
    id: 'requests, OpenTelemetry',
    metric: 'http_server_request_duration_seconds_count',
    by: [...perPod, 'code'],
    labels: { code: ['http_response_status_code', 'http_status_code'] },
    optional: true,
  },
  {
    ...requests,
    id: 'requests, Micrometer',
    metric: 'http_server_requests_seconds_count',
    by: [...perPod, 'code'],
    optional: true,
  },
  {
    ...requests,
    id: 'requests, gRPC',
    metric: 'grpc_server_handled_total',
    by: [...perPod, 'code'],
    labels: { code: ['grpc_code'] },
    optional: true,
  },
  {
    ...requests,
    id: 'requests, Istio',
    metric: 'istio_requests_total',
    where: atCallee,
    by: ['namespace', 'workload', 'code'],
    labels: istioLabels,
    from: 'exporter',
    optional: true,
  },
  {
    ...requests,
    id: 'requests, nginx ingress',
    metric: 'nginx_ingress_controller_requests',
    by: ['namespace', 'service', 'code'],
    labels: ingressLabels,
    from: 'exporter',
    optional: true,
  },
  { ...buckets, id: 'buckets', metric: 'http_request_duration_seconds_bucket', by: [...perPod, 'le'] },
  {
    ...buckets,
    id: 'buckets, OpenTelemetry',
    metric: 'http_server_request_duration_seconds_bucket',
    by: [...perPod, 'le'],
    optional: true,
  },
  {
    ...buckets,
    id: 'buckets, Micrometer',
    metric: 'http_server_requests_seconds_bucket',
    by: [...perPod, 'le'],
    optional: true,
  },
  {
    ...buckets,
    id: 'buckets, gRPC',
    metric: 'grpc_server_handling_seconds_bucket',
    by: [...perPod, 'le'],
    optional: true,
  },
  {
    ...buckets,
    id: 'buckets, Istio',
    metric: 'istio_request_duration_milliseconds_bucket',
    where: atCallee,
    by: ['namespace', 'workload', 'le'],
    labels: istioLabels,
    inMilliseconds: true,
    from: 'exporter',
    optional: true,
  },
  {
    ...buckets,
    id: 'buckets, nginx ingress',
    metric: 'nginx_ingress_controller_request_duration_seconds_bucket',
    by: ['namespace', 'service', 'le'],
    labels: ingressLabels,
    from: 'exporter',
    optional: true,
  },
  {
    ...connections,
    id: 'connections, Hikari',
    metric: 'hikaricp_connections_active',
    over: 'hikaricp_connections_max',
  },
  { ...connections, id: 'connections, Go', metric: 'go_sql_in_use_connections', over: 'go_sql_max_open_connections' },
  { ...queue, id: 'queue, Micrometer', metric: 'executor_queued_tasks' },
  { ...queue, id: 'queue, RabbitMQ', metric: 'rabbitmq_queue_messages_ready' },
  { ...queue, id: 'queue, controllers', metric: 'workqueue_depth' },
] as const satisfies readonly Measure[];
