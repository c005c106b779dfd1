// Fields of the kinds whose requests are checked field by field; all other kinds pass as they come.
import { podTemplate } from './pod-shape.ts';
import {
  any,
  apiObject,
  atomicMapOf,
  bool,
  conditions,
  type Fields,
  int,
  intOrText,
  keptBool,
  keptInt,
  keptText,
  keyed,
  labelSelector,
  listOf,
  mapOf,
  microTime,
  object,
  quantity,
  text,
  time,
} from './shape.ts';

const rollout: Fields = {
  observedGeneration: int,
  readyReplicas: int,
  availableReplicas: int,
  terminatingReplicas: keptInt,
  conditions,
};

export const deployment = apiObject({
  spec: object({
    replicas: keptInt,
    selector: labelSelector,
    template: podTemplate,
    strategy: object({ type: text, rollingUpdate: object({ maxUnavailable: intOrText, maxSurge: intOrText }) }),
    minReadySeconds: int,
    revisionHistoryLimit: keptInt,
    paused: bool,
    progressDeadlineSeconds: keptInt,
    podReplacementPolicy: text,
  }),
  status: object({
    ...rollout,
    replicas: int,
    updatedReplicas: int,
    unavailableReplicas: int,
    collisionCount: keptInt,
  }),
});

export const replicaSet = apiObject({
  spec: object({ replicas: keptInt, minReadySeconds: int, selector: labelSelector, template: podTemplate }),
  status: object({ ...rollout, replicas: keptInt, fullyLabeledReplicas: int }),
});

export const statefulSet = apiObject({
  spec: object({
    replicas: keptInt,
    selector: labelSelector,
    template: podTemplate,
    volumeClaimTemplates: listOf(any),
    serviceName: keptText,
    podManagementPolicy: text,
    updateStrategy: object({ type: text, rollingUpdate: object({ partition: keptInt, maxUnavailable: intOrText }) }),
    revisionHistoryLimit: keptInt,
    minReadySeconds: int,
    persistentVolumeClaimRetentionPolicy: object({ whenDeleted: text, whenScaled: text }),
    ordinals: object({ start: keptInt }),
  }),
  status: object({
    ...rollout,
    replicas: keptInt,
    currentReplicas: int,
    updatedReplicas: int,
    currentRevision: text,
    updateRevision: text,
    collisionCount: keptInt,
    availableReplicas: keptInt,
  }),
});

/** The scale subresource: replicas of 0 are absent. */
export const scale = apiObject({
  spec: object({ replicas: int }),
  status: object({ replicas: keptInt, selector: text }),
});

export const service = apiObject({
  spec: object({
    ports: {
      kind: 'list',
      of: object({
        name: text,
        protocol: text,
        appProtocol: text,
        port: keptInt,
        targetPort: intOrText,
        nodePort: int,
      }),
      keys: ['port', 'protocol'],
      mergeKey: 'port',
      set: false,
    },
    selector: atomicMapOf(keptText),
    clusterIP: text,
    clusterIPs: listOf(keptText),
    type: text,
    externalIPs: listOf(keptText),
    sessionAffinity: text,
    loadBalancerIP: text,
    loadBalancerSourceRanges: listOf(keptText),
    externalName: text,
    externalTrafficPolicy: text,
    healthCheckNodePort: int,
    publishNotReadyAddresses: bool,
    sessionAffinityConfig: any,
    ipFamilies: listOf(keptText),
    ipFamilyPolicy: text,
    allocateLoadBalancerNodePorts: keptBool,
    loadBalancerClass: text,
    internalTrafficPolicy: text,
    trafficDistribution: text,
  }),
  status: object({ loadBalancer: object({ ingress: listOf(any) }), conditions }),
});

export const configMap = apiObject({ data: mapOf(keptText), binaryData: mapOf(keptText), immutable: keptBool });

export const lease = apiObject({
  spec: object({
    holderIdentity: keptText,
    leaseDurationSeconds: keptInt,
    acquireTime: microTime,
    renewTime: microTime,
    leaseTransitions: keptInt,
    strategy: text,
    preferredHolder: text,
  }),
});

export const budget = apiObject({
  spec: object({
    minAvailable: intOrText,
    maxUnavailable: intOrText,
    selector: labelSelector,
    unhealthyPodEvictionPolicy: text,
  }),
  status: object({
    observedGeneration: int,
    disruptedPods: mapOf(time),
    disruptionsAllowed: keptInt,
    currentHealthy: keptInt,
    desiredHealthy: keptInt,
    expectedPods: keptInt,
    conditions: keyed(
      object({
        type: keptText,
        status: keptText,
        observedGeneration: int,
        lastTransitionTime: time,
        reason: keptText,
        message: keptText,
      }),
      'type',
    ),
  }),
});

const quantities = mapOf(quantity);
export const node = apiObject({
  spec: object({
    podCIDR: text,
    podCIDRs: listOf(keptText),
    providerID: text,
    unschedulable: bool,
    taints: listOf(object({ key: keptText, value: text, effect: keptText, timeAdded: time })),
    configSource: any,
  }),
  status: object({
    capacity: quantities,
    allocatable: quantities,
    conditions,
    addresses: keyed(object({ type: keptText, address: keptText }), 'type'),
    phase: text,
    daemonEndpoints: any,
    nodeInfo: any,
    images: any,
    volumesInUse: any,
    volumesAttached: any,
    config: any,
    features: any,
    runtimeHandlers: any,
    declaredFeatures: any,
  }),
});

export const namespace = apiObject({
  spec: object({ finalizers: listOf(keptText) }),
  status: object({ phase: text, conditions }),
});

export const resourceQuota = apiObject({
  spec: object({ hard: quantities, scopes: listOf(keptText), scopeSelector: any }),
  status: object({ hard: quantities, used: quantities }),
});

export const claim = apiObject({
  spec: object({
    accessModes: listOf(keptText),
    selector: labelSelector,
    resources: object({ requests: quantities, limits: quantities }),
    volumeName: text,
    storageClassName: keptText,
    volumeMode: text,
    dataSource: any,
    dataSourceRef: any,
    volumeAttributesClassName: text,
  }),
  status: any,
});

export const controllerRevision = apiObject({ data: atomicMapOf(any), revision: keptInt });

/** Stored events have the core v1 form. */
export const coreEvent = apiObject({
  involvedObject: any,
  reason: text,
  message: text,
  source: any,
  firstTimestamp: time,
  lastTimestamp: time,
  count: int,
  type: text,
  eventTime: microTime,
  series: object({ count: int, lastObservedTime: microTime }),
  action: text,
  related: any,
  reportingComponent: keptText,
  reportingInstance: keptText,
});
