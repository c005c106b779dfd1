import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SteppedClock, steppedClock } from '../../clock.ts';
import { event as eventSchema, pod as podSchema } from '../../model/kube.ts';
import type { KubeObject } from '../cluster-port.ts';
import { createPhysics, type Physics } from '../workload/physics.ts';
import { plainImage } from '../workload/model.ts';
import { type Kubelets, startKubelets } from './kubelets.ts';
import { type MemoryPort, memoryPort } from './memory-port.ts';
import { resources } from './resources.ts';

const start = Date.UTC(2026, 5, 9, 14);
const image = 'registry.example/shop/checkout:1';
const model = {
  key: 'shop/checkout',
  visitors: { peakRps: 20, swing: 0, peakHourUtc: 12, weekend: 1 },
  calls: [],
  cpuSecondsPerRequest: 0.01,
  idleCores: 0.01,
  p99Seconds: 0.1,
  memoryBytes: 100 * 2 ** 20,
  memoryBytesPerRps: 0,
  receivedBytesPerRequest: 100,
  sentBytesPerRequest: 1000,
};
const node = { name: 'node-1', zone: 'z', cores: 4, memoryBytes: 2 ** 33, pods: 110, ip: '127.0.0.1' };

type Rig = {
  port: MemoryPort;
  clock: SteppedClock;
  physics: Physics;
  kubelets: Kubelets;
  run(seconds: number): Promise<void>;
};
let open: Rig | null = null;

async function aNode(timeScale = 1): Promise<Rig> {
  const port = memoryPort();
  const clock = steppedClock(start);
  const images = [plainImage(image, model.key, [8080])];
  const physics = createPhysics({ models: [model], images, seed: 1, timeScale });
  const kubelets = await startKubelets({ port, clock, timeScale, nodes: [node], physics, kubeletPort: () => 10250 });
  const rig = {
    port,
    clock,
    physics,
    kubelets,
    async run(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        kubelets.tick();
        await kubelets.idle();
      }
    },
  };
  open = rig;
  return rig;
}

afterEach(() => {
  open?.kubelets.close();
  open = null;
});

function aPod(name: string, container: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', generation: 1, labels: { app: 'checkout' } },
    spec: {
      nodeName: 'node-1',
      containers: [
        {
          name: 'checkout',
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, initialDelaySeconds: 4, periodSeconds: 5 },
          ...container,
        },
      ],
    },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] },
  };
}

async function podNow(rig: Rig, name = 'checkout-1') {
  return podSchema.parse(await rig.port.get(resources.pods, 'shop', name));
}

function eventsOf(rig: Rig) {
  return rig.port.all(resources.events).map((one) => eventSchema.parse(one));
}

describe('kubelets', () => {
  it('registers a node with its labels, four conditions ending in Ready, and a lease', async () => {
    const rig = await aNode();
    const found = z
      .object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        status: z.object({
          conditions: z.array(z.object({ type: z.string() })),
          allocatable: z.record(z.string(), z.string()),
        }),
      })
      .parse(await rig.port.get(resources.nodes, null, 'node-1'));
    expect(found.status.conditions.map((one) => one.type)).toEqual([
      'MemoryPressure',
      'DiskPressure',
      'PIDPressure',
      'Ready',
    ]);
    expect(Object.keys(found.status.allocatable)).toEqual(['cpu', 'memory', 'pods', 'ephemeral-storage']);
    expect(found.metadata.labels['topology.kubernetes.io/zone']).toBe('z');
    const before = await rig.port.get(resources.leases, 'kube-node-lease', 'node-1');
    await rig.run(11);
    const after = await rig.port.get(resources.leases, 'kube-node-lease', 'node-1');
    expect(after?.metadata.resourceVersion).not.toBe(before?.metadata.resourceVersion);
  });

  it('brings a pod to ready after pull, start and readiness probe, and keeps the conditions of others', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(3);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.ready).toBe(false);
    await rig.run(6);
    const pod = await podNow(rig);
    expect(pod.status?.phase).toBe('Running');
    expect(pod.status?.podIP).toMatch(/^10\.244\./);
    expect(pod.status?.conditions?.map((one) => `${one.type}=${one.status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    expect(eventsOf(rig).map((one) => one.reason)).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
  });

  it('reports an image that is not in the world as the kubelet words it and backs off', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1', { image: 'registry.example/shop/checkout:typo' }));
    await rig.run(3);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'ErrImagePull',
      message:
        'failed to resolve reference "registry.example/shop/checkout:typo": registry.example/shop/checkout:typo: not found',
    });
    await rig.run(60);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message:
        'Back-off pulling image "registry.example/shop/checkout:typo": ErrImagePull: failed to resolve reference "registry.example/shop/checkout:typo": registry.example/shop/checkout:typo: not found',
    });
    const failed = eventsOf(rig).find((one) => one.message === 'Error: ErrImagePull');
    expect(failed?.type).toBe('Warning');
    expect(failed?.count).toBeGreaterThan(1);
    expect(failed?.involvedObject.fieldPath).toBe('spec.containers{checkout}');
  });

  it('waits with CreateContainerConfigError until the ConfigMap exists, then starts', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1', { envFrom: [{ configMapRef: { name: 'absent' } }] }));
    await rig.run(5);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "absent" not found',
    });
    rig.port.put(resources.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'absent', namespace: 'shop' },
      data: {},
    });
    await rig.run(20);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.ready).toBe(true);
  });

  it('keeps a pod without its ConfigMap volume in ContainerCreating with FailedMount', async () => {
    const rig = await aNode();
    const pod = aPod('checkout-1');
    rig.port.put(resources.pods, {
      ...pod,
      spec: {
        ...z.record(z.string(), z.unknown()).parse(pod['spec']),
        volumes: [{ name: 'settings', configMap: { name: 'absent' } }],
      },
    });
    await rig.run(5);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
    expect(eventsOf(rig)[0]?.message).toBe(
      'MountVolume.SetUp failed for volume "settings" : configmap "absent" not found',
    );
  });

  it('kills a container whose working set passes its limit, and stops killing when the limit is higher', async () => {
    const rig = await aNode();
    rig.physics.setMemoryDemand('shop/checkout', { bytes: 150 * 2 ** 20, settleMs: 20_000 });
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(120);
    const status = (await podNow(rig)).status?.containerStatuses?.[0];
    expect(status?.restartCount).toBeGreaterThan(0);
    expect(status?.lastState?.terminated ?? status?.state?.terminated).toMatchObject({
      reason: 'OOMKilled',
      exitCode: 137,
    });
    rig.port.put(resources.pods, aPod('checkout-2', { resources: { limits: { cpu: '500m', memory: '192Mi' } } }));
    await rig.run(300);
    expect((await podNow(rig, 'checkout-2')).status?.containerStatuses?.[0]).toMatchObject({
      ready: true,
      restartCount: 0,
    });
  });

  it('doubles the crash back-off from 10 s and names the pod in its message', async () => {
    const rig = await aNode();
    rig.physics.setMemoryDemand('shop/checkout', { bytes: 300 * 2 ** 20, settleMs: 2_000 });
    rig.port.put(resources.pods, aPod('checkout-1'));
    const messages = new Set<string>();
    for (let second = 0; second < 120; second += 1) {
      await rig.run(1);
      const waiting = (await podNow(rig)).status?.containerStatuses?.[0]?.state?.waiting;
      if (waiting?.reason === 'CrashLoopBackOff') messages.add(waiting.message ?? '');
    }
    const { uid } = (await podNow(rig)).metadata;
    expect([...messages]).toEqual(
      ['10s', '20s', '40s', '1m20s'].map(
        (time) => `back-off ${time} restarting failed container=checkout pod=checkout-1_shop(${uid})`,
      ),
    );
  });

  it('restarts a container whose liveness probe asks a port on which nothing listens', async () => {
    const rig = await aNode();
    rig.port.put(
      resources.pods,
      aPod('checkout-1', {
        livenessProbe: { httpGet: { path: '/healthz', port: 8081 }, initialDelaySeconds: 5, periodSeconds: 5 },
      }),
    );
    await rig.run(30);
    const pod = await podNow(rig);
    expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(1);
    const messages = eventsOf(rig).map((one) => one.message);
    expect(messages).toContain(
      `Liveness probe failed: Get "http://${pod.status?.podIP}:8081/healthz": dial tcp ${pod.status?.podIP}:8081: connect: connection refused`,
    );
    expect(messages).toContain('Container checkout failed liveness probe, will be restarted');
  });

  it('takes a hanging pod out of service and leaves it running', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(10);
    rig.physics.setHanging('shop/checkout-1', true);
    await rig.run(20);
    const status = (await podNow(rig)).status?.containerStatuses?.[0];
    expect(status).toMatchObject({ ready: false, restartCount: 0 });
    expect(eventsOf(rig).at(-1)?.message).toContain(
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
  });

  it('stops a deleted pod, writes its final status and removes the object', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(10);
    rig.port.markDeleted(resources.pods, 'shop', 'checkout-1', rig.clock.now());
    await rig.run(1);
    expect(eventsOf(rig).at(-1)?.message).toBe('Stopping container checkout');
    await rig.run(3);
    expect(await rig.port.get(resources.pods, 'shop', 'checkout-1')).toBeNull();
    expect([...rig.physics.processes()]).toEqual([]);
  });

  it('divides all periods by the time scale', async () => {
    const rig = await aNode(20);
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(1);
    expect((await podNow(rig)).status?.containerStatuses?.[0]?.ready).toBe(true);
  });

  it('answers logs with tail and previous, and says when there is no earlier run', async () => {
    const rig = await aNode();
    rig.port.put(resources.pods, aPod('checkout-1'));
    await rig.run(10);
    const request = { namespace: 'shop', pod: 'checkout-1', container: 'checkout' };
    expect(rig.kubelets.readLog(request)).toEqual({ status: 200, text: 'listening on :8080\n' });
    expect(rig.kubelets.readLog({ ...request, tailLines: 0 }).text).toBe('');
    expect(rig.kubelets.readLog({ ...request, previous: true })).toEqual({
      status: 400,
      text: 'previous terminated container "checkout" in pod "checkout-1" not found',
    });
    expect(rig.kubelets.readLog({ ...request, container: 'other' }).status).toBe(400);
  });

  it('stops renewing when closed', async () => {
    const rig = await aNode();
    rig.kubelets.close();
    const before = rig.clock.pending();
    await rig.run(60);
    expect(rig.clock.pending()).toBeLessThanOrEqual(before);
  });
});
