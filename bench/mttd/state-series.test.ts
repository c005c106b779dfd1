import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/sandbox/cluster-port.ts';
import { stateSeries, type StateObjects } from './state-series.ts';

const nothing: StateObjects = {
  pods: [],
  replicaSets: new Map(),
  deployments: [],
  statefulSets: [],
  nodes: [],
};

function aPod(status: Readonly<Record<string, unknown>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart-7c9f-x1', namespace: 'shop', ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-7c9f' }] },
    spec: { containers: [{ name: 'cart', resources: { requests: { cpu: '150m', memory: '192Mi' } } }] },
    status,
  };
}

const replicaSets = new Map([
  [
    'shop/cart-7c9f',
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'cart-7c9f', namespace: 'shop', ownerReferences: [{ kind: 'Deployment', name: 'cart' }] },
    },
  ],
]);

const named = (objects: Partial<StateObjects>, name: string) =>
  stateSeries({ ...nothing, ...objects }).filter((one) => one.name === name);

describe('state of objects as series', () => {
  it('tells the phase of a pod, one series for each', () => {
    const phases = named({ pods: [aPod({ phase: 'Pending' })] }, 'kube_pod_status_phase');
    expect(phases.map((one) => [one.labels['phase'], one.value])).toEqual([
      ['Pending', 1],
      ['Running', 0],
      ['Succeeded', 0],
      ['Failed', 0],
      ['Unknown', 0],
    ]);
  });

  it('names the reason for which a container waits', () => {
    const pod = aPod({
      containerStatuses: [{ name: 'cart', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    });
    expect(named({ pods: [pod] }, 'kube_pod_container_status_waiting_reason')).toEqual([
      {
        name: 'kube_pod_container_status_waiting_reason',
        labels: { namespace: 'shop', pod: 'cart-7c9f-x1', container: 'cart', reason: 'CrashLoopBackOff' },
        value: 1,
      },
    ]);
    expect(named({ pods: [pod] }, 'kube_pod_container_status_restarts_total')[0]?.value).toBe(4);
  });

  it('has no waiting reason of a container that runs', () => {
    const pod = aPod({ containerStatuses: [{ name: 'cart', state: { running: {} } }] });
    expect(named({ pods: [pod] }, 'kube_pod_container_status_waiting_reason')).toEqual([]);
  });

  it('names the direct owner, and records the workload above it', () => {
    const pods = [aPod({})];
    expect(named({ pods, replicaSets }, 'kube_pod_owner')[0]?.labels).toMatchObject({
      owner_kind: 'ReplicaSet',
      owner_name: 'cart-7c9f',
    });
    expect(named({ pods, replicaSets }, 'namespace_workload_pod:kube_pod_owner:relabel')[0]?.labels).toMatchObject({
      workload: 'cart',
      workload_type: 'deployment',
    });
  });

  it('counts requests in cores and bytes', () => {
    const requests = named({ pods: [aPod({})] }, 'kube_pod_container_resource_requests');
    expect(requests.map((one) => [one.labels['resource'], one.value])).toEqual([
      ['cpu', 0.15],
      ['memory', 192 * 2 ** 20],
    ]);
  });

  it('tells what a Deployment wants and has', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop', generation: 3 },
      spec: { replicas: 2 },
      status: {
        observedGeneration: 2,
        availableReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False' }],
      },
    };
    const series = stateSeries({ ...nothing, deployments: [deployment] });
    expect(Object.fromEntries(series.map((one) => [one.name, one.value]))).toMatchObject({
      kube_deployment_spec_replicas: 2,
      kube_deployment_status_replicas_available: 1,
      kube_deployment_status_replicas_updated: 0,
      kube_deployment_status_observed_generation: 2,
      kube_deployment_metadata_generation: 3,
    });
    expect(series.at(-1)?.labels).toMatchObject({ condition: 'Progressing', status: 'false' });
  });

  it('tells whether a node is ready and what it can give', () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { allocatable: { cpu: '4', memory: '8Gi' }, conditions: [{ type: 'Ready', status: 'Unknown' }] },
    };
    const series = stateSeries({ ...nothing, nodes: [node] });
    expect(series.map((one) => [one.name, one.value])).toEqual([
      ['kube_node_status_condition', 0],
      ['kube_node_status_allocatable', 4],
      ['kube_node_status_allocatable', 8 * 2 ** 30],
    ]);
  });
});
