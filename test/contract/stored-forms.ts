// What the server makes of an object on its way in: defaults, canonical quantities, and what vanishes (writes.md C.9.14).
import { describe, expect, it } from 'vitest';
import { textAt, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { webImage } from './images.ts';
import { aBudget, aConfigMap, aDeployment, anAutoscaler, aPod, aService, aStatefulSet } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const defaultContainer = {
  name: 'app',
  image: webImage,
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};
const defaultPodSpec = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};

export function describeStoredForms(subject: () => Subject): void {
  describe('the stored form', () => {
    const room = aRoom(subject, 'stored-forms');

    it('fills a Deployment with its defaults', async () => {
      expect((await room.make('deployments', aDeployment('plain', { replicas: 2 })))['spec']).toEqual({
        replicas: 2,
        selector: { matchLabels: { app: 'plain' } },
        template: {
          metadata: { labels: { app: 'plain' } },
          spec: { containers: [defaultContainer], ...defaultPodSpec },
        },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      });
    });

    it('fills a StatefulSet with its defaults', async () => {
      const made = await room.make('statefulsets', aStatefulSet('plain'));
      expect(made['spec']).toEqual({
        replicas: 0,
        selector: { matchLabels: { app: 'plain' } },
        template: {
          metadata: { labels: { app: 'plain' } },
          spec: { containers: [defaultContainer], ...defaultPodSpec },
        },
        serviceName: 'plain',
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
        revisionHistoryLimit: 10,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      });
    });

    it('fills a pod with its defaults, tolerations and service account, and shows its quality of service', async () => {
      const made = await room.make('pods', aPod('plain', {}, { automountServiceAccountToken: false }));
      expect(made['spec']).toEqual({
        containers: [defaultContainer],
        ...defaultPodSpec,
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        serviceAccountName: 'default',
        serviceAccount: 'default',
        enableServiceLinks: true,
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
        tolerations: ['not-ready', 'unreachable'].map((state) => ({
          key: `node.kubernetes.io/${state}`,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        })),
      });
      expect(made['status']).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    });

    it('mounts the token of the service account into each container of a pod', async () => {
      const made = await room.make('pods', aPod('mounted'));
      const [volume] = treesAt(made, 'spec', 'volumes');
      expect(textAt(volume ?? {}, 'name')).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
      expect(treeAt(volume ?? {}, 'projected')).toMatchObject({ defaultMode: 420, sources: [{}, {}, {}] });
      expect(treesAt(made, 'spec', 'containers')[0]?.['volumeMounts']).toEqual([
        {
          name: textAt(volume ?? {}, 'name'),
          readOnly: true,
          mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
        },
      ]);
    });

    it('asks for what a pod is limited to where it asks for nothing', async () => {
      const limits = { cpu: '1', memory: '64Mi' };
      const made = await room.make('pods', aPod('limited', { resources: { limits, requests: { cpu: '100m' } } }));
      expect(treesAt(made, 'spec', 'containers')[0]?.['resources']).toEqual({
        limits,
        requests: { cpu: '100m', memory: '64Mi' },
      });
      expect(textAt(made, 'status', 'qosClass')).toBe('Burstable');
    });

    it('fills probes, ports, sources of variables and volumes', async () => {
      const made = await room.make(
        'deployments',
        aDeployment('filled', {
          container: {
            ports: [{ containerPort: 8080 }],
            env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
            livenessProbe: { tcpSocket: { port: 8080 } },
            readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 5 },
            startupProbe: { exec: { command: ['true'] } },
            volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
          },
          podSpec: { volumes: [{ name: 'settings', configMap: { name: 'settings' } }, { name: 'scratch' }] },
        }),
      );
      const timing = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
      expect(treesAt(made, 'spec', 'template', 'spec', 'containers')[0]).toEqual({
        ...defaultContainer,
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        env: [{ name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
        livenessProbe: { tcpSocket: { port: 8080 }, ...timing },
        readinessProbe: { httpGet: { path: '/', port: 8080, scheme: 'HTTP' }, ...timing, periodSeconds: 5 },
        startupProbe: { exec: { command: ['true'] }, ...timing },
        volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
      });
      expect(treesAt(made, 'spec', 'template', 'spec', 'volumes')).toEqual([
        { name: 'settings', configMap: { name: 'settings', defaultMode: 420 } },
        { name: 'scratch', emptyDir: {} },
      ]);
    });

    it('pulls an image always when its tag is latest or absent', async () => {
      const images = ['web', 'web:latest', 'registry:5000/web', 'web@sha256:' + 'a'.repeat(64), 'web:1'];
      const made = await room.make('deployments', {
        ...aDeployment('pulled'),
        spec: {
          selector: { matchLabels: { app: 'pulled' } },
          template: {
            metadata: { labels: { app: 'pulled' } },
            spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
          },
        },
      });
      expect(
        treesAt(made, 'spec', 'template', 'spec', 'containers').map((one) => textAt(one, 'imagePullPolicy')),
      ).toEqual(['Always', 'Always', 'Always', 'IfNotPresent', 'IfNotPresent']);
      expect(made).toMatchObject({ spec: { replicas: 1 } });
    });

    it('writes quantities in one form', async () => {
      const made = await room.make(
        'deployments',
        aDeployment('quantities', {
          container: {
            resources: {
              requests: { cpu: '0.5', memory: '0.25Gi', 'ephemeral-storage': '1e3' },
              limits: { cpu: 2, memory: '1024Mi', 'ephemeral-storage': '1500000' },
            },
          },
        }),
      );
      expect(treesAt(made, 'spec', 'template', 'spec', 'containers')[0]?.['resources']).toEqual({
        requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '1e3' },
        limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1500k' },
      });
    });

    it('drops empty maps, empty lists, empty text and false, and keeps what may be zero', async () => {
      const made = await room.make(
        'deployments',
        aDeployment('empty', {
          container: { env: [{ name: 'EMPTY', value: '' }], args: [], resources: { limits: {} } },
          podSpec: { nodeSelector: {}, hostNetwork: false },
          annotations: {},
          spec: { paused: false, minReadySeconds: 0, revisionHistoryLimit: 0 },
        }),
      );
      expect(made['metadata']).not.toHaveProperty('annotations');
      expect(made['spec']).not.toHaveProperty('paused');
      expect(made['spec']).not.toHaveProperty('minReadySeconds');
      expect(made['spec']).toMatchObject({ replicas: 0, revisionHistoryLimit: 0 });
      expect(treeAt(made, 'spec', 'template', 'spec')).toEqual({
        containers: [{ ...defaultContainer, env: [{ name: 'EMPTY' }] }],
        ...defaultPodSpec,
      });
    });

    it('sets a removed or null field with a default to that default', async () => {
      await room.make('deployments', aDeployment('reset', { replicas: 3 }));
      const answer = await room.patch(room.path('deployments', 'reset'), 'merge', {
        spec: { replicas: null, strategy: null },
      });
      expect(answer.body).toMatchObject({ spec: { replicas: 1, strategy: { type: 'RollingUpdate' } } });
    });

    it('gives a Service its address and fills its ports', async () => {
      const made = await room.make('services', aService('plain', [{ port: 80 }]));
      expect(textAt(made, 'spec', 'clusterIP')).toMatch(/^10\.96\.\d+\.\d+$/);
      expect(made['spec']).toEqual({
        selector: { app: 'plain' },
        ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
        clusterIP: textAt(made, 'spec', 'clusterIP'),
        clusterIPs: [textAt(made, 'spec', 'clusterIP')],
        type: 'ClusterIP',
        sessionAffinity: 'None',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
      });
      expect(made['status']).toEqual({ loadBalancer: {} });
    });

    it('stores an empty selector of a Service as none, and refuses two ports without names', async () => {
      await room.make('services', aService('unpicked'));
      const answer = await room.patch(room.path('services', 'unpicked'), 'json', [
        { op: 'replace', path: '/spec/selector', value: {} },
      ]);
      expect(treeAt(answer.body, 'spec')).not.toHaveProperty('selector');
      const nameless = await room.post(room.path('services'), aService('nameless', [{ port: 80 }, { port: 81 }]));
      expect([nameless.status, treesAt(nameless.body, 'details', 'causes')]).toMatchObject([
        422,
        [
          { reason: 'FieldValueRequired', field: 'spec.ports[0].name' },
          { reason: 'FieldValueRequired', field: 'spec.ports[1].name' },
        ],
      ]);
    });

    it('fills an autoscaler and refuses bounds that cross', async () => {
      const made = await room.make('horizontalpodautoscalers', anAutoscaler('plain'));
      expect(made['spec']).toMatchObject({
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      });
      const crossed = await room.post(
        room.path('horizontalpodautoscalers'),
        anAutoscaler('crossed', { minReplicas: 4 }),
      );
      expect([crossed.status, treesAt(crossed.body, 'details', 'causes')]).toMatchObject([
        422,
        [{ reason: 'FieldValueInvalid', field: 'spec.maxReplicas' }],
      ]);
    });

    it('starts a budget with no disruption allowed', async () => {
      expect((await room.make('poddisruptionbudgets', aBudget('plain', { minAvailable: '50%' })))['status']).toEqual({
        disruptionsAllowed: 0,
        currentHealthy: 0,
        desiredHealthy: 0,
        expectedPods: 0,
      });
    });

    it('finds a free name for a generated one', async () => {
      const made = await room.make('configmaps', { ...aConfigMap(''), metadata: { generateName: 'made-' } });
      expect(textAt(made, 'metadata', 'name')).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    });
  });
}
