// Fields of pods and pod templates.
import {
  any,
  apiObject,
  atomicMapOf,
  bool,
  conditions,
  int,
  intOrText,
  keptBool,
  keptInt,
  keptText,
  keyed,
  listOf,
  mapOf,
  object,
  objectMeta,
  quantity,
  text,
  time,
} from './shape.ts';

const quantities = mapOf(quantity);
const resourceRequirements = object({ limits: quantities, requests: quantities, claims: keyed(any, 'name') });

const httpGet = object({
  path: text,
  port: intOrText,
  host: text,
  scheme: text,
  httpHeaders: listOf(object({ name: keptText, value: keptText })),
});
const handler = {
  exec: object({ command: listOf(keptText) }),
  httpGet,
  tcpSocket: object({ port: intOrText, host: text }),
};
const probe = object({
  ...handler,
  grpc: object({ port: keptInt, service: keptText }),
  initialDelaySeconds: int,
  timeoutSeconds: int,
  periodSeconds: int,
  successThreshold: int,
  failureThreshold: int,
  terminationGracePeriodSeconds: keptInt,
});
const lifecycleHandler = object({ ...handler, sleep: object({ seconds: keptInt }) });
const keyRef = object({ name: text, key: keptText, optional: keptBool });
const nameRef = object({ name: text, optional: keptBool });

const container = object({
  name: keptText,
  image: text,
  command: listOf(keptText),
  args: listOf(keptText),
  workingDir: text,
  ports: {
    kind: 'list',
    of: object({ name: text, hostPort: int, containerPort: keptInt, protocol: text, hostIP: text }),
    keys: ['containerPort', 'protocol'],
    mergeKey: 'containerPort',
    set: false,
  },
  envFrom: listOf(object({ prefix: text, configMapRef: nameRef, secretRef: nameRef })),
  env: keyed(
    object({
      name: keptText,
      value: text,
      valueFrom: object({
        fieldRef: object({ apiVersion: text, fieldPath: keptText }),
        resourceFieldRef: object({ containerName: text, resource: keptText, divisor: any }),
        configMapKeyRef: keyRef,
        secretKeyRef: keyRef,
        fileKeyRef: any,
      }),
    }),
    'name',
  ),
  resources: resourceRequirements,
  resizePolicy: listOf(object({ resourceName: keptText, restartPolicy: keptText })),
  restartPolicy: text,
  restartPolicyRules: any,
  volumeMounts: keyed(
    object({
      name: keptText,
      readOnly: bool,
      recursiveReadOnly: text,
      mountPath: keptText,
      subPath: text,
      mountPropagation: text,
      subPathExpr: text,
    }),
    'mountPath',
  ),
  volumeDevices: keyed(any, 'devicePath'),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: object({ postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: text }),
  terminationMessagePath: text,
  terminationMessagePolicy: text,
  imagePullPolicy: text,
  securityContext: any,
  stdin: bool,
  stdinOnce: bool,
  tty: bool,
});

const items = listOf(object({ key: keptText, path: keptText, mode: keptInt }));
const volume = object({
  name: keptText,
  configMap: object({ name: text, items, defaultMode: keptInt, optional: keptBool }),
  secret: object({ secretName: text, items, defaultMode: keptInt, optional: keptBool }),
  emptyDir: object({ medium: text, sizeLimit: quantity }),
  persistentVolumeClaim: object({ claimName: keptText, readOnly: bool }),
  hostPath: object({ path: keptText, type: keptText }),
  projected: any,
  downwardAPI: any,
  csi: any,
  ephemeral: any,
  nfs: any,
  image: any,
});

const toleration = object({
  key: text,
  operator: text,
  value: text,
  effect: text,
  tolerationSeconds: keptInt,
});

const podSpec = object({
  volumes: keyed(volume, 'name'),
  initContainers: keyed(container, 'name'),
  containers: keyed(container, 'name'),
  ephemeralContainers: keyed(any, 'name'),
  restartPolicy: text,
  terminationGracePeriodSeconds: keptInt,
  activeDeadlineSeconds: keptInt,
  dnsPolicy: text,
  dnsConfig: any,
  nodeSelector: atomicMapOf(keptText),
  serviceAccountName: text,
  serviceAccount: text,
  automountServiceAccountToken: keptBool,
  nodeName: text,
  hostNetwork: bool,
  hostPID: bool,
  hostIPC: bool,
  hostUsers: keptBool,
  shareProcessNamespace: keptBool,
  securityContext: any,
  imagePullSecrets: keyed(object({ name: text }), 'name'),
  hostname: text,
  hostnameOverride: any,
  subdomain: text,
  setHostnameAsFQDN: keptBool,
  affinity: any,
  schedulerName: text,
  tolerations: listOf(toleration),
  hostAliases: keyed(any, 'ip'),
  priorityClassName: text,
  priority: keptInt,
  preemptionPolicy: keptText,
  runtimeClassName: keptText,
  enableServiceLinks: keptBool,
  overhead: mapOf(quantity),
  topologySpreadConstraints: {
    kind: 'list',
    of: any,
    keys: ['topologyKey', 'whenUnsatisfiable'],
    mergeKey: 'topologyKey',
    set: false,
  },
  readinessGates: listOf(any),
  schedulingGates: keyed(object({ name: keptText }), 'name'),
  resourceClaims: keyed(any, 'name'),
  resources: resourceRequirements,
  os: any,
  schedulingGroup: any,
  workloadRef: any,
});

export const podTemplate = object({ metadata: objectMeta, spec: podSpec });

const address = keyed(object({ ip: keptText }), 'ip');
export const pod = apiObject({
  spec: podSpec,
  status: object({
    observedGeneration: int,
    phase: text,
    conditions,
    message: text,
    reason: text,
    nominatedNodeName: text,
    hostIP: text,
    hostIPs: listOf(object({ ip: keptText })),
    podIP: text,
    podIPs: address,
    startTime: time,
    initContainerStatuses: listOf(any),
    containerStatuses: listOf(any),
    ephemeralContainerStatuses: listOf(any),
    qosClass: text,
    resize: text,
    resourceClaimStatuses: any,
    extendedResourceClaimStatus: any,
    allocatedResources: quantities,
    resources: any,
    nodeAllocatableResourceClaimStatuses: any,
  }),
});
