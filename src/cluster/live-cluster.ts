// The cluster as it is now: one reflector for each kind, the cache behind them, and how far the picture may be trusted.
import type { Clock } from '../clock.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { sha256 } from '../model/json.ts';
import type { ClusterView, Freshness, ViewKind } from '../model/view.ts';
import { createCache, type ObjectCache } from './cache.ts';
import { type Capabilities, probeCapabilities } from './capabilities.ts';
import { missingKind, type MissingKind } from './missing-kinds.ts';
import type { Reader } from './read.ts';
import { reflect, type ReflectorSink, type ReflectorTimes, usualTimes } from './reflector.ts';
import { isNamespaced, type ObjectsByKind, pathOf, placeOf, viewKinds } from './resources.ts';
import { setbackOf } from './listing.ts';
import type { Transport } from './transport.ts';
import { createWatchHealth, type WatchRecord } from './watch-health.ts';

export type LiveClusterPorts = {
  readonly transport: Transport;
  readonly reader: Pick<Reader, 'clusterId'>;
  readonly wall: Clock;
  /** Time of the picture: `asOfMs` of a view. */
  readonly cluster: Pick<Clock, 'now'>;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  /** What to watch when pods may not be listed everywhere. */
  readonly namespaces?: readonly string[];
  /** Read from the cluster when absent. */
  readonly clusterId?: string;
  readonly times?: ReflectorTimes;
  readonly onError: (error: unknown, about: string) => void;
  readonly signal: AbortSignal;
};

export interface LiveCluster {
  /** Resolves when every kind was read, refused, or failed three times; rejects with a Failure (exit 4 or 5) when nothing can be read. */
  readonly ready: Promise<void>;
  /** Built at most once for each change. Before `ready` it is empty and complete in nothing. */
  view(): ClusterView;
  /** The objects of the view, as of now. */
  objects(): ObjectsByKind;
  freshness(): Freshness;
  /** Null until the server was asked. */
  capabilities(): Capabilities | null;
  /** Namespaces that are watched; null for all of them. */
  scope(): readonly string[] | null;
  missing(): readonly MissingKind[];
  /** Tells, a few wall milliseconds after changes, which kinds have changed. */
  onChange(listener: (kinds: ReadonlySet<ViewKind>) => void): () => void;
  /** Resolves when every watch that was not refused has seen this version and its changes were told; a quiet kind learns of it by a bookmark. */
  caughtUpWith(resourceVersion: string, signal?: AbortSignal): Promise<void>;
  /** Ends all watches; what was seen stays readable. */
  close(): Promise<void>;
}

export function startLiveCluster(ports: LiveClusterPorts): LiveCluster {
  const { transport, wall, onError } = ports;
  const end = new AbortController();
  const signal = AbortSignal.any([ports.signal, end.signal]);
  const health = createWatchHealth(wall);
  const cache = createCache({
    cluster: ports.cluster,
    wall,
    onError: (error) => onError(error, 'listener of changes'),
  });
  const running: Promise<void>[] = [];
  const unseen: MissingKind[] = [];
  let capabilities: Capabilities | null = null;
  let scope: readonly string[] | null = null;

  const start = (kind: ViewKind, namespace: string): void => {
    const record = health.add(kind, namespace);
    const reflector = reflect({
      kind,
      namespace,
      transport,
      sink: sinkOf(kind, namespace, cache, record, () => cache.setComplete(health.completeKinds())),
      wall,
      random: ports.random,
      watchList: capabilities?.watchList ?? false,
      times: ports.times ?? usualTimes,
      signal,
    }).catch((error: unknown) => {
      record.broken('a fault of the advisor itself');
      onError(error, `watch of ${kind}`);
    });
    running.push(reflector);
  };

  const begin = async (): Promise<void> => {
    scope = await scopeOf(transport, ports.namespaces ?? [], signal);
    capabilities = await probeCapabilities(transport, wall, scope?.[0] ?? '', signal);
    const identity = ports.clusterId ?? (await identityOf(ports, signal));
    if (identity === null) unseen.push(missingKind('Namespace', 'kube-system', 'its UID names the cluster'));
    cache.setClusterId(identity ?? `server-${sha256(transport.server).slice(0, 16)}`);
    for (const kind of viewKinds) {
      if (!capabilities.served.has(kind)) unseen.push(missingKind(kind, '', 'this server does not serve it'));
      else for (const namespace of isNamespaced(kind) ? (scope ?? ['']) : ['']) start(kind, namespace);
    }
    const { unreadable } = await health.settled(signal);
    if (unreadable !== null) throw nothingReadable(transport.server, unreadable, health.refused().length > 0);
  };
  const ready = begin().catch((error: unknown) => {
    end.abort(error);
    throw error;
  });
  // Whoever does not wait for it must not be ended by it.
  ready.catch(() => undefined);

  return {
    ready,
    view: () => cache.view(),
    objects: () => cache.objects(),
    freshness: () => ({
      cacheLagMs: health.lagMs(),
      broken: health.brokenKinds(),
      clockSkewMs: transport.clockSkewMs(),
    }),
    capabilities: () => capabilities,
    scope: () => scope,
    missing: () => [
      ...unseen,
      ...health.refused().map((one) => missingKind(one.kind, one.namespace, one.reason)),
      ...[...health.skipped()].map(([kind, count]) => missingKind(kind, '', `${count} objects cannot be read`)),
    ],
    onChange: (listener) => cache.onChange(listener),
    async caughtUpWith(resourceVersion, until) {
      await health.caughtUpWith(resourceVersion, until === undefined ? signal : AbortSignal.any([signal, until]));
      cache.flush();
    },
    async close() {
      end.abort(new Error('the cluster is watched no more'));
      await ready.catch(() => undefined);
      await Promise.all(running);
      cache.close();
    },
  };
}

function sinkOf<Kind extends ViewKind>(
  kind: Kind,
  namespace: string,
  cache: ObjectCache,
  record: WatchRecord,
  completenessMoved: () => void,
): ReflectorSink<Kind> {
  return {
    replace(objects) {
      cache.replace(kind, namespace, objects);
      record.replaced();
      completenessMoved();
    },
    put: (object) => cache.put(kind, object),
    remove: (inNamespace, name) => cache.remove(kind, inNamespace, name),
    skipped: () => record.skipped(),
    alive: (version) => record.alive(version),
    broken: (reason) => record.broken(reason),
    refused(status, reason) {
      // What may no longer be read is not shown as if it were still so.
      cache.replace(kind, namespace, []);
      record.refused(status === 404 ? 'this server does not serve it' : reason);
      completenessMoved();
    },
  };
}

/** Pods decide: where they may be listed everywhere, everything is; else all namespaced kinds are read in the namespaces that were named. */
async function scopeOf(
  transport: Transport,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  if (namespaces.length === 0) return null;
  const answer = await transport.request({
    method: 'GET',
    path: pathOf(placeOf('Pod'), ''),
    query: { limit: '1' },
    signal,
  });
  return answer.status !== 200 && setbackOf(answer).end === 'refused' ? [...new Set(namespaces)] : null;
}

/** Null when the namespace kube-system may not be read. */
async function identityOf(ports: LiveClusterPorts, signal: AbortSignal): Promise<string | null> {
  try {
    return await ports.reader.clusterId(signal);
  } catch (error) {
    if (error instanceof Failure && error.problem.exitCode === exitCodes.forbidden) return null;
    throw error;
  }
}

function nothingReadable(server: string, reason: string, isForbidden: boolean): Failure {
  return new Failure({
    code: isForbidden ? 'forbidden' : 'cluster-unreachable',
    what: isForbidden ? 'the cluster lets you read nothing' : 'nothing can be read of the cluster',
    why: `${server}: ${reason}`.slice(0, 92),
    next: isForbidden ? 'advisor doctor --rbac prints the missing rules' : 'advisor doctor',
    exitCode: isForbidden ? exitCodes.forbidden : exitCodes.unreachable,
  });
}
