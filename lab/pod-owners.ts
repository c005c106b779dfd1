// Serves what kubernetes-mixin records from kube-state-metrics: which workload owns each pod.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';
import type { ClusterPort, KubeObject } from '../src/sandbox/cluster-port.ts';
import { resources } from '../src/sandbox/kubelet/resources.ts';
import { labelText } from '../src/sandbox/workload/exposition.ts';

export interface PodOwners {
  /** host:port of its `/metrics`. */
  readonly address: string;
  /** One series per pod, without value; `target` are labels that a scrape would add. */
  lines(target?: Readonly<Record<string, string>>): string[];
  close(): Promise<void>;
}

const owners = z.array(z.looseObject({ kind: z.string(), name: z.string() })).default([]);

/** Follows pods and ReplicaSets from now on. */
export async function startPodOwners(port: ClusterPort): Promise<PodOwners> {
  const pods = new Map<string, KubeObject>();
  const replicaSets = new Map<string, KubeObject>();
  const keep =
    (kept: Map<string, KubeObject>) =>
    ({ type, object }: { readonly type: string; readonly object: KubeObject }): void => {
      const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      if (type === 'DELETED') kept.delete(key);
      else kept.set(key, object);
    };
  const ends = [
    await port.watch(resources.replicaSets, keep(replicaSets)),
    await port.watch(resources.pods, keep(pods)),
  ];
  const lines = (target: Readonly<Record<string, string>> = {}): string[] =>
    [...pods.values()].flatMap((pod) => {
      const namespace = pod.metadata.namespace ?? '';
      const direct = ownerOf(pod);
      const owner = direct?.kind === 'ReplicaSet' ? ownerOf(replicaSets.get(`${namespace}/${direct.name}`)) : direct;
      if (owner === null) return [];
      const labels = {
        ...target,
        namespace,
        pod: pod.metadata.name,
        workload: owner.name,
        workload_type: owner.kind.toLowerCase(),
      };
      return [`namespace_workload_pod:kube_pod_owner:relabel${labelText(labels)}`];
    });
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      lines()
        .map((line) => `${line} 1\n`)
        .join(''),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    address: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    lines,
    async close() {
      for (const end of ends) end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ownerOf(object: KubeObject | undefined): { readonly kind: string; readonly name: string } | null {
  const parsed = owners.safeParse(object?.metadata['ownerReferences']);
  return parsed.success ? (parsed.data[0] ?? null) : null;
}
