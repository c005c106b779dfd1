// A sandbox API with a transport to it over HTTP, and objects to put into it, for the tests of this room.
import { steppedClock, type SteppedClock, wallClock } from '../../src/clock.ts';
import { type SandboxApi, startApiServer } from '../../src/sandbox/api/server.ts';
import type { Rule } from '../../src/sandbox/api/identity.ts';
import type { ClusterPort, KubeObject } from '../../src/sandbox/cluster-port.ts';
import type { ViewKind } from '../../src/model/view.ts';
import { connect } from '../../src/cluster/connection.ts';
import { placeOf } from '../../src/cluster/resources.ts';
import { createTransport, type Transport } from '../../src/cluster/transport.ts';

export const startMs = Date.UTC(2026, 5, 9, 14, 0);

export type TestApi = {
  readonly api: SandboxApi;
  readonly port: ClusterPort;
  readonly cluster: SteppedClock;
  transport: Transport;
  create(kind: ViewKind, object: KubeObject): Promise<KubeObject>;
  remove(kind: ViewKind, namespace: string, name: string): Promise<void>;
  /** A transport of another user, allowed only what the rules say. */
  transportOf(user: string, rules: readonly Rule[]): Promise<Transport>;
  close(): Promise<void>;
};

export async function aTestApi(): Promise<TestApi> {
  const cluster = steppedClock(startMs);
  const api = await startApiServer({ clock: cluster, clusterUid: 'uid-of-kube-system' });
  const port = api.port('tester');
  const closers: (() => Promise<void>)[] = [];
  const transportOf = async (user: string, rules?: readonly Rule[]): Promise<Transport> => {
    const { token } = api.addIdentity(user, [], rules);
    const connection = await connect({ clusterUrl: api.url, clusterToken: token, kubeconfigPinned: false });
    closers.push(async () => await connection.close());
    return createTransport(connection, wallClock(false), { atOnce: 64, perSecond: 10_000, burst: 10_000 });
  };
  return {
    api,
    port,
    cluster,
    transport: await transportOf('reader'),
    create: async (kind, object) => await port.create(placeOf(kind), object.metadata.namespace ?? null, object),
    remove: async (kind, namespace, name) =>
      await port.delete(placeOf(kind), namespace === '' ? null : namespace, name),
    transportOf,
    async close() {
      for (const close of closers) await close();
      await api.close();
    },
  };
}

export function aConfigMap(name: string, namespace = 'default'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { key: 'value' } };
}

export function aLimitRange(name: string, namespace = 'default'): KubeObject {
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name, namespace }, spec: { limits: [] } };
}

export function aNamespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function aDeploymentObject(name: string, namespace: string, replicas: number): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'registry.example/shop/app:1' }] },
      },
    },
  };
}
