// One node as its kubelet keeps it alive: the Node object with all that schedulers and graders read, its lease and its conditions.
import type { Cancel, Clock } from '../../clock.ts';
import { type ClusterPort, ClusterPortError, type KubeObject } from '../cluster-port.ts';
import { microTimeText, resources, timeText } from './resources.ts';
import type { WriteQueue } from './write-queue.ts';

export type NodeSpec = {
  readonly name: string;
  readonly zone: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly pods: number;
  readonly ip: string;
  readonly labels?: Readonly<Record<string, string>>;
};

export interface NodeAgent {
  /** Renews lease and status at once, for a clock that jumped. */
  renew(): void;
  close(): void;
}

const leaseMs = 10_000;
const statusMs = 300_000;
const leaseNamespace = 'kube-node-lease';

export async function startNodeAgent(
  port: ClusterPort,
  writes: WriteQueue,
  spec: NodeSpec,
  kubeletPort: number,
  time: { readonly clock: Clock; readonly scale: number },
): Promise<NodeAgent> {
  const { clock, scale } = time;
  const sinceMs = clock.now();
  let timers: Cancel[] = [];
  let closed = false;
  await tolerateExisting(async () => await port.create(resources.nodes, null, nodeObject(spec)));

  const status = async (): Promise<void> => {
    await port.patch(
      resources.nodes,
      null,
      spec.name,
      'merge',
      { status: nodeStatus(spec, kubeletPort, sinceMs, clock.now()) },
      { subresource: 'status' },
    );
  };
  const lease = async (): Promise<void> => {
    const now = microTimeText(clock.now());
    const found = await port.patch(resources.leases, leaseNamespace, spec.name, 'merge', { spec: { renewTime: now } });
    if (found !== null) return;
    await port.create(resources.leases, leaseNamespace, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: spec.name, namespace: leaseNamespace },
      spec: { holderIdentity: spec.name, leaseDurationSeconds: 40, renewTime: now },
    });
  };
  const renew = (): void => {
    writes.latest(`lease/${spec.name}`, lease);
    writes.latest(`node/${spec.name}`, status);
  };
  const every = (periodMs: number, key: string, write: () => Promise<void>): void => {
    const turn = (): void => {
      if (closed) return;
      writes.latest(key, write);
      timers.push(clock.after(periodMs, turn));
      timers = timers.slice(-4);
    };
    timers.push(clock.after(periodMs, turn));
  };
  await status();
  await lease();
  every(leaseMs / Math.min(scale, 2), `lease/${spec.name}`, lease);
  every(statusMs / scale, `node/${spec.name}`, status);
  return {
    renew,
    close() {
      closed = true;
      for (const cancel of timers) cancel();
    },
  };
}

function nodeObject(spec: NodeSpec): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      labels: {
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'sim-1',
        'topology.kubernetes.io/zone': spec.zone,
        'node.kubernetes.io/instance-type': 'simulated',
        ...spec.labels,
      },
    },
    spec: {},
  };
}

function nodeStatus(spec: NodeSpec, kubeletPort: number, sinceMs: number, nowMs: number): Record<string, unknown> {
  const size = {
    cpu: String(spec.cores),
    memory: `${Math.floor(spec.memoryBytes / 1024)}Ki`,
    pods: String(spec.pods),
    'ephemeral-storage': '102400Mi',
  };
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: timeText(nowMs),
    lastTransitionTime: timeText(sinceMs),
  });
  return {
    capacity: size,
    allocatable: size,
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: spec.ip },
      { type: 'Hostname', address: spec.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: {
      machineID: spec.name,
      systemUUID: spec.name,
      bootID: spec.name,
      kernelVersion: '6.12.0-simulated',
      osImage: 'Simulated Linux',
      containerRuntimeVersion: 'containerd://2.2.0',
      kubeletVersion: 'v1.37.2',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

async function tolerateExisting(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof ClusterPortError && error.code === 409)) throw error;
  }
}
