// The cluster port of kubelets, faults and story acts: the same storage path as HTTP, without the wire.
import {
  type ClusterPort,
  ClusterPortError,
  type KubeObject,
  type ResourceRef,
  type WatchNotice,
} from '../cluster-port.ts';
import { type Aim, type Api, mannerOf } from './context.ts';
import { plainDelete, remove } from './deletion.ts';
import { ApiFailure } from './failure.ts';
import { patch } from './patch.ts';
import { get, list, shown } from './reads.ts';
import { definitionOf } from './resources.ts';
import { isTree, toTree, toValue } from './tree.ts';
import { create } from './writes.ts';

export function createPort(api: Api, user: string): ClusterPort {
  const manner = mannerOf(managerOf(user));
  return {
    get: (resource, namespace, name) =>
      settled(() => orNull(() => kubeObject(get(api, aimOf(resource, namespace, name)).object))),
    list: (resource, query = {}) =>
      settled(() => {
        const { definition } = aimOf(resource, null, '');
        const selectors = new URLSearchParams();
        if (query.labelSelector !== undefined) selectors.set('labelSelector', query.labelSelector);
        if (query.fieldSelector !== undefined) selectors.set('fieldSelector', query.fieldSelector);
        const page = list(api, definition, query.namespace ?? '', selectors);
        return page.entries.map((entry) => kubeObject(shown(definition, entry.object)));
      }),
    watch: (resource, onNotice) => settled(() => follow(api, resource, onNotice)),
    create: (resource, namespace, object) =>
      settled(() => kubeObject(create(api, aimOf(resource, namespace, ''), toTree(object), manner))),
    patch: (resource, namespace, name, type, body, options = {}) =>
      settled(() =>
        orNull(() =>
          kubeObject(
            patch(api, aimOf(resource, namespace, name, options.subresource ?? ''), type, toValue(body), manner),
          ),
        ),
      ),
    delete: (resource, namespace, name, options = {}) =>
      settled(() => {
        const { graceSeconds = null, uid = null } = options;
        remove(api, aimOf(resource, namespace, name), { ...plainDelete, graceSeconds, uid });
      }),
  };
}

function follow(api: Api, resource: ResourceRef, onNotice: (notice: WatchNotice) => void): () => void {
  const { definition } = aimOf(resource, null, '');
  const from = api.store.version;
  for (const entry of api.store.list(definition.table))
    onNotice({ type: 'ADDED', object: kubeObject(shown(definition, entry.object)) });
  return api.store.listen((change) => {
    if (change.table === definition.table && change.entry.version > from)
      onNotice({ type: change.type, object: kubeObject(shown(definition, change.entry.object)) });
  });
}

function aimOf(resource: ResourceRef, namespace: string | null, name: string, subresource = ''): Aim {
  const definition = definitionOf(resource);
  if (definition === undefined) throw new ApiFailure(404, 'NotFound', `${resource.plural} is not served`);
  return { definition, namespace: namespace ?? '', name, subresource };
}

/** `system:node:worker-1` and `kubelet` write as `kubelet`, everyone else under the last part of their name. */
function managerOf(user: string): string {
  return user.startsWith('system:node:') ? 'kubelet' : (user.split(':').at(-1) ?? user);
}

function isKubeObject(value: unknown): value is KubeObject {
  return isTree(value) && isTree(value['metadata']) && typeof value['metadata']['name'] === 'string';
}

function kubeObject(value: unknown): KubeObject {
  if (isKubeObject(value)) return value;
  throw new Error('an object without a name');
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 404) return null;
    throw error;
  }
}

async function settled<T>(work: () => T): Promise<T> {
  try {
    return await Promise.resolve(work());
  } catch (error) {
    if (error instanceof ApiFailure) throw new ClusterPortError(error.code, error.reason, error.message);
    throw error;
  }
}
