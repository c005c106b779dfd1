// The typed store of what the watches have seen, and the picture over it: built when asked for, at most once for each change.
import type { Clock } from '../clock.ts';
import type { ClusterView, ViewKind } from '../model/view.ts';
import { createKindTable, type KindTable } from './kind-table.ts';
import { type ObjectOf, ofEachKind, type ObjectsByKind, viewKinds } from './resources.ts';
import { buildView } from './topology.ts';

export interface ObjectCache {
  /** All objects of a kind in a namespace; '' for all of them. What is not in the list is gone. */
  replace<Kind extends ViewKind>(kind: Kind, namespace: string, objects: readonly ObjectOf<Kind>[]): void;
  put<Kind extends ViewKind>(kind: Kind, object: ObjectOf<Kind>): void;
  remove(kind: ViewKind, namespace: string, name: string): void;
  setComplete(kinds: ReadonlySet<ViewKind>): void;
  setClusterId(id: string): void;
  /** As of now. What was handed out does not change afterwards. */
  objects(): ObjectsByKind;
  /** One consistent picture; its `asOfMs` is the cluster's time of the call. */
  view(): ClusterView;
  /** Tells which kinds have changed, several changes at once; returns a function that ends that. */
  onChange(listener: (kinds: ReadonlySet<ViewKind>) => void): () => void;
  /** Tells now what is still to be told. */
  flush(): void;
  close(): void;
}

type Tables = { readonly [Kind in ViewKind]: KindTable<ObjectOf<Kind>> };

/** Changes come in bursts: they are told together after this many wall milliseconds. */
const gatherMs = 25;

export function createCache(ports: {
  /** Time of the picture. */
  readonly cluster: Pick<Clock, 'now'>;
  readonly wall: Clock;
  readonly onError: (error: unknown) => void;
}): ObjectCache {
  const { cluster, wall, onError } = ports;
  const tables = emptyTables();
  const listeners = new Set<(kinds: ReadonlySet<ViewKind>) => void>();
  let untold = new Set<ViewKind>();
  let cancel: (() => void) | null = null;
  let built: ClusterView | null = null;
  let complete: ReadonlySet<ViewKind> = new Set();
  let clusterId = '';

  const flush = (): void => {
    cancel?.();
    cancel = null;
    if (untold.size === 0) return;
    const kinds = untold;
    untold = new Set();
    for (const listener of listeners) {
      try {
        listener(kinds);
      } catch (error) {
        onError(error);
      }
    }
  };
  const changed = (kind: ViewKind): void => {
    untold.add(kind);
    built = null;
    cancel ??= wall.after(gatherMs, flush);
  };
  return {
    replace(kind, namespace, list) {
      if (tables[kind].replace(namespace, list)) changed(kind);
    },
    put(kind, object) {
      tables[kind].put(object);
      changed(kind);
    },
    remove(kind, namespace, name) {
      if (tables[kind].remove(namespace, name)) changed(kind);
    },
    setComplete(kinds) {
      const same = kinds.size === complete.size && [...kinds].every((kind) => complete.has(kind));
      if (same) return;
      for (const kind of viewKinds) if (kinds.has(kind) !== complete.has(kind)) changed(kind);
      complete = kinds;
    },
    setClusterId(id) {
      clusterId = id;
      built = null;
    },
    objects: () => shownOf(tables),
    view() {
      const asOfMs = cluster.now();
      built ??= buildView({ objects: shownOf(tables), asOfMs, clusterId, complete });
      return { ...built, asOfMs };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
    close() {
      cancel?.();
      cancel = null;
      listeners.clear();
    },
  };
}

function emptyTables(): Tables {
  return {
    Pod: createKindTable(),
    Deployment: createKindTable(),
    ReplicaSet: createKindTable(),
    StatefulSet: createKindTable(),
    DaemonSet: createKindTable(),
    ControllerRevision: createKindTable(),
    Service: createKindTable(),
    EndpointSlice: createKindTable(),
    Node: createKindTable(),
    Event: createKindTable(),
    PodDisruptionBudget: createKindTable(),
    HorizontalPodAutoscaler: createKindTable(),
    PersistentVolumeClaim: createKindTable(),
    ConfigMap: createKindTable(),
    Namespace: createKindTable(),
    ResourceQuota: createKindTable(),
    LimitRange: createKindTable(),
  };
}

function shownOf(tables: Tables): ObjectsByKind {
  return ofEachKind((kind) => tables[kind].shown());
}
