// The cluster port over HTTP, for simulated kubelets and faults on a real control plane.
import { Agent, request } from 'undici';
import { z } from 'zod';
import { type Clock, deadline, pause, wallClock } from '../../clock.ts';
import {
  type ClusterPort,
  ClusterPortError,
  type KubeObject,
  type PatchType,
  type ResourceRef,
  type WatchNotice,
} from '../cluster-port.ts';

export type HttpPortOptions = {
  readonly url: string;
  readonly token: string;
  /** PEM of the API server's certificate authority. Without it the server is not verified: only for a server on loopback. */
  readonly ca?: string;
  readonly clock?: Clock;
};

export interface HttpPort extends ClusterPort {
  close(): Promise<void>;
}

const kubeObject: z.ZodType<KubeObject> = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const listOf = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ resourceVersion: z.string().default(''), continue: z.string().optional() }),
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).nullish(),
});
const notice = z.object({ type: z.string(), object: z.unknown() });
const failure = z.object({
  code: z.number().default(500),
  reason: z.string().default(''),
  message: z.string().default(''),
});

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const answerMs = 10_000;
const retryMs = 500;
const pageSize = 500;

/** Requests reject with ClusterPortError: the API's Status, or code 503 when the server cannot be reached. */
export function createHttpPort(options: HttpPortOptions): HttpPort {
  const clock = options.clock ?? wallClock(false);
  const agent = new Agent({
    connect: options.ca === undefined ? { rejectUnauthorized: false } : { ca: options.ca },
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  const stopping = new AbortController();

  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: { readonly value: unknown; readonly type: string },
  ): Promise<unknown> => {
    const { signal, done } = deadline(clock, answerMs, stopping.signal);
    try {
      const response = await request(`${options.url}${path}`, {
        method,
        dispatcher: agent,
        signal,
        headers: {
          authorization: `Bearer ${options.token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': body.type }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body.value) }),
      });
      const text = await response.body.text();
      if (response.statusCode >= 400) throw refusal(response.statusCode, text);
      return JSON.parse(text);
    } catch (error) {
      if (error instanceof ClusterPortError) throw error;
      throw new ClusterPortError(
        503,
        'Unreachable',
        `${method} ${path}: ${error instanceof Error ? error.message : 'failed'}`,
      );
    } finally {
      done();
    }
  };

  const listAll = async (
    resource: ResourceRef,
    query: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<{ readonly objects: KubeObject[]; readonly resourceVersion: string }> => {
    const objects: KubeObject[] = [];
    const parameters = new URLSearchParams({ limit: String(pageSize) });
    if (query.labelSelector !== undefined) parameters.set('labelSelector', query.labelSelector);
    if (query.fieldSelector !== undefined) parameters.set('fieldSelector', query.fieldSelector);
    for (;;) {
      const list = listOf.parse(await call('GET', `${pathOf(resource, query.namespace ?? null)}?${parameters}`));
      const kind = list.kind.replace(/List$/, '');
      for (const item of list.items ?? []) objects.push({ ...item, apiVersion: list.apiVersion, kind });
      if (list.metadata.continue === undefined || list.metadata.continue === '')
        return { objects, resourceVersion: list.metadata.resourceVersion };
      parameters.set('continue', list.metadata.continue);
    }
  };

  /** Notices of one watch connection until it ends; answers the last version seen, or null when it is too old. */
  const follow = async (
    resource: ResourceRef,
    from: string,
    signal: AbortSignal,
    onObject: (type: WatchNotice['type'], object: KubeObject) => void,
  ): Promise<string | null> => {
    let version = from;
    const query = new URLSearchParams({ watch: 'true', resourceVersion: from, allowWatchBookmarks: 'true' });
    const response = await request(`${options.url}${pathOf(resource, null)}?${query}`, {
      dispatcher: agent,
      signal,
      headers: { authorization: `Bearer ${options.token}`, accept: 'application/json' },
    });
    if (response.statusCode === 410) return null;
    if (response.statusCode >= 400) throw refusal(response.statusCode, await response.body.text());
    let rest = '';
    response.body.setEncoding('utf8');
    for await (const part of response.body) {
      const lines = `${rest}${String(part)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.trim() === '') continue;
        const { type, object } = notice.parse(JSON.parse(line));
        if (type === 'ERROR') return null;
        const parsed = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) }).parse(object);
        version = parsed.metadata.resourceVersion;
        if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onObject(type, kubeObject.parse(object));
      }
    }
    return version;
  };

  const get = async (resource: ResourceRef, namespace: string | null, name: string): Promise<KubeObject | null> =>
    await orNull(async () => kubeObject.parse(await call('GET', pathOf(resource, namespace, name))));

  return {
    get,
    list: async (resource, query) => (await listAll(resource, query)).objects,
    async watch(resource, onNotice) {
      const ending = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping.signal]);
      const known = new Map<string, KubeObject>();
      const note = (type: WatchNotice['type'], object: KubeObject): void => {
        const key = object.metadata.uid ?? `${object.metadata.namespace}/${object.metadata.name}`;
        if (type === 'DELETED') known.delete(key);
        else known.set(key, object);
        onNotice({ type, object });
      };
      const relist = async (): Promise<string> => {
        const { objects, resourceVersion } = await listAll(resource);
        const present = new Set(objects.map((one) => one.metadata.uid));
        for (const object of [...known.values()]) if (!present.has(object.metadata.uid)) note('DELETED', object);
        for (const object of objects) {
          const before = known.get(object.metadata.uid ?? '');
          if (before?.metadata.resourceVersion !== object.metadata.resourceVersion)
            note(before === undefined ? 'ADDED' : 'MODIFIED', object);
        }
        return resourceVersion;
      };
      let version: string | null = await relist();
      const run = async (): Promise<void> => {
        while (!signal.aborted) {
          try {
            version ??= await relist();
            version = await follow(resource, version, signal, note);
          } catch {
            if (!signal.aborted) await pause(clock, retryMs, signal).catch(() => undefined);
          }
        }
      };
      void run();
      return () => ending.abort();
    },
    create: async (resource, namespace, object) =>
      kubeObject.parse(await call('POST', pathOf(resource, namespace), { value: object, type: 'application/json' })),
    patch: async (resource, namespace, name, type, body, patchOptions) =>
      await orNull(async () => {
        const subresource = patchOptions?.subresource === undefined ? '' : `/${patchOptions.subresource}`;
        const path = `${pathOf(resource, namespace, name)}${subresource}`;
        return kubeObject.parse(await call('PATCH', path, { value: body, type: patchTypes[type] }));
      }),
    async delete(resource, namespace, name, deleteOptions) {
      const value = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        ...(deleteOptions?.graceSeconds === undefined ? {} : { gracePeriodSeconds: deleteOptions.graceSeconds }),
        ...(deleteOptions?.uid === undefined ? {} : { preconditions: { uid: deleteOptions.uid } }),
      };
      await call('DELETE', pathOf(resource, namespace, name), { value, type: 'application/json' });
    },
    async close() {
      stopping.abort();
      await agent.destroy();
    },
  };
}

function pathOf(resource: ResourceRef, namespace: string | null, name?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === null || namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClusterPortError && error.code === 404) return null;
    throw error;
  }
}

function refusal(status: number, text: string): ClusterPortError {
  try {
    const parsed = failure.parse(JSON.parse(text));
    return new ClusterPortError(status, parsed.reason, parsed.message);
  } catch {
    return new ClusterPortError(status, '', text.slice(0, 200));
  }
}
