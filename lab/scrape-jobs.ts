// Which targets the lab's Prometheus scrapes: both endpoints of each kubelet, each annotated pod, and the owners of pods.
import type { Series } from '../src/sandbox/workload/exposition.ts';
import type { ScrapeJob, ScrapeTarget } from './prometheus.ts';

type Ports = ReadonlyMap<string, { readonly port: number }>;

/** Job and instance of the series that tell who owns each pod. */
export const ownersJob = 'pod-owners';

export function scrapeJobs(kubelets: Ports, series: readonly Series[], ownersAddress: string): ScrapeJob[] {
  const nodes = [...kubelets].map(([node, { port }]) => ({
    address: `127.0.0.1:${port}`,
    labels: { node, instance: node },
  }));
  return [
    { name: 'kubelet-resource', path: '/metrics/resource', targets: nodes },
    { name: 'kubelet-cadvisor', path: '/metrics/cadvisor', targets: nodes },
    { name: 'pods', path: '/metrics', targets: podTargets(kubelets, series) },
    { name: ownersJob, path: '/metrics', targets: [{ address: ownersAddress, labels: { instance: ownersJob } }] },
  ];
}

/** A pod's own endpoint is reached through the port of its simulated node. */
export function podTargets(kubelets: Ports, series: readonly Series[]): ScrapeTarget[] {
  const nodeOf = new Map(series.flatMap((one) => (one.pod === null ? [] : [[one.pod, one.node] as const])));
  return [...nodeOf].map(([key, node]) => {
    const [namespace = '', pod = ''] = key.split('/');
    return {
      address: `127.0.0.1:${kubelets.get(node)?.port ?? 0}`,
      labels: { __metrics_path__: `/pods/${namespace}/${pod}/metrics`, namespace, pod, instance: key },
    };
  });
}
