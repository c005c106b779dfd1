// Defaults by kind, filled in before validation as the API server does.
import { defaultPod, defaultPodSpec } from './pod-defaults.ts';
import type { Definition } from './resources.ts';
import { qosClass } from '../qos-class.ts';
import { isTree, makeTree, textAt, textMapAt, type Tree, treesAt } from './tree.ts';

/** Fills the object in place. */
export function applyDefaults(definition: Definition, object: Tree): void {
  fillers[definition.kind]?.(object);
}

const fillers: Readonly<Record<string, (object: Tree) => void>> = {
  Pod(object) {
    const spec = makeTree(object, 'spec');
    defaultPod(spec);
    const status = makeTree(object, 'status');
    status['phase'] ??= 'Pending';
    for (const condition of treesAt(status, 'conditions')) condition['lastProbeTime'] ??= null;
    status['qosClass'] ??= qosClass(
      treesAt(spec, 'containers').map((container) => ({
        resources: {
          requests: textMapAt(container, 'resources', 'requests'),
          limits: textMapAt(container, 'resources', 'limits'),
        },
      })),
    );
  },
  Deployment(object) {
    const spec = makeTree(object, 'spec');
    spec['replicas'] ??= 1;
    spec['revisionHistoryLimit'] ??= 10;
    spec['progressDeadlineSeconds'] ??= 600;
    const strategy = makeTree(spec, 'strategy');
    strategy['type'] ??= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      const rolling = makeTree(strategy, 'rollingUpdate');
      rolling['maxUnavailable'] ??= '25%';
      rolling['maxSurge'] ??= '25%';
    }
    template(spec);
    object['status'] ??= {};
  },
  ReplicaSet(object) {
    const spec = makeTree(object, 'spec');
    spec['replicas'] ??= 1;
    template(spec);
    makeTree(object, 'status')['replicas'] ??= 0;
  },
  StatefulSet(object) {
    const spec = makeTree(object, 'spec');
    spec['replicas'] ??= 1;
    spec['serviceName'] ??= '';
    spec['podManagementPolicy'] ??= 'OrderedReady';
    spec['revisionHistoryLimit'] ??= 10;
    const strategy = makeTree(spec, 'updateStrategy');
    strategy['type'] ??= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      const rolling = makeTree(strategy, 'rollingUpdate');
      rolling['partition'] ??= 0;
      rolling['maxUnavailable'] ??= 1;
    }
    spec['persistentVolumeClaimRetentionPolicy'] ??= { whenDeleted: 'Retain', whenScaled: 'Retain' };
    template(spec);
    const status = makeTree(object, 'status');
    status['replicas'] ??= 0;
    status['availableReplicas'] ??= 0;
  },
  DaemonSet(object) {
    template(makeTree(object, 'spec'));
  },
  Service(object) {
    const spec = makeTree(object, 'spec');
    spec['type'] ??= 'ClusterIP';
    spec['sessionAffinity'] ??= 'None';
    for (const port of treesAt(spec, 'ports')) {
      port['protocol'] ??= 'TCP';
      if (spec['type'] !== 'ExternalName') port['targetPort'] ??= port['port'] ?? 0;
    }
    if (spec['type'] !== 'ExternalName') {
      spec['internalTrafficPolicy'] ??= 'Cluster';
    }
    object['status'] ??= {};
    makeTree(makeTree(object, 'status'), 'loadBalancer');
  },
  Namespace(object) {
    const labels = makeTree(makeTree(object, 'metadata'), 'labels');
    labels['kubernetes.io/metadata.name'] = textAt(object, 'metadata', 'name');
    makeTree(object, 'status')['phase'] ??= 'Active';
  },
  Node(object) {
    object['spec'] ??= {};
    object['status'] ??= {};
    const status = object['status'];
    if (isTree(status) && status['allocatable'] === undefined && status['capacity'] !== undefined)
      status['allocatable'] = status['capacity'];
  },
  PodDisruptionBudget(object) {
    const status = makeTree(object, 'status');
    for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']) status[field] ??= 0;
  },
  PersistentVolumeClaim(object) {
    makeTree(object, 'spec')['volumeMode'] ??= 'Filesystem';
    makeTree(object, 'status')['phase'] ??= 'Pending';
  },
  EndpointSlice(object) {
    object['endpoints'] ??= null;
    object['ports'] ??= null;
  },
  CronJob(object) {
    const spec = makeTree(object, 'spec');
    spec['suspend'] ??= false;
    spec['concurrencyPolicy'] ??= 'Allow';
    spec['successfulJobsHistoryLimit'] ??= 3;
    spec['failedJobsHistoryLimit'] ??= 1;
  },
  HorizontalPodAutoscaler(object) {
    const spec = makeTree(object, 'spec');
    spec['minReplicas'] ??= 1;
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec['metrics'] ??= [{ type: 'Resource', resource: { name: 'cpu', target } }];
  },
};

function template(spec: Tree): void {
  const found = makeTree(spec, 'template');
  makeTree(found, 'metadata');
  defaultPodSpec(makeTree(found, 'spec'));
}
