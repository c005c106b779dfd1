// The Kubernetes API over HTTPS behind the port that simulated kubelets, the world and fault injections speak.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { toJson } from '../src/model/json.ts';
import {
  type ClusterPort,
  ClusterPortError,
  type KubeObject,
  type PatchType,
  type ResourceRef,
  type WatchNotice,
} from '../src/sandbox/cluster-port.ts';

export type HttpPortOptions = {
  readonly url: string;
  readonly caFile: string;
  readonly token: string;
  /** Field manager of its writes, as kubectl or a kubelet would name itself. */
  readonly manager: string;
};

export interface HttpPort extends ClusterPort {
  /** Ends all watches and connections. */
  close(): Promise<void>;
}

const requestTimeoutMs = 15_000;
const retryWatchMs = 300;

const text = z.string();
const object: z.ZodType<KubeObject> = z.looseObject({
  apiVersion: text.default(''),
  kind: text.default(''),
  metadata: z.looseObject({
    name: text,
    namespace: text.exactOptional(),
    uid: text.exactOptional(),
    resourceVersion: text.exactOptional(),
    generation: z.number().exactOptional(),
    labels: z.record(text, text).exactOptional(),
    annotations: z.record(text, text).exactOptional(),
    creationTimestamp: text.exactOptional(),
    deletionTimestamp: text.exactOptional(),
  }),
});
const list = z.object({
  apiVersion: text,
  kind: text,
  metadata: z.object({ resourceVersion: text }),
  items: z.array(object).nullable(),
});
const status = z.object({ reason: text.default(''), message: text.default('') });
const notice = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object }),
  z.object({ type: z.literal('BOOKMARK'), object: z.unknown() }),
  z.object({ type: z.literal('ERROR'), object: z.unknown() }),
]);

const contentTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** Watches survive an outage: they list again and report what changed or went in between. */
export function createHttpPort(options: HttpPortOptions): HttpPort {
  const agent = new Agent({ connect: { ca: readFileSync(options.caFile) }, bodyTimeout: 0 });
  const ended = new AbortController();
  const headers = { authorization: `Bearer ${options.token}`, accept: 'application/json' };

  /** The parsed answer, or null for 404. */
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, type?: string) => {
    const reply = await request(options.url + path, {
      method,
      dispatcher: agent,
      signal: AbortSignal.any([ended.signal, AbortSignal.timeout(requestTimeoutMs)]),
      headers: body === undefined ? headers : { ...headers, 'content-type': type ?? 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = parse(await reply.body.text());
    if (reply.statusCode === 404 && method !== 'POST') return null;
    if (reply.statusCode < 300) return answer;
    const { reason, message } = status.catch({ reason: '', message: JSON.stringify(answer) }).parse(answer);
    throw new ClusterPortError(reply.statusCode, reason, `${method} ${path}: ${message}`);
  };
  const listFrom = async (resource: ResourceRef, query: URLSearchParams, namespace?: string) => {
    const answer = await send('GET', `${pathOf(resource, namespace ?? null)}?${query.toString()}`);
    const parsed = list.parse(answer);
    const kind = parsed.kind.replace(/List$/, '');
    // Members of a list carry neither: the list says it once for all.
    const items = (parsed.items ?? []).map((item) => ({ ...item, apiVersion: parsed.apiVersion, kind }));
    return { items, version: parsed.metadata.resourceVersion };
  };
  const writeQuery = `fieldManager=${encodeURIComponent(options.manager)}`;

  return {
    async get(resource, namespace, name) {
      const answer = await send('GET', pathOf(resource, namespace, name));
      return answer === null ? null : object.parse(answer);
    },
    async list(resource, query = {}) {
      const { namespace, ...selectors } = query;
      return (await listFrom(resource, new URLSearchParams(selectors), namespace)).items;
    },
    async watch(resource, onNotice) {
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, ended.signal]);
      const seen = new Map<string, KubeObject>();
      const tell = (one: WatchNotice): void => {
        const key = keyOf(one.object);
        if (one.type === 'DELETED') seen.delete(key);
        else seen.set(key, one.object);
        onNotice(one);
      };
      const first = await listFrom(resource, new URLSearchParams());
      for (const item of first.items) tell({ type: 'ADDED', object: item });
      void follow(resource, first.version, signal, seen, tell);
      return () => stop.abort();
    },
    async create(resource, namespace, body) {
      return object.parse(await send('POST', `${pathOf(resource, namespace)}?${writeQuery}`, body));
    },
    async patch(resource, namespace, name, type, body, { subresource } = {}) {
      const path = `${pathOf(resource, namespace, name)}${subresource === undefined ? '' : `/${subresource}`}`;
      const answer = await send('PATCH', `${path}?${writeQuery}`, toJson(body), contentTypes[type]);
      return answer === null ? null : object.parse(answer);
    },
    async delete(resource, namespace, name, { graceSeconds, uid } = {}) {
      await send('DELETE', pathOf(resource, namespace, name), {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      });
    },
    async close() {
      ended.abort(new Error('the port was closed'));
      await agent.destroy();
    },
  };

  /** Watches from `version` on; after any end of the stream it goes on, after an error it lists and reports the difference. */
  async function follow(
    resource: ResourceRef,
    from: string,
    signal: AbortSignal,
    seen: ReadonlyMap<string, KubeObject>,
    tell: (one: WatchNotice) => void,
  ): Promise<void> {
    let version: string | null = from;
    while (!signal.aborted) {
      try {
        version ??= await relist(resource, seen, tell);
        version = await stream(resource, version, signal, tell);
      } catch {
        version = null;
        await pause(retryWatchMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async function relist(
    resource: ResourceRef,
    seen: ReadonlyMap<string, KubeObject>,
    tell: (one: WatchNotice) => void,
  ): Promise<string> {
    const { items, version } = await listFrom(resource, new URLSearchParams());
    const present = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, gone] of seen) if (!present.has(key)) tell({ type: 'DELETED', object: gone });
    for (const [key, item] of present) {
      const before = seen.get(key);
      if (before?.metadata.resourceVersion === item.metadata.resourceVersion) continue;
      tell({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: item });
    }
    return version;
  }

  /** The version to go on from when the server ended the stream; throws on an ERROR event or a broken connection. */
  async function stream(
    resource: ResourceRef,
    from: string,
    signal: AbortSignal,
    tell: (one: WatchNotice) => void,
  ): Promise<string> {
    const path = `${pathOf(resource, null)}?watch=true&resourceVersion=${from}`;
    const reply = await request(options.url + path, { dispatcher: agent, signal, headers });
    if (reply.statusCode !== 200) throw new ClusterPortError(reply.statusCode, '', `watch ${path}`);
    let version = from;
    let rest = '';
    reply.body.setEncoding('utf8');
    for await (const chunk of reply.body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const one = notice.parse(JSON.parse(line));
        if (one.type === 'ERROR') throw new ClusterPortError(410, 'Expired', JSON.stringify(one.object));
        if (one.type === 'BOOKMARK') continue;
        version = one.object.metadata.resourceVersion ?? version;
        tell({ type: one.type, object: one.object });
      }
    }
    return version;
  }
}

function pathOf(resource: ResourceRef, namespace: string | null, name?: string): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const last = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}/${resource.version}${scope}/${resource.plural}${last}`;
}

/** An object that was deleted and made again under its name is another one. */
function keyOf(one: KubeObject): string {
  return `${one.metadata.namespace ?? ''}/${one.metadata.name}/${one.metadata.uid ?? ''}`;
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
