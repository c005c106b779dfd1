// Builds targets as a fresh GET shows them, with their revisions and pods: what an action looks at, for tests.
import type { Live } from '../../model/action.ts';
import { toJson, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';

const targetUid = 'uid-checkout';
const createdAt = '2026-01-05T10:00:00Z';

export type Workload = {
  readonly kind?: string;
  readonly replicas?: number | null;
  readonly template?: JsonObject;
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
  readonly generation?: number;
  readonly status?: JsonObject;
  readonly metadata?: JsonObject;
};

/** A Deployment `shop/checkout` of three replicas, all ready, unless a test says otherwise. */
export function aWorkload(more: Workload = {}): JsonObject {
  const replicas = more.replicas === undefined ? 3 : more.replicas;
  return json({
    apiVersion: 'apps/v1',
    kind: more.kind ?? 'Deployment',
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      uid: targetUid,
      generation: more.generation ?? 4,
      creationTimestamp: createdAt,
      ...(more.annotations === undefined ? {} : { annotations: more.annotations }),
      ...more.metadata,
    },
    spec: {
      ...(replicas === null ? {} : { replicas }),
      selector: { matchLabels: { app: 'checkout' } },
      template: more.template ?? aTemplate(),
      ...more.spec,
    },
    status: more.status ?? statusOf(replicas ?? 1),
  });
}

/** The status of a rollout that is over. */
export function statusOf(replicas: number, more: JsonObject = {}): JsonObject {
  return {
    observedGeneration: 4,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    ...more,
  };
}

export function aTemplate(containers: readonly JsonObject[] = [aContainer()], more: JsonObject = {}): JsonObject {
  return json({ metadata: { labels: { app: 'checkout' } }, spec: { containers, ...more } });
}

export function aContainer(more: JsonObject = {}): JsonObject {
  return {
    name: 'app',
    image: 'registry.local/shop/checkout:1.9.0',
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    ...more,
  };
}

/** A ReplicaSet that the target controls. */
export function aReplicaSet(number: number, template: JsonObject, more: JsonObject = {}): JsonObject {
  const hash = `hash${number}`;
  return json({
    kind: 'ReplicaSet',
    metadata: {
      name: `checkout-${hash}`,
      uid: `uid-rs-${number}`,
      generation: 1,
      creationTimestamp: '2026-01-05T13:00:00Z',
      annotations: { 'deployment.kubernetes.io/revision': String(number), ...objectIn(more, 'annotations') },
      ownerReferences: [
        { kind: 'Deployment', name: 'checkout', uid: objectIn(more, 'owner')['uid'] ?? targetUid, controller: true },
      ],
    },
    spec: { template: { ...template, metadata: withLabel(template, 'pod-template-hash', hash) } },
    status: { observedGeneration: 1, ...objectIn(more, 'status') },
  });
}

/** A ControllerRevision of a StatefulSet or DaemonSet: the template as a patch. */
export function aControllerRevision(number: number, template: JsonObject): JsonObject {
  return json({
    kind: 'ControllerRevision',
    metadata: {
      name: `checkout-${number}`,
      uid: `uid-cr-${number}`,
      ownerReferences: [{ kind: 'StatefulSet', name: 'checkout', uid: targetUid, controller: true }],
    },
    revision: number,
    data: { spec: { template: { ...template, $patch: 'replace' } } },
  });
}

export type PodState = {
  readonly name?: string;
  /** UID of the controlling ReplicaSet or set. */
  readonly owner?: string;
  readonly labels?: JsonObject;
  readonly createdAt?: string;
  readonly startedAt?: string;
  readonly ready?: { readonly status: string; readonly since: string };
  readonly scheduled?: JsonObject;
  readonly waiting?: string;
  readonly container?: JsonObject;
  readonly leaving?: boolean;
};

/** A pod of revision 5 that was created and started at 13:00:00. */
export function aPod(more: PodState = {}): JsonObject {
  const at = more.createdAt ?? '2026-01-05T13:00:00Z';
  const ready = more.ready ?? { status: 'True', since: '2026-01-05T13:00:20Z' };
  return json({
    kind: 'Pod',
    metadata: {
      name: more.name ?? 'checkout-1',
      namespace: 'shop',
      creationTimestamp: at,
      labels: more.labels ?? {},
      ownerReferences: [{ kind: 'ReplicaSet', name: 'owner', uid: more.owner ?? 'uid-rs-5', controller: true }],
      ...(more.leaving === true ? { deletionTimestamp: '2026-01-05T13:05:00Z' } : {}),
    },
    status: {
      startTime: more.startedAt ?? at,
      conditions: [
        more.scheduled ?? { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready.status, lastTransitionTime: ready.since },
      ],
      containerStatuses: [
        {
          name: 'app',
          ...(more.waiting === undefined ? {} : { state: { waiting: { reason: more.waiting } } }),
          ...more.container,
        },
      ],
    },
  });
}

export function liveOf(
  object: JsonObject,
  revisions: readonly JsonObject[] = [],
  pods: readonly JsonObject[] = [],
): Live {
  return { object, revisions, pods };
}

function withLabel(template: JsonObject, key: string, value: string): JsonObject {
  const metadata = objectIn(template, 'metadata');
  return { ...metadata, labels: { ...objectIn(metadata, 'labels'), [key]: value } };
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value: Json | undefined = object[key];
  return isJsonObject(value) ? value : {};
}

function json(value: unknown): JsonObject {
  const made = toJson(value);
  return isJsonObject(made) ? made : {};
}
