// Fresh reads of single objects, lists, logs and rights: what preview, undo and gather stand on instead of the cache.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { ResourceName } from '../model/action.ts';
import { pathOf } from './resources.ts';
import { readFailure } from './status.ts';
import type { Transport } from './transport.ts';

export type ObjectAddress = { readonly resource: ResourceName; readonly namespace: string; readonly name: string };

export interface Reader {
  /** A fresh full GET; null when the object does not exist. */
  get(address: ObjectAddress, signal?: AbortSignal): Promise<JsonObject | null>;
  list(
    resource: ResourceName,
    namespace: string,
    query?: { readonly labelSelector?: string; readonly fieldSelector?: string },
    signal?: AbortSignal,
  ): Promise<readonly JsonObject[]>;
  /** The last lines of a container; null when there is none to read (not started yet, no earlier instance). */
  podLog(
    namespace: string,
    pod: string,
    container: string,
    options: { readonly previous?: boolean; readonly tailLines: number; readonly limitBytes: number },
    signal?: AbortSignal,
  ): Promise<readonly string[] | null>;
  /** `v1.37.2`. */
  version(signal?: AbortSignal): Promise<string>;
  /** UID of the namespace kube-system: the identity of the cluster. */
  clusterId(signal?: AbortSignal): Promise<string>;
}

const pageSize = 500;
const versionBody = z.object({ gitVersion: z.string() });
const listBody = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().optional() }).optional(),
});
const withUid = z.object({ metadata: z.object({ uid: z.string() }) });
const namespaces: ResourceName = { group: '', version: 'v1', plural: 'namespaces' };

export function createReader(transport: Transport): Reader {
  const get = async (address: ObjectAddress, signal?: AbortSignal): Promise<JsonObject | null> => {
    const answer = await transport.request({
      method: 'GET',
      path: pathOf(address.resource, address.namespace, address.name),
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status === 404) return null;
    if (answer.status !== 200 || !isJsonObject(answer.json))
      throw readFailure(answer, `read ${address.resource.plural} ${address.namespace}/${address.name}`);
    return answer.json;
  };
  return {
    get,
    async list(resource, namespace, query = {}, signal) {
      const items: JsonObject[] = [];
      let next: string | undefined;
      do {
        const answer = await transport.request({
          method: 'GET',
          path: pathOf(resource, namespace),
          query: { ...query, limit: String(pageSize), continue: next },
          ...(signal === undefined ? {} : { signal }),
        });
        const page = listBody.safeParse(answer.json);
        if (answer.status !== 200 || !page.success)
          throw readFailure(answer, `list ${resource.plural}${namespace === '' ? '' : ` in ${namespace}`}`);
        items.push(...(page.data.items ?? []).filter(isJsonObject));
        next = page.data.metadata?.continue === '' ? undefined : page.data.metadata?.continue;
      } while (next !== undefined);
      return items;
    },
    async podLog(namespace, pod, container, options, signal) {
      const answer = await transport.request({
        method: 'GET',
        path: pathOf({ group: '', version: 'v1', plural: 'pods' }, namespace, pod, 'log'),
        query: {
          container,
          tailLines: String(options.tailLines),
          limitBytes: String(options.limitBytes),
          ...(options.previous === true ? { previous: 'true' } : {}),
        },
        accept: 'text/plain, application/json',
        timeoutMs: 10_000,
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.status === 200) return answer.text.split('\n').filter((line) => line !== '');
      if (answer.status === 400 || answer.status === 404) return null;
      throw readFailure(answer, `read logs of ${namespace}/${pod}`);
    },
    async version(signal) {
      const answer = await transport.request({
        method: 'GET',
        path: '/version',
        ...(signal === undefined ? {} : { signal }),
      });
      const body = versionBody.safeParse(answer.json);
      if (!body.success) throw readFailure(answer, 'say its version');
      return body.data.gitVersion;
    },
    async clusterId(signal) {
      const found = withUid.safeParse(await get({ resource: namespaces, namespace: '', name: 'kube-system' }, signal));
      if (found.success) return found.data.metadata.uid;
      throw readFailure(
        { status: 404, text: '', json: { reason: 'NotFound' }, headers: { get: () => null } },
        'read the namespace kube-system',
      );
    },
  };
}
