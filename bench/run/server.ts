// The Prometheus of that cluster in a process of its own: answers of instant queries, byte for byte as the real one writes them.
import { createServer } from 'node:http';
import { namespaceOf, podName, replicas, workloadName } from './cluster.ts';

const workloads = Number(process.argv[2]);
/** Each query has so many answers, one after the other, so that values move and nothing is made while a client waits. */
const variants = 3;
const byPod: Readonly<Record<string, number>> = {
  container_cpu_cfs_periods_total: 10,
  container_cpu_cfs_throttled_periods_total: 0.1,
  container_network_receive_bytes_total: 2e5,
  container_network_transmit_bytes_total: 3e5,
  container_network_receive_packets_total: 400,
  container_network_receive_errors_total: 0.01,
  container_network_receive_packets_dropped_total: 0.02,
  container_threads: 0.1,
  http_requests_total: 50,
};
const byContainer: Readonly<Record<string, number>> = {
  container_cpu_usage_seconds_total: 0.3,
  container_memory_working_set_bytes: 2e8,
};
const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
const answers = new Map<string, readonly Buffer[]>();
let asked = 0;

function series(labels: string, level: number, variant: number, at: number): string {
  const noise = ((at * 31 + variant * 7) * 0.618_033_988_749_894_9) % 1;
  return `{"metric":{${labels}},"value":[${1_781_000_000 + variant * 60},"${level * (1 + 0.05 * noise)}"]}`;
}

function answerTo(query: string, variant: number): Buffer {
  const found: string[] = [];
  const has = (names: Readonly<Record<string, number>>): number | undefined =>
    Object.entries(names).find(([name]) => query.includes(name))?.[1];
  const pods = (write: (names: string, at: number) => void): void => {
    for (let at = 0; at < workloads * replicas; at += 1) {
      const workload = Math.floor(at / replicas);
      write(`"namespace":"${namespaceOf(workload)}","pod":"${podName(workload, at % replicas)}"`, at);
    }
  };
  const container = has(byContainer);
  const pod = has(byPod);
  if (query.startsWith('count(')) found.push(series('', workloads * replicas, 0, 0));
  else if (container !== undefined)
    pods((names, at) => void found.push(series(`"container":"app",${names}`, container, variant, at)));
  else if (query.includes('http_requests_total'))
    pods((names, at) => {
      found.push(series(`"code":"200",${names}`, 50, variant, at), series(`"code":"500",${names}`, 0.1, variant, at));
    });
  else if (pod !== undefined) pods((names, at) => void found.push(series(names, pod, variant, at)));
  else if (query.includes('http_request_duration_seconds_bucket'))
    for (let workload = 0; workload < workloads; workload += 1)
      for (const [rank, le] of bounds.entries())
        found.push(
          series(
            `"le":"${le}","namespace":"${namespaceOf(workload)}","workload":"${workloadName(workload)}","workload_type":"deployment"`,
            10 * (rank + 1),
            variant,
            workload,
          ),
        );
  return Buffer.from(`{"status":"success","data":{"resultType":"vector","result":[${found.join(',')}]}}`);
}

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://loopback').searchParams.get('query') ?? '';
  let made = answers.get(query);
  if (made === undefined) {
    made = Array.from({ length: variants }, (_one, variant) => answerTo(query, variant));
    answers.set(query, made);
  }
  const body = made[Math.floor(asked++ / 45) % variants]!;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(body);
});
// Writing answers of a large cluster for the first time takes longer than an idle connection is usually kept.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const bound = server.address();
  process.send?.(typeof bound === 'object' && bound !== null ? bound.port : 0);
});
process.on('disconnect', () => process.exit(0));
