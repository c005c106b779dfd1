import { describe, expect, it } from 'vitest';
import {
  aContainer,
  aDeployment,
  anEnded,
  anEvent,
  aPod,
  aService,
  atMs,
  aView,
  replicaSetOf,
  time,
} from '../../../../test/builders/view.ts';

import { base, factsOf, healthy, replicas } from './testing/one-look.ts';

const podRef = (name: string) => ({ kind: 'Pod', namespace: 'shop', name });

describe('a healthy workload', () => {
  it('shows no fact', () => {
    const pods = [healthy, aPod({ owner: replicas, name: 'cart-aaa-2' })];
    const slice = {
      metadata: { name: 'cart-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
      endpoints: [{ addresses: ['10.0.0.9'], conditions: { ready: true } }],
    };
    expect(factsOf(aView({ ...base, Pod: pods, Service: [aService('cart')], EndpointSlice: [slice] }))).toEqual([]);
  });
});

describe('containers that end', () => {
  const ended = (over: Partial<Parameters<typeof anEnded>[0]>) =>
    aPod({
      owner: replicas,
      name: 'cart-aaa-2',
      ready: false,
      statuses: [anEnded({ reason: 'Error', exitCode: 1, agoMs: 20_000, restarts: 4, ...over })],
    });

  it('opens oom-killed with its limit and the time of the first kill', () => {
    const pod = ended({ reason: 'OOMKilled', exitCode: 137 });
    const [crash, oom] = factsOf(aView({ ...base, Pod: [healthy, pod] }), { restarts: () => 3 });
    expect(oom).toMatchObject({
      id: 'fact:oom-killed@shop/Deployment/cart',
      sentence: 'OOMKilled ×3 in 1 of 2 pods, memory limit 256Mi',
      onsetMs: atMs - 20_000,
      severity: 'warning',
      count: 3,
      container: 'app',
      objects: [podRef('cart-aaa-2')],
    });
    expect(crash?.sentence).toBe('restarts 3 in 10 min, usual 0, OOMKilled exit 137');
  });

  it('keeps oom-killed while the container runs again, and forgets it after twenty minutes', () => {
    const pod = (agoMs: number) => ended({ reason: 'OOMKilled', exitCode: 137, agoMs, waiting: null });
    expect(factsOf(aView({ ...base, Pod: [pod(15 * 60_000)] })).map((one) => one.fact)).toContain('oom-killed');
    expect(factsOf(aView({ ...base, Pod: [pod(25 * 60_000)] })).map((one) => one.fact)).not.toContain('oom-killed');
  });

  it('is critical when no replica is ready', () => {
    const [crash] = factsOf(aView({ ...base, Pod: [ended({})] }));
    expect(crash).toMatchObject({ fact: 'crash-looping', severity: 'critical' });
  });

  it('takes two restarts in ten minutes for a crash loop, one not', () => {
    const pod = ended({ waiting: null, agoMs: 30_000 });
    const facts = (count: number) =>
      factsOf(aView({ ...base, Pod: [healthy, pod] }), {
        restarts: (_of, name) => (name === 'cart-aaa-2' ? count : 0),
      });
    expect(facts(1).map((one) => one.fact)).not.toContain('crash-looping');
    expect(facts(2).map((one) => one.fact)).toContain('crash-looping');
  });

  it('leaves old restarts alone', () => {
    const pod = aPod({
      owner: replicas,
      name: 'cart-aaa-2',
      statuses: [
        {
          ...anEnded({ reason: 'Error', exitCode: 1, agoMs: 3 * 3_600_000, restarts: 40, waiting: null }),
          ready: true,
        },
      ],
    });
    expect(factsOf(aView({ ...base, Pod: [healthy, pod] }), { restarts: () => 0 })).toEqual([]);
  });

  it('leaves a batch image alone that ends well and that nobody calls', () => {
    const batch = aDeployment({ name: 'nightly', containers: [aContainer({ ports: [] })] });
    const owner = replicaSetOf(batch);
    const pod = aPod({
      owner,
      name: 'nightly-1',
      ready: false,
      statuses: [anEnded({ reason: 'Completed', exitCode: 0, agoMs: 9_000, restarts: 3 })],
    });
    expect(factsOf(aView({ Deployment: [batch], ReplicaSet: [owner], Pod: [pod] }))).toEqual([]);
  });

  it('sees an init container that loops', () => {
    const pod = aPod({
      owner: replicas,
      name: 'cart-aaa-2',
      ready: false,
      statuses: [{ name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
      status: {
        initContainerStatuses: [
          { ...anEnded({ reason: 'Error', exitCode: 1, agoMs: 9_000, restarts: 5 }), name: 'migrate' },
        ],
      },
    });
    expect(factsOf(aView({ ...base, Pod: [pod] }))[0]).toMatchObject({ fact: 'crash-looping', container: 'migrate' });
  });

  it.each([
    ['Container app failed liveness probe, will be restarted', 'liveness'],
    ['Container app failed startup probe, will be restarted', 'startup'],
  ])('opens probe-killing on "%s"', (message, probe) => {
    const event = anEvent(podRef('cart-aaa-1'), {
      reason: 'Killing',
      type: 'Normal',
      message,
      count: 4,
      involvedObject: { ...podRef('cart-aaa-1'), fieldPath: 'spec.containers{app}' },
    });
    expect(factsOf(aView({ ...base, Pod: [healthy], Event: [event] }))).toEqual([
      expect.objectContaining({
        fact: 'probe-killing',
        count: 4,
        sentence: `killed 4× in 10 min by the ${probe} probe of app`,
      }),
    ]);
  });

  it('takes an event in the shape of the scheduler and leaves an old one alone', () => {
    const message = 'Container app failed liveness probe, will be restarted';
    const event = (ms: number) =>
      anEvent(podRef('cart-aaa-1'), {
        reason: 'Killing',
        message,
        lastTimestamp: null,
        eventTime: time(ms),
        series: { count: 7, lastObservedTime: time(ms) },
      });
    expect(factsOf(aView({ ...base, Pod: [healthy], Event: [event(atMs - 60_000)] }))[0]?.count).toBe(7);
    expect(factsOf(aView({ ...base, Pod: [healthy], Event: [event(atMs - 3_600_000)] }))).toEqual([]);
  });
});

describe('containers that do not start', () => {
  const waiting = (reason: string, message?: string) =>
    aPod({
      owner: replicas,
      name: 'cart-bbb-1',
      ready: false,
      startMs: atMs - 40_000,
      statuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
        },
      ],
    });

  it.each(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'])(
    'opens image-pull-failed on %s',
    (reason) => {
      expect(factsOf(aView({ ...base, Pod: [healthy, waiting(reason)] }))).toEqual([
        expect.objectContaining({
          fact: 'image-pull-failed',
          sentence: `image registry.example/shop/cart:1.7.5 cannot be pulled (${reason}) in 1 of 2 pods`,
        }),
      ]);
    },
  );

  it.each([
    'configmap "cart-config" not found',
    `couldn't find key ROUTES in ConfigMap shop/cart-config`,
    'secret "cart-key" not found',
  ])('opens config-missing on %s', (message) => {
    const [fact] = factsOf(aView({ ...base, Pod: [waiting('CreateContainerConfigError', message)] }));
    expect(fact).toMatchObject({
      fact: 'config-missing',
      severity: 'critical',
      sentence: `${message}, 1 of 1 pod cannot start`,
    });
  });

  it('opens config-missing on a volume that cannot be mounted', () => {
    const event = anEvent(podRef('cart-bbb-1'), {
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "v" : configmap "cart-config" not found',
    });
    const view = aView({ ...base, Pod: [healthy, waiting('ContainerCreating')], Event: [event] });
    expect(factsOf(view)[0]).toMatchObject({
      fact: 'config-missing',
      sentence: 'configmap "cart-config" not found, 1 of 2 pods cannot start',
    });
  });

  it('does not take refused security settings for missing configuration', () => {
    const pod = waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root');
    expect(factsOf(aView({ ...base, Pod: [healthy, pod] }))).toEqual([]);
  });

  it('opens unschedulable after half a minute, not at once, and not when a place was found', () => {
    const pod = (agoMs: number, message: string) =>
      aPod({
        owner: replicas,
        name: 'cart-bbb-1',
        scheduled: false,
        sinceMs: atMs - agoMs,
        startMs: atMs - agoMs,
        unschedulableMessage: message,
      });
    const sentence = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.";
    expect(factsOf(aView({ ...base, Pod: [pod(10_000, sentence)] }))).toEqual([]);
    expect(factsOf(aView({ ...base, Pod: [pod(40_000, sentence)] }))[0]).toMatchObject({
      fact: 'unschedulable',
      sentence: `1 of 1 pod cannot be scheduled: ${sentence}`,
      onsetMs: atMs - 40_000,
    });
    const found = 'preemption: found a potential placement for pod on node n, preempting 1 victims';
    expect(factsOf(aView({ ...base, Pod: [pod(40_000, found)] }))).toEqual([]);
  });
});

describe('pods that are not ready', () => {
  const unready = (input: {
    startedAgoMs: number;
    sinceAgoMs: number;
    container?: Parameters<typeof aContainer>[0];
    started?: boolean;
  }) => {
    const owner = replicaSetOf(aDeployment({ containers: [aContainer(input.container)] }));
    const startMs = atMs - input.startedAgoMs;
    return aPod({
      owner,
      name: 'cart-aaa-2',
      ready: false,
      startMs,
      sinceMs: atMs - input.sinceAgoMs,
      statuses: [
        {
          name: 'app',
          ready: false,
          started: input.started ?? true,
          restartCount: 0,
          state: { running: { startedAt: time(startMs) } },
        },
      ],
    });
  };
  const facts = (pod: ReturnType<typeof unready>) =>
    factsOf(aView({ ...base, Pod: [healthy, pod] })).map((one) => one.fact);

  it('opens a minute after a pod lost readiness', () => {
    expect(facts(unready({ startedAgoMs: 9 * 86_400_000, sinceAgoMs: 50_000 }))).toEqual([]);
    expect(facts(unready({ startedAgoMs: 9 * 86_400_000, sinceAgoMs: 70_000 }))).toEqual(['not-ready']);
  });

  it('gives a starting pod what its probes allow', () => {
    const container = { startupProbe: { periodSeconds: 10, failureThreshold: 30, httpGet: { port: 8080 } } };
    const pod = (agoMs: number) => unready({ startedAgoMs: agoMs, sinceAgoMs: agoMs, container, started: false });
    expect(facts(pod(280_000))).toEqual([]);
    expect(facts(pod(380_000))).toEqual(['not-ready']);
  });

  it('leaves finished, failed and terminating pods alone', () => {
    const old = { owner: replicas, ready: false, sinceMs: atMs - 600_000 };
    const pods = [
      aPod({ ...old, name: 'done', status: { phase: 'Succeeded' } }),
      aPod({ ...old, name: 'evicted', status: { phase: 'Failed', reason: 'Evicted' } }),
      aPod({ ...old, name: 'leaving', metadata: { deletionTimestamp: time(atMs - 5_000) } }),
    ];
    expect(factsOf(aView({ ...base, Pod: [healthy, ...pods] }))).toEqual([]);
  });

  it('says rollout-stuck by the condition, but not while paused or not observed', () => {
    const conditions = [
      {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "cart-bbb" has timed out progressing.',
        lastTransitionTime: time(atMs - 60_000),
      },
    ];
    const stuck = (over: Parameters<typeof aDeployment>[0]) =>
      factsOf(
        aView({
          Deployment: [aDeployment({ status: { conditions, updatedReplicas: 1, observedGeneration: 1 }, ...over })],
        }),
      );
    expect(stuck({})[0]).toMatchObject({
      fact: 'rollout-stuck',
      sentence: 'rollout made no progress, 1 of 2 replicas updated: ReplicaSet "cart-bbb" has timed out progressing.',
    });
    expect(stuck({ spec: { paused: true } })).toEqual([]);
    expect(stuck({ status: { conditions, observedGeneration: 0 } })).toEqual([]);
  });
});

describe('workloads that nobody reaches', () => {
  const callers = aDeployment({
    name: 'storefront',
    namespace: 'web',
    containers: [aContainer({ env: [{ name: 'CART_URL', value: 'http://cart.shop:8080' }] })],
  });
  const zero = (over: Parameters<typeof aDeployment>[0] = {}) =>
    aView({ Deployment: [aDeployment({ replicas: 0, ...over }), callers], Service: [aService('cart')] });

  it('opens zero-replicas-called when a caller names the Service', () => {
    expect(factsOf(zero())).toEqual([
      expect.objectContaining({
        fact: 'zero-replicas-called',
        severity: 'critical',
        sentence: '0 replicas while called by web/deploy/storefront',
        objects: [{ kind: 'Service', namespace: 'shop', name: 'cart' }],
      }),
    ]);
  });

  it('opens it by usual traffic alone, and not without a caller or traffic', () => {
    const view = aView({ Deployment: [aDeployment({ replicas: 0 })], Service: [aService('cart')] });
    expect(factsOf(view, { usualRequests: () => 42 })[0]?.sentence).toBe('0 replicas while usual 42/s');
    expect(factsOf(view)).toEqual([]);
  });

  it.each([
    ['KEDA', { annotations: { 'autoscaling.keda.sh/paused-replicas': '0' } }],
    ['a downscaler', { annotations: { 'downscaler/downtime-replicas': '0' } }],
    ['maintenance', { annotations: { 'example.com/maintenance': 'until friday' } }],
    ['a paused Deployment', { spec: { paused: true, replicas: 0 } }],
  ])('leaves a zero alone that %s marks', (_name, over) => {
    expect(factsOf(zero(over))).toEqual([]);
  });

  it('opens no-endpoints after a minute without a ready pod', () => {
    const pod = (agoMs: number) => aPod({ owner: replicas, name: 'cart-aaa-1', ready: false, sinceMs: atMs - agoMs });
    const view = (agoMs: number) => aView({ ...base, Pod: [pod(agoMs)], Service: [aService('cart')] });
    expect(factsOf(view(30_000))).toEqual([]);
    expect(factsOf(view(90_000)).map((one) => one.fact)).toEqual(['no-endpoints', 'not-ready']);
  });

  it.each([
    ['headless', { clusterIP: 'None' }],
    ['external', { type: 'ExternalName' }],
    ['publishing unready addresses', { publishNotReadyAddresses: true }],
  ])('leaves an empty Service alone that is %s', (_name, over) => {
    const pod = aPod({ owner: replicas, name: 'cart-aaa-1', ready: false, sinceMs: atMs - 90_000 });
    const view = aView({ ...base, Pod: [pod], Service: [aService('cart', 'shop', over)] });
    expect(factsOf(view).map((one) => one.fact)).toEqual(['not-ready']);
  });

  it('knows nothing of endpoints when slices cannot be listed', () => {
    const pod = aPod({ owner: replicas, name: 'cart-aaa-1', ready: false, sinceMs: atMs - 90_000 });
    const view = aView({ ...base, Pod: [pod], Service: [aService('cart')] }, atMs, ['EndpointSlice']);
    expect(factsOf(view).map((one) => one.fact)).toEqual(['not-ready']);
  });
});
