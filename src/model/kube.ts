// The fields of Kubernetes objects that the product reads, as schemas that forgive what is absent: an object may lack its status.
import { z } from 'zod';

const text = z.string();
const map = z.record(z.string(), z.string());
const integer = z.number();

const ownerReference = z.object({
  apiVersion: text.optional(),
  kind: text,
  name: text,
  uid: text.optional(),
  controller: z.boolean().optional(),
});

const managedFields = z.object({
  manager: text.optional(),
  operation: text.optional(),
  subresource: text.optional(),
  time: text.optional(),
  fieldsV1: z.unknown().optional(),
});

export const metadata = z.object({
  name: text,
  namespace: text.optional(),
  uid: text.optional(),
  resourceVersion: text.optional(),
  generation: integer.optional(),
  labels: map.nullish(),
  annotations: map.nullish(),
  ownerReferences: z.array(ownerReference).nullish(),
  creationTimestamp: text.nullish(),
  deletionTimestamp: text.nullish(),
  managedFields: z.array(managedFields).nullish(),
});

const condition = z.object({
  type: text,
  status: text.optional(),
  reason: text.optional(),
  message: text.optional(),
  lastTransitionTime: text.nullish(),
  observedGeneration: integer.optional(),
});
export type Condition = z.infer<typeof condition>;

const port = z.union([z.number(), z.string()]);
const probe = z.object({
  httpGet: z.object({ port, path: text.optional(), scheme: text.optional() }).optional(),
  tcpSocket: z.object({ port }).optional(),
  grpc: z.object({ port: z.number() }).optional(),
  exec: z.object({ command: z.array(text).optional() }).optional(),
  initialDelaySeconds: integer.optional(),
  periodSeconds: integer.optional(),
  timeoutSeconds: integer.optional(),
  failureThreshold: integer.optional(),
  successThreshold: integer.optional(),
});
export type Probe = z.infer<typeof probe>;

const keyRef = z.object({ name: text.optional(), key: text.optional(), optional: z.boolean().optional() });
const resources = z.object({ requests: map.nullish(), limits: map.nullish() });

const container = z.object({
  name: text,
  image: text.optional(),
  args: z.array(text).nullish(),
  command: z.array(text).nullish(),
  ports: z.array(z.object({ name: text.optional(), containerPort: integer, protocol: text.optional() })).nullish(),
  env: z
    .array(
      z.object({
        name: text,
        value: text.optional(),
        valueFrom: z.object({ configMapKeyRef: keyRef.optional(), secretKeyRef: keyRef.optional() }).optional(),
      }),
    )
    .nullish(),
  envFrom: z
    .array(
      z.object({
        configMapRef: z.object({ name: text.optional(), optional: z.boolean().optional() }).optional(),
        secretRef: z.object({ name: text.optional(), optional: z.boolean().optional() }).optional(),
      }),
    )
    .nullish(),
  resources: resources.nullish(),
  livenessProbe: probe.nullish(),
  readinessProbe: probe.nullish(),
  startupProbe: probe.nullish(),
});
export type Container = z.infer<typeof container>;

const podSpec = z.object({
  containers: z.array(container).default([]),
  initContainers: z.array(container).nullish(),
  nodeName: text.optional(),
  nodeSelector: map.nullish(),
  affinity: z.unknown().optional(),
  tolerations: z
    .array(
      z.object({ key: text.optional(), operator: text.optional(), value: text.optional(), effect: text.optional() }),
    )
    .nullish(),
  serviceAccountName: text.optional(),
  priorityClassName: text.optional(),
  restartPolicy: text.optional(),
  terminationGracePeriodSeconds: integer.optional(),
  hostNetwork: z.boolean().optional(),
  volumes: z
    .array(
      z.object({
        name: text,
        configMap: z.object({ name: text.optional(), optional: z.boolean().optional() }).optional(),
        secret: z.object({ secretName: text.optional(), optional: z.boolean().optional() }).optional(),
        persistentVolumeClaim: z.object({ claimName: text }).optional(),
        emptyDir: z.unknown().optional(),
      }),
    )
    .nullish(),
});
export type PodSpec = z.infer<typeof podSpec>;

export const podTemplate = z.object({
  metadata: z.object({ labels: map.nullish(), annotations: map.nullish() }).optional(),
  spec: podSpec.optional(),
});
export type PodTemplate = z.infer<typeof podTemplate>;

const terminated = z.object({
  exitCode: integer.optional(),
  reason: text.optional(),
  message: text.optional(),
  startedAt: text.nullish(),
  finishedAt: text.nullish(),
});
const containerState = z.object({
  waiting: z.object({ reason: text.optional(), message: text.optional() }).optional(),
  running: z.object({ startedAt: text.nullish() }).optional(),
  terminated: terminated.optional(),
});
const containerStatus = z.object({
  name: text,
  ready: z.boolean().optional(),
  started: z.boolean().nullish(),
  restartCount: integer.optional(),
  image: text.optional(),
  imageID: text.optional(),
  state: containerState.optional(),
  lastState: containerState.optional(),
});
export type ContainerStatus = z.infer<typeof containerStatus>;

export const pod = z.object({
  metadata,
  spec: podSpec.optional(),
  status: z
    .object({
      phase: text.optional(),
      reason: text.optional(),
      message: text.optional(),
      podIP: text.optional(),
      startTime: text.nullish(),
      conditions: z.array(condition).nullish(),
      containerStatuses: z.array(containerStatus).nullish(),
      initContainerStatuses: z.array(containerStatus).nullish(),
    })
    .optional(),
});
export type Pod = z.infer<typeof pod>;

const selector = z.object({ matchLabels: map.nullish(), matchExpressions: z.array(z.unknown()).nullish() });

/** Deployment, StatefulSet and DaemonSet share the fields that the product reads. */
export const workload = z.object({
  metadata,
  spec: z
    .object({
      replicas: integer.optional(),
      selector: selector.optional(),
      template: podTemplate.optional(),
      paused: z.boolean().optional(),
      minReadySeconds: integer.optional(),
      progressDeadlineSeconds: integer.optional(),
      revisionHistoryLimit: integer.optional(),
      podManagementPolicy: text.optional(),
      strategy: z.object({ type: text.optional() }).optional(),
      updateStrategy: z.object({ type: text.optional() }).optional(),
      serviceName: text.optional(),
    })
    .optional(),
  status: z
    .object({
      observedGeneration: integer.optional(),
      replicas: integer.optional(),
      updatedReplicas: integer.optional(),
      readyReplicas: integer.optional(),
      availableReplicas: integer.optional(),
      unavailableReplicas: integer.optional(),
      terminatingReplicas: integer.optional(),
      currentRevision: text.optional(),
      updateRevision: text.optional(),
      desiredNumberScheduled: integer.optional(),
      numberAvailable: integer.optional(),
      updatedNumberScheduled: integer.optional(),
      conditions: z.array(condition).nullish(),
    })
    .optional(),
});
export type WorkloadObject = z.infer<typeof workload>;

export const service = z.object({
  metadata,
  spec: z
    .object({
      type: text.optional(),
      clusterIP: text.optional(),
      selector: map.nullish(),
      publishNotReadyAddresses: z.boolean().optional(),
      ports: z
        .array(
          z.object({ name: text.optional(), port: integer, targetPort: port.optional(), protocol: text.optional() }),
        )
        .nullish(),
    })
    .optional(),
});
export type Service = z.infer<typeof service>;

export const endpointSlice = z.object({
  metadata,
  ports: z.array(z.object({ name: text.nullish(), port: integer.nullish() })).nullish(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(text).optional(),
        conditions: z.object({ ready: z.boolean().nullish() }).optional(),
        targetRef: z.object({ kind: text.optional(), name: text.optional(), uid: text.optional() }).optional(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof endpointSlice>;

export const node = z.object({
  metadata,
  spec: z
    .object({
      unschedulable: z.boolean().optional(),
      taints: z
        .array(z.object({ key: text, value: text.optional(), effect: text, timeAdded: text.nullish() }))
        .nullish(),
    })
    .optional(),
  status: z
    .object({
      capacity: map.nullish(),
      allocatable: map.nullish(),
      conditions: z.array(condition).nullish(),
      addresses: z.array(z.object({ type: text, address: text })).nullish(),
      daemonEndpoints: z.object({ kubeletEndpoint: z.object({ Port: integer.optional() }).optional() }).optional(),
    })
    .optional(),
});
export type KubeNode = z.infer<typeof node>;

/** Core v1 events; those of the scheduler carry eventTime and reportingComponent instead of the older fields. */
export const event = z.object({
  metadata,
  involvedObject: z.object({
    kind: text.optional(),
    namespace: text.optional(),
    name: text.optional(),
    uid: text.optional(),
    fieldPath: text.optional(),
  }),
  type: text.optional(),
  reason: text.optional(),
  message: text.optional(),
  source: z.object({ component: text.optional(), host: text.optional() }).optional(),
  reportingComponent: text.optional(),
  firstTimestamp: text.nullish(),
  lastTimestamp: text.nullish(),
  eventTime: text.nullish(),
  count: integer.optional(),
  series: z.object({ count: integer.optional(), lastObservedTime: text.nullish() }).nullish(),
});
export type KubeEvent = z.infer<typeof event>;

export const podDisruptionBudget = z.object({
  metadata,
  spec: z
    .object({ selector: selector.nullish(), minAvailable: port.optional(), maxUnavailable: port.optional() })
    .optional(),
  status: z
    .object({
      observedGeneration: integer.optional(),
      disruptionsAllowed: integer.optional(),
      currentHealthy: integer.optional(),
      desiredHealthy: integer.optional(),
      expectedPods: integer.optional(),
    })
    .optional(),
});
export type PodDisruptionBudget = z.infer<typeof podDisruptionBudget>;

export const horizontalPodAutoscaler = z.object({
  metadata,
  spec: z
    .object({
      scaleTargetRef: z.object({ apiVersion: text.optional(), kind: text, name: text }).optional(),
      minReplicas: integer.optional(),
      maxReplicas: integer.optional(),
    })
    .optional(),
  status: z
    .object({
      currentReplicas: integer.optional(),
      desiredReplicas: integer.optional(),
      conditions: z.array(condition).nullish(),
    })
    .optional(),
});
export type HorizontalPodAutoscaler = z.infer<typeof horizontalPodAutoscaler>;

export const resourceQuota = z.object({
  metadata,
  spec: z.object({ hard: map.nullish() }).optional(),
  status: z.object({ hard: map.nullish(), used: map.nullish() }).optional(),
});
export type ResourceQuota = z.infer<typeof resourceQuota>;

export const limitRange = z.object({
  metadata,
  spec: z
    .object({ limits: z.array(z.object({ type: text.optional(), max: map.nullish(), min: map.nullish() })).nullish() })
    .optional(),
});
export type LimitRange = z.infer<typeof limitRange>;

/** Objects of which only the metadata is kept: ConfigMaps (never their data), namespaces, claims. */
export const metadataOnly = z.object({ metadata });
export type MetadataOnly = z.infer<typeof metadataOnly>;

export const persistentVolumeClaim = z.object({
  metadata,
  spec: z.object({ storageClassName: text.optional(), volumeName: text.optional() }).optional(),
  status: z.object({ phase: text.optional() }).optional(),
});

/** The condition of a type, or undefined. */
export function conditionOf(
  object: { status?: { conditions?: readonly Condition[] | null | undefined } | undefined },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((one) => one.type === type);
}

/** When an event was last seen, in milliseconds, or null: series, last, event and creation time in this order. */
export function eventTimeMs(one: KubeEvent): number | null {
  const shown = one.series?.lastObservedTime ?? one.lastTimestamp ?? one.eventTime ?? one.metadata.creationTimestamp;
  const at = shown === null || shown === undefined ? Number.NaN : Date.parse(shown);
  return Number.isNaN(at) ? null : at;
}

export function isPodReady(one: Pod): boolean {
  return conditionOf(one, 'Ready')?.status === 'True';
}

/** Pods that count: not being deleted and not finished. */
export function isLive(one: Pod): boolean {
  const phase = one.status?.phase;
  return (one.metadata.deletionTimestamp ?? null) === null && phase !== 'Succeeded' && phase !== 'Failed';
}
