// The lives of pods as their kubelets report them: status, events and the end (faults.md, WL, IMG and CFG causes).
import { describe, expect, it } from 'vitest';
import { numberAt, textAt, type Tree, treesAt } from '../../src/sandbox/api/tree.ts';
import { absentImage, crashingImage, hungryImage } from './images.ts';
import { containing, having, including, matching } from './matching.ts';
import { aConfigMap, aPod } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';
import { summary } from './watching.ts';

export function describePodLives(subject: () => Subject): void {
  describe('pod', () => {
    const room = aRoom(subject, 'pod-lives');
    const pod = async (name: string): Promise<Tree> => await room.read(room.path('pods', name));
    const container = async (name: string): Promise<Tree> =>
      treesAt(await pod(name), 'status', 'containerStatuses')[0] ?? {};
    const hasSaid = async (name: string, ...events: readonly (readonly [string, string, unknown])[]): Promise<void> =>
      await room.until(async () => {
        const query = `fieldSelector=involvedObject.name=${name},involvedObject.kind=Pod`;
        const list = await room.read(`/api/v1/namespaces/${room.namespace}/events?${query}`);
        expect(treesAt(list, 'items')).toEqual(
          including(...events.map(([type, reason, message]) => having({ type, reason, message }))),
        );
      });

    it('runs and becomes ready, with address, times and conditions', async () => {
      await room.make('pods', aPod('ready', { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } }));
      await room.until(async () => expect(await container('ready')).toMatchObject({ ready: true, started: true }));
      const { status } = await pod('ready');
      expect(status).toMatchObject({
        phase: 'Running',
        podIP: matching(/^10\.244\./),
        hostIP: '127.0.0.1',
        qosClass: 'BestEffort',
        startTime: matching(/Z$/),
      });
      expect(treesAt(await pod('ready'), 'status', 'conditions').map((one) => [one['type'], one['status']])).toEqual(
        including(
          ['PodReadyToStartContainers', 'True'],
          ['Initialized', 'True'],
          ['Ready', 'True'],
          ['ContainersReady', 'True'],
          ['PodScheduled', 'True'],
        ),
      );
      expect(treesAt(await pod('ready'), 'status', 'conditions').map((one) => one['lastProbeTime'])).toEqual([
        null,
        null,
        null,
        null,
        null,
      ]);
      await hasSaid('ready', ['Normal', 'Created', 'Container created'], ['Normal', 'Started', 'Container started']);
    });

    it('waits for an image that does not exist, and says so', async () => {
      await room.make('pods', aPod('unpulled', { image: absentImage }));
      await room.until(async () =>
        expect(textAt(await container('unpulled'), 'state', 'waiting', 'reason')).toBe('ImagePullBackOff'),
      );
      expect(await pod('unpulled')).toMatchObject({ status: { phase: 'Pending' } });
      await hasSaid(
        'unpulled',
        ['Normal', 'Pulling', `Pulling image "${absentImage}"`],
        ['Warning', 'Failed', containing(`Failed to pull image "${absentImage}": `)],
        ['Warning', 'Failed', 'Error: ErrImagePull'],
        ['Normal', 'BackOff', `Back-off pulling image "${absentImage}"`],
        ['Warning', 'Failed', 'Error: ImagePullBackOff'],
      );
    });

    it('crashes, backs off and is restarted', async () => {
      await room.make('pods', aPod('crashed', { image: crashingImage }));
      const status = await room.until(async () => {
        const found = await container('crashed');
        expect(textAt(found, 'state', 'waiting', 'reason')).toBe('CrashLoopBackOff');
        expect(numberAt(found, 'restartCount')).toBeGreaterThan(0);
        return found;
      });
      expect(status).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 3, reason: 'Error' } } });
      await hasSaid('crashed', [
        'Warning',
        'BackOff',
        matching(
          new RegExp(`^Back-off restarting failed container app in pod crashed_${room.namespace}\\([0-9a-f-]{36}\\)$`),
        ),
      ]);
    });

    it('is killed when it needs more memory than its limit', async () => {
      await room.make('pods', aPod('hungry', { image: hungryImage, resources: { limits: { memory: '48Mi' } } }));
      await room.until(async () => {
        const { lastState, state } = await container('hungry');
        expect([lastState, state]).toEqual(
          including(having({ terminated: having({ exitCode: 137, reason: 'OOMKilled' }) })),
        );
      });
    });

    it('is restarted when its liveness probe fails', async () => {
      const probe = { httpGet: { path: '/healthz', port: 8081 }, periodSeconds: 1, initialDelaySeconds: 1 };
      await room.make('pods', aPod('unlively', { livenessProbe: probe }));
      await room.until(async () => expect(numberAt(await container('unlively'), 'restartCount')).toBeGreaterThan(0));
      await hasSaid(
        'unlively',
        [
          'Warning',
          'Unhealthy',
          matching(/^Liveness probe failed: Get "http:\/\/10\.244\.\d+\.\d+:8081\/healthz": dial tcp /),
        ],
        ['Normal', 'Killing', 'Container app failed liveness probe, will be restarted'],
      );
    });

    it('waits for a ConfigMap, says which, and starts when it comes', async () => {
      await room.make('pods', aPod('unset', { envFrom: [{ configMapRef: { name: 'settings' } }] }));
      await room.until(async () =>
        expect(await container('unset')).toMatchObject({
          state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' } },
        }),
      );
      await hasSaid('unset', ['Warning', 'Failed', 'Error: configmap "settings" not found']);
      await room.make('configmaps', aConfigMap('settings'));
      await room.until(async () => expect(await container('unset')).toMatchObject({ ready: true }));
    });

    it('ends gracefully: terminating first, then gone', async () => {
      await room.make('pods', aPod('ended', {}, { terminationGracePeriodSeconds: 30 }));
      await room.until(async () => expect(await container('ended')).toMatchObject({ ready: true }));
      const answer = await room.remove(room.path('pods', 'ended'));
      expect(answer.body).toMatchObject({
        kind: 'Pod',
        metadata: { deletionGracePeriodSeconds: 30, deletionTimestamp: matching(/Z$/) },
      });
      await room.until(async () => expect((await room.get(room.path('pods', 'ended'))).status).toBe(404));
      await hasSaid('ended', ['Normal', 'Killing', 'Stopping container app']);
    });

    it('is seen terminating before it is gone, even when it gets no time', async () => {
      await room.make('pods', aPod('quick'));
      await room.until(async () => expect(await container('quick')).toMatchObject({ ready: true }));
      const from = textAt(await room.read(room.path('pods')), 'metadata', 'resourceVersion');
      const watching = await room.watch(
        `${room.path('pods')}?watch=true&resourceVersion=${from}&fieldSelector=metadata.name=quick`,
      );
      await room.remove(room.path('pods', 'quick'));
      await room.until(async () => {
        await room.read(room.path('pods'));
        expect(summary(watching.events).at(-1)).toBe('DELETED quick');
      });
      watching.close();
      expect(watching.events[0]?.type).toBe('MODIFIED');
      expect(watching.events[0]?.object).toMatchObject({
        metadata: { deletionTimestamp: matching(/Z$/), deletionGracePeriodSeconds: 0 },
      });
      expect((await room.get(room.path('pods', 'quick'))).status).toBe(404);
    });

    it('ignores a longer grace once it is terminating, and obeys a shorter one', async () => {
      await room.make('pods', aPod('hurried', {}, { terminationGracePeriodSeconds: 600 }));
      await room.until(async () => expect(await container('hurried')).toMatchObject({ ready: true }));
      const path = room.path('pods', 'hurried');
      await room.patch(path, 'merge', { metadata: { finalizers: ['contract.test/hold'] } });
      await room.remove(path, { gracePeriodSeconds: 100 });
      expect((await room.remove(path, { gracePeriodSeconds: 300 })).body).toMatchObject({
        metadata: { deletionGracePeriodSeconds: 100 },
      });
      expect((await room.remove(path, { gracePeriodSeconds: 50 })).body).toMatchObject({
        metadata: { deletionGracePeriodSeconds: 50 },
      });
      await room.patch(path, 'merge', { metadata: { finalizers: null } });
      await room.until(async () => expect((await room.get(path)).status).toBe(404));
    });
  });
}
