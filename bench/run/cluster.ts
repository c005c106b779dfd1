// The cluster of the benchmark of a running advisor: Deployments of ten replicas, their view, and what its Prometheus holds of them.
import { aContainer, aDeployment, aNode, aPod, aView, replicaSetOf } from '../../test/builders/view.ts';
import type { Pod, WorkloadObject } from '../../src/model/kube.ts';
import type { ClusterView } from '../../src/model/view.ts';

export const replicas = 10;
const namespaces = 40;

export function workloadName(workload: number): string {
  return `service-${workload}`;
}

export function podName(workload: number, replica: number): string {
  const hash = ((workload * 2_654_435_761 + replica * 40_503) >>> 0).toString(36).slice(-5).padStart(5, '0');
  return `${workloadName(workload)}-aaa-${hash}${replica}`;
}

export function namespaceOf(workload: number): string {
  return `team-${workload % namespaces}`;
}

export function viewOf(workloads: number, nowMs: number): ClusterView {
  const deployments: WorkloadObject[] = [];
  const sets: WorkloadObject[] = [];
  const pods: Pod[] = [];
  for (let at = 0; at < workloads; at += 1) {
    const deployment = aDeployment({
      namespace: namespaceOf(at),
      name: workloadName(at),
      replicas,
      containers: [aContainer()],
    });
    const set = replicaSetOf(deployment);
    deployments.push(deployment);
    sets.push(set);
    for (let replica = 0; replica < replicas; replica += 1) pods.push(aPod({ owner: set, name: podName(at, replica) }));
  }
  return aView({ Deployment: deployments, ReplicaSet: sets, Pod: pods, Node: [aNode()] }, nowMs);
}
