// A cluster port over a map, for tests of kubelets and faults: objects, merge patches and watches, no controllers.
import {
  type ClusterPort,
  ClusterPortError,
  type KubeObject,
  type ResourceRef,
  type WatchNotice,
} from '../cluster-port.ts';
import { isJsonObject, toJson } from '../../model/json.ts';

export interface MemoryPort extends ClusterPort {
  /** Puts an object there as if someone had created or changed it. */
  put(resource: ResourceRef, object: KubeObject): void;
  /** Marks an object as being deleted. */
  markDeleted(resource: ResourceRef, namespace: string, name: string, atMs: number): void;
  all(resource: ResourceRef): readonly KubeObject[];
}

export function memoryPort(): MemoryPort {
  const kinds = new Map<string, Map<string, KubeObject>>();
  const watchers = new Map<string, Set<(notice: WatchNotice) => void>>();
  let serial = 0;
  const table = (resource: ResourceRef): Map<string, KubeObject> => {
    const known = kinds.get(resource.plural);
    if (known !== undefined) return known;
    const made = new Map<string, KubeObject>();
    kinds.set(resource.plural, made);
    return made;
  };
  const keyOf = (namespace: string | null | undefined, name: string): string => `${namespace ?? ''}/${name}`;
  const tell = (resource: ResourceRef, notice: WatchNotice): void => {
    for (const watcher of watchers.get(resource.plural) ?? []) watcher(structuredClone(notice));
  };
  const put = (resource: ResourceRef, object: KubeObject): KubeObject => {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const before = table(resource).get(key);
    serial += 1;
    const stored: KubeObject = {
      ...structuredClone(object),
      metadata: { uid: before?.metadata.uid ?? `uid-${serial}`, ...object.metadata, resourceVersion: String(serial) },
    };
    table(resource).set(key, stored);
    tell(resource, { type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored });
    return structuredClone(stored);
  };
  return {
    put,
    all: (resource) => [...table(resource).values()],
    markDeleted(resource, namespace, name, atMs) {
      const object = table(resource).get(keyOf(namespace, name));
      if (object !== undefined)
        put(resource, { ...object, metadata: { ...object.metadata, deletionTimestamp: new Date(atMs).toISOString() } });
    },
    async get(resource, namespace, name) {
      return structuredClone(table(resource).get(keyOf(namespace, name)) ?? null);
    },
    async list(resource) {
      return [...table(resource).values()].map((one) => structuredClone(one));
    },
    async watch(resource, onNotice) {
      const set = watchers.get(resource.plural) ?? new Set();
      watchers.set(resource.plural, set.add(onNotice));
      for (const object of table(resource).values()) onNotice({ type: 'ADDED', object: structuredClone(object) });
      return () => set.delete(onNotice);
    },
    async create(resource, namespace, object) {
      if (table(resource).has(keyOf(namespace, object.metadata.name)))
        throw new ClusterPortError(409, 'AlreadyExists', `${object.metadata.name} already exists`);
      return put(resource, object);
    },
    async patch(resource, namespace, name, type, body) {
      const object = table(resource).get(keyOf(namespace, name));
      if (object === undefined) return null;
      if (type !== 'merge') throw new ClusterPortError(415, 'UnsupportedMediaType', 'only merge patches here');
      return put(resource, merged(object, body));
    },
    async delete(resource, namespace, name, options) {
      const object = table(resource).get(keyOf(namespace, name));
      if (object === undefined) throw new ClusterPortError(404, 'NotFound', `${name} not found`);
      if (options?.uid !== undefined && options.uid !== object.metadata.uid)
        throw new ClusterPortError(409, 'Conflict', 'another uid');
      table(resource).delete(keyOf(namespace, name));
      tell(resource, { type: 'DELETED', object });
    },
  };
}

/** RFC 7386 on the members of an object. */
function merged(object: KubeObject, patch: unknown): KubeObject {
  const body = toJson(patch);
  const result = structuredClone(object);
  if (isJsonObject(body)) mergeInto(result, body);
  return result;
}

function mergeInto(target: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    const before = target[key];
    if (value === null) delete target[key];
    else if (isRecord(value) && isRecord(before)) mergeInto(before, value);
    else target[key] = value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
