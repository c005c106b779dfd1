import { describe, expect, it } from 'vitest';
import { aContainer, aDeployment, anEvent, aPod, aService, aView, replicaSetOf } from '../../test/builders/view.ts';
import type { KubeEvent, Pod, Service, WorkloadObject } from '../model/kube.ts';

type Objects = {
  readonly Deployment: readonly WorkloadObject[];
  readonly ReplicaSet: readonly WorkloadObject[];
  readonly Service: readonly Service[];
  readonly Pod: readonly Pod[];
  readonly Event: readonly KubeEvent[];
};

/** Ten pods a workload, ten workloads a namespace, each with a Service that the next one calls, and an event on every pod. */
function aCluster(workloads: number): Objects {
  const built = Array.from({ length: workloads }, (_, at) => {
    const namespace = `team-${Math.floor(at / 10)}`;
    const called = `app-${Math.floor(at / 10) * 10 + ((at + 1) % 10)}`;
    const env = [{ name: 'NEXT', value: `http://${called}:8080` }];
    const deployment = aDeployment({ namespace, name: `app-${at}`, containers: [aContainer({ env })] });
    const replicaSet = replicaSetOf(deployment);
    const pods = Array.from({ length: 10 }, (__, nth) => aPod({ owner: replicaSet, name: `app-${at}-${nth}` }));
    return { namespace, deployment, replicaSet, pods, service: aService(`app-${at}`, namespace) };
  });
  return {
    Deployment: built.map((one) => one.deployment),
    ReplicaSet: built.map((one) => one.replicaSet),
    Service: built.map((one) => one.service),
    Pod: built.flatMap((one) => one.pods),
    Event: built.flatMap(({ namespace, pods }) =>
      pods.map((pod) => anEvent({ kind: 'Pod', namespace, name: pod.metadata.name }, { reason: 'Started' })),
    ),
  };
}

/** Time of the processor that this thread had: what else runs on the machine takes its own. */
function leastMs(objects: Objects, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage();
    aView(objects);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

describe('the cost of a picture', () => {
  // A quadratic pass would cost a hundred times as much; collecting garbage has been seen to cost nineteen.
  it('grows with the cluster, not with its square: ten times the pods cost less than forty times the time', () => {
    const small = aCluster(50);
    const large = aCluster(500);
    leastMs(small, 20);

    const smallMs = leastMs(small, 20);
    const largeMs = leastMs(large, 8);

    expect(large.Pod).toHaveLength(5_000);
    expect(aView(large).calls).toHaveLength(500);
    expect(largeMs).toBeLessThan(Math.max(40 * smallMs, 15));
  });
});
