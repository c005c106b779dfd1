// The closed list of requests that are sent without a permit: own Lease, own Events, the stop ConfigMap, reviews. Nothing else belongs here.
import { z } from 'zod';
import type { Json } from '../model/json.ts';
import { fieldManager, stopConfigMap } from '../model/mode.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { ObjectRef } from '../model/target.ts';
import { microTime, shortened } from './event-text.ts';
import { pathOf } from './resources.ts';
import { readFailure } from './status.ts';
import type { ApiAnswer, Transport } from './transport.ts';

export type AccessQuestion = {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
};

const leaseBody = z.object({
  metadata: z.object({ resourceVersion: z.string(), uid: z.string().optional() }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .default({}),
});
export type LeaseRecord = z.infer<typeof leaseBody>;
export type LeaseSpec = {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
};

/** What the stop ConfigMap says. `seen` is true when the ConfigMap itself says stop: that is latched; other causes hold only while they last. */
export type StopWord = {
  readonly stopped: boolean;
  readonly seen: boolean;
  readonly by: string | null;
  readonly reason: string | null;
};

export type OwnEvent = {
  readonly about: ObjectRef & { readonly uid?: string; readonly apiVersion?: string };
  readonly type: 'Normal' | 'Warning';
  /** CamelCase word, such as `PlanWritten`. */
  readonly reason: string;
  readonly action: string;
  /** Cut at 1,024 bytes, the server's limit. */
  readonly note: string;
  /** Unique per step, so that a repetition is the same event: lower-case letters, digits, `-` and `.`. */
  readonly name: string;
  readonly atMs: number;
  readonly annotations?: Readonly<Record<string, string>>;
};

export interface OwnWrites {
  /** Null when there is none. */
  readLease(signal?: AbortSignal): Promise<LeaseRecord | null>;
  /** Null when somebody else made it first. */
  createLease(spec: LeaseSpec, signal?: AbortSignal): Promise<LeaseRecord | null>;
  /** Null when the lease changed since it was read. */
  replaceLease(resourceVersion: string, spec: LeaseSpec, signal?: AbortSignal): Promise<LeaseRecord | null>;
  readStop(signal?: AbortSignal): Promise<StopWord>;
  writeStop(
    word: { readonly stopped: boolean; readonly by: string; readonly reason: string; readonly atMs: number },
    signal?: AbortSignal,
  ): Promise<void>;
  /** A repetition of a name is no fault: the event is there. */
  recordEvent(event: OwnEvent, signal?: AbortSignal): Promise<void>;
  /** Asks the API server about one right of our own. */
  mayI(question: AccessQuestion, signal?: AbortSignal): Promise<boolean>;
  /** Who the server takes us for; null when it cannot say. */
  whoAmI(signal?: AbortSignal): Promise<{ readonly user: string; readonly groups: readonly string[] } | null>;
}

const review = z.object({ status: z.object({ allowed: z.boolean().default(false) }).default({ allowed: false }) });
const selfReview = z.object({
  status: z.object({ userInfo: z.object({ username: z.string(), groups: z.array(z.string()).nullish() }) }),
});
const stopBody = z.object({ data: z.record(z.string(), z.string()).nullish() });

const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };
const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
const events = { group: 'events.k8s.io', version: 'v1', plural: 'events' };
const reportingController = 'nemotron-advisor.dev/advisor';

/** `namespace` is the advisor's own; `instance` names this process in the lease and in events. */
export function createOwnWrites(
  transport: Transport,
  own: { readonly namespace: string; readonly lease: string; readonly instance: string },
): OwnWrites {
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: Json | null,
    options: { readonly contentType?: string; readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined },
  ): Promise<ApiAnswer> =>
    await transport.request({
      method,
      path,
      ...(method === 'GET' || path.includes('reviews') ? {} : { query: { fieldManager } }),
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
      timeoutMs: options.timeoutMs ?? 10_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  const leasePath = pathOf(leases, own.namespace, own.lease);
  const stopPath = pathOf(configMaps, own.namespace, stopConfigMap);
  const leaseOf = (answer: ApiAnswer): LeaseRecord => {
    const parsed = leaseBody.safeParse(answer.json);
    if (!parsed.success) throw readFailure(answer, `keep the lease ${own.namespace}/${own.lease}`);
    return parsed.data;
  };
  const leaseObject = (spec: LeaseSpec, resourceVersion?: string): Json => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: own.lease,
      namespace: own.namespace,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec,
  });
  return {
    async readLease(signal) {
      const answer = await send('GET', leasePath, null, { signal, timeoutMs: 5_000 });
      return answer.status === 404 ? null : leaseOf(answer);
    },
    async createLease(spec, signal) {
      const answer = await send('POST', pathOf(leases, own.namespace), leaseObject(spec), { signal, timeoutMs: 5_000 });
      if (answer.status === 404) throw namespaceMissing(own.namespace);
      return answer.status === 409 ? null : leaseOf(answer);
    },
    async replaceLease(resourceVersion, spec, signal) {
      const answer = await send('PUT', leasePath, leaseObject(spec, resourceVersion), { signal, timeoutMs: 5_000 });
      return answer.status === 409 || answer.status === 404 ? null : leaseOf(answer);
    },
    async readStop(signal) {
      let answer: ApiAnswer;
      try {
        answer = await send('GET', stopPath, null, { signal, timeoutMs: 5_000 });
      } catch (error) {
        const why = error instanceof Failure ? error.problem.why : 'no answer';
        return { stopped: true, seen: false, by: null, reason: `the stop switch could not be read: ${why}` };
      }
      if (answer.status === 404) return { stopped: false, seen: false, by: null, reason: null };
      if (answer.status !== 200)
        return { stopped: true, seen: false, by: null, reason: `the stop switch was answered with ${answer.status}` };
      const data = stopBody.safeParse(answer.json).data?.data ?? {};
      if (data['stopped'] === 'false') return { stopped: false, seen: false, by: null, reason: null };
      return { stopped: true, seen: true, by: data['by'] ?? null, reason: data['reason'] ?? null };
    },
    async writeStop(word, signal) {
      const data = {
        stopped: String(word.stopped),
        by: word.by,
        reason: word.reason,
        at: new Date(word.atMs).toISOString(),
      };
      const merge = async (): Promise<ApiAnswer> =>
        await send('PATCH', stopPath, { data }, { contentType: 'application/merge-patch+json', signal });
      let answer = await merge();
      if (answer.status === 404) {
        const body = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: stopConfigMap, namespace: own.namespace },
          data,
        };
        answer = await send('POST', pathOf(configMaps, own.namespace), body, { signal });
        if (answer.status === 404) throw namespaceMissing(own.namespace);
        if (answer.status === 409) answer = await merge();
      }
      if (answer.status !== 200 && answer.status !== 201)
        throw readFailure(answer, `write the stop switch ${own.namespace}/${stopConfigMap}`);
    },
    async recordEvent(event, signal) {
      const { about } = event;
      const namespace = about.namespace === '' ? 'default' : about.namespace;
      const body: Json = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: {
          name: event.name.slice(0, 253),
          namespace,
          ...(event.annotations === undefined ? {} : { annotations: event.annotations }),
        },
        eventTime: microTime(event.atMs),
        reportingController,
        reportingInstance: shortened(own.instance, 128),
        action: shortened(event.action, 128),
        reason: shortened(event.reason, 128),
        type: event.type,
        note: shortened(event.note, 1024),
        regarding: {
          kind: about.kind,
          name: about.name,
          ...(about.namespace === '' ? {} : { namespace: about.namespace }),
          ...(about.uid === undefined ? {} : { uid: about.uid }),
          ...(about.apiVersion === undefined ? {} : { apiVersion: about.apiVersion }),
        },
      };
      const answer = await send('POST', pathOf(events, namespace), body, { signal });
      if (answer.status !== 201 && answer.status !== 200 && answer.status !== 409)
        throw readFailure(answer, `record an event in ${namespace}`);
    },
    async mayI(question, signal) {
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: question },
      };
      const answer = await send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body, { signal });
      if (answer.status !== 200 && answer.status !== 201) throw readFailure(answer, 'ask about its rights');
      return review.parse(answer.json).status.allowed;
    },
    async whoAmI(signal) {
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const answer = await send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', body, { signal });
      const parsed = selfReview.safeParse(answer.json);
      if (!parsed.success) return null;
      const { username, groups } = parsed.data.status.userInfo;
      return { user: username, groups: groups ?? [] };
    },
  };
}

function namespaceMissing(namespace: string): Failure {
  return new Failure({
    code: 'namespace-missing',
    what: `the namespace ${namespace} does not exist`,
    why: 'the lease and the stop switch of the advisor live there',
    next: `kubectl create namespace ${namespace}`,
    exitCode: exitCodes.conflict,
  });
}
