// Eight days of past as OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`: one synthetic pod per workload carries its whole load.
import { seriesOf, type Series } from '../workload/exposition.ts';
import { createPhysics, type Physics } from '../workload/physics.ts';
import { parseQuantity } from '../../model/quantity.ts';
import type { ContainerStart } from '../workload/process.ts';
import { images, imageOf, port } from '../world/images.ts';
import { type Deployed, deployed, models } from '../world/workloads.ts';
import { storedLabels } from './scraper.ts';

export type HistoryRange = {
  readonly fromMs: number;
  readonly toMs: number;
  /** At most 150 s, so that a window of 5 min always holds two samples. */
  readonly stepMs: number;
  readonly seed?: number;
};

const mapping = 'namespace_workload_pod:kube_pod_owner:relabel';
const unused = new Set([
  'pod_cpu_usage_seconds_total',
  'pod_memory_working_set_bytes',
  'container_start_time_seconds',
  'http_request_duration_seconds_sum',
]);

/** Name of the pod that stands for a workload's past. */
export function pastPod(name: string): string {
  return `${name}-past`;
}

/**
 * Chunks of text, one per time step and `# EOF` at the end. Counters start at zero at `fromMs`.
 * The synthetic pod gets the CPU limit of all replicas together and the memory of one.
 */
export function* openMetricsHistory(range: HistoryRange): Generator<string> {
  const physics = createPhysics({ models, images, seed: range.seed ?? 1, timeScale: 1 });
  for (const one of deployed) bringUp(physics, one, range.fromMs);
  const lines = [...physics.processes()].flatMap((process) =>
    seriesOf(process)
      .filter((series) => !unused.has(series.name))
      .map((series) => ({ series, head: `${series.name}${labelsText(series)}` })),
  );
  const owners = deployed.map((one) => {
    const [namespace = '', name = ''] = one.model.key.split('/');
    return `${mapping}{namespace="${namespace}",workload="${name}",workload_type="${one.kind.toLowerCase()}",pod="${pastPod(name)}"}`;
  });
  physics.rewind(range.fromMs);
  for (let atMs = range.fromMs + range.stepMs; atMs <= range.toMs; atMs += range.stepMs) {
    physics.tick(atMs);
    const seconds = atMs / 1000;
    yield `${lines.map(({ series, head }) => `${head} ${series.read()} ${seconds}`).join('\n')}\n${owners.map((head) => `${head} 1 ${seconds}`).join('\n')}\n`;
  }
  yield '# EOF\n';
}

function bringUp(physics: Physics, one: Deployed, atMs: number): void {
  const [namespace = '', name = ''] = one.model.key.split('/');
  const pod = pastPod(name);
  const cpu = parseQuantity(one.cpu.limit);
  const start: ContainerStart = {
    podUid: `past-${one.model.key}`,
    namespace,
    pod,
    node: 'node-1',
    container: name,
    image: imageOf(one.model.key, one.tags.at(-1) ?? ''),
    labels: { app: name },
    env: new Map(Object.entries({ ...one.env, ...one.config })),
    namedPorts: new Map([['http', port]]),
    cpuLimitCores: cpu === null ? null : cpu * one.replicas,
    memoryLimitBytes: null,
  };
  physics.started(start, atMs);
  physics.setReady(start.podUid, true);
  physics.setService(
    { metadata: { name, namespace }, spec: { selector: { app: name }, ports: [{ port, targetPort: 'http' }] } },
    one.model.visitors !== null,
  );
}

function labelsText(series: Series): string {
  const { __name__: _, ...labels } = storedLabels(series);
  return `{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`;
}
