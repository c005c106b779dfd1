// Follows the objects of an API server and serves them in the form of kube-state-metrics, so that the alert rules see what they would on a real cluster.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ClusterPort, KubeObject, ResourceRef } from '../../src/sandbox/cluster-port.ts';
import { resources } from '../../src/sandbox/kubelet/resources.ts';
import { labelText } from '../../src/sandbox/workload/exposition.ts';
import { stateSeries, type StateSample } from './state-series.ts';

export interface StateExporter {
  /** host:port of its `/metrics`; empty until it follows a cluster. */
  readonly address: string;
  follow(port: ClusterPort, onPod?: (pod: KubeObject) => void): Promise<void>;
  samples(): StateSample[];
  close(): Promise<void>;
}

export async function startStateExporter(): Promise<StateExporter> {
  const kept = {
    pods: new Map<string, KubeObject>(),
    replicaSets: new Map<string, KubeObject>(),
    deployments: new Map<string, KubeObject>(),
    statefulSets: new Map<string, KubeObject>(),
    nodes: new Map<string, KubeObject>(),
  };
  const ends: (() => void)[] = [];
  const samples = (): StateSample[] =>
    stateSeries({
      pods: kept.pods.values(),
      replicaSets: kept.replicaSets,
      deployments: kept.deployments.values(),
      statefulSets: kept.statefulSets.values(),
      nodes: kept.nodes.values(),
    });
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      samples()
        // The lab serves the owners of pods already; twice would be many to many.
        .filter(({ name }) => !name.includes(':'))
        .map(({ name, labels, value }) => `${name}${labelText({ ...labels })} ${value}\n`)
        .join(''),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    address: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    samples,
    async follow(port, onPod) {
      const keep = async (resource: ResourceRef, map: Map<string, KubeObject>): Promise<void> => {
        const end = await port.watch(resource, ({ type, object }) => {
          const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
          if (type === 'DELETED') map.delete(key);
          else map.set(key, object);
          if (map === kept.pods && type !== 'DELETED') onPod?.(object);
        });
        ends.push(end);
      };
      await keep(resources.replicaSets, kept.replicaSets);
      await keep(resources.pods, kept.pods);
      await keep(resources.deployments, kept.deployments);
      await keep(resources.statefulSets, kept.statefulSets);
      await keep(resources.nodes, kept.nodes);
    },
    async close() {
      for (const end of ends) end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
