import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { wholeView } from '../../../test/builders/whole-view.ts';
import { wallClock } from '../../clock.ts';
import { type SandboxApi, startApiServer } from '../../sandbox/api/server.ts';
import type { ClusterPort } from '../../sandbox/cluster-port.ts';
import { buildWorld, type World } from '../../sandbox/world/world.ts';
import { type Connection, connect } from '../connection.ts';
import { createEvidenceReader } from '../evidence-reader.ts';
import { type LiveCluster, startLiveCluster } from '../live-cluster.ts';
import { createReader } from '../read.ts';
import { createTransport, type Transport } from '../transport.ts';
import type { Manifest } from './manifest.ts';
import { readSnapshot, type Snapshot } from './read-snapshot.ts';
import { writeSnapshot } from './write-snapshot.ts';

type Api = { readonly server: SandboxApi; readonly port: ClusterPort; settle(): Promise<void>; close(): Promise<void> };

describe('a snapshot of a whole simulated cluster', () => {
  let world: World<Api>;
  let connection: Connection;
  let transport: Transport;
  let live: LiveCluster;
  let folder: TestFolder;
  let snapshot: Snapshot;

  beforeAll(async () => {
    world = await buildWorld<Api>({
      startApi: async (clock) => {
        const server = await startApiServer({ clock, clusterUid: 'uid-of-kube-system' });
        return {
          server,
          port: server.port('system:simulator'),
          settle: async () => await server.settle(),
          close: async () => await server.close(),
        };
      },
    });
    const { server } = world.api;
    const { token } = server.addIdentity('reader');
    connection = await connect({ clusterUrl: server.url, clusterToken: token, kubeconfigPinned: false });
    transport = createTransport(connection, wallClock(false));
    live = startLiveCluster({
      transport,
      reader: createReader(transport),
      wall: wallClock(false),
      cluster: world.clock,
      random: () => 0.5,
      onError: () => undefined,
      signal: new AbortController().signal,
    });
    await live.ready;
    await world.inject('oom-killed');
    await world.advance(120_000);
    server.bookmark();
    await live.caughtUpWith(String(server.version()));
    folder = aFolder();
    await writeSnapshot(folder.path, {
      manifest: manifestOf(live),
      objects: live.objects(),
      logs: [],
      series: [],
    });
    snapshot = await readSnapshot(folder.path);
  }, 60_000);

  afterAll(async () => {
    await live.close();
    await connection.close();
    await world.close();
    folder.remove();
  });

  it('is of a cluster with something to see', () => {
    expect(live.view().pods.length).toBeGreaterThan(10);
    expect(live.view().calls.length).toBeGreaterThan(0);
  });

  it('gives the very picture that the live cluster gives', () => {
    expect(wholeView(snapshot.view)).toEqual(wholeView(live.view()));
  });

  it('is read without a warning', () => {
    expect(snapshot.warnings).toEqual([]);
    expect(snapshot.manifest).toMatchObject({ namespaces: null, cluster: { version: 'v1.37.2' } });
  });

  it('shows a target with its revisions and pods as the live cluster does', async () => {
    const { signal } = new AbortController();
    const ref = live.view().workloads.find((one) => one.ref.kind === 'Deployment')?.ref;

    const fresh = await createEvidenceReader(createReader(transport)).live(ref ?? never(), signal);
    const kept = await snapshot.evidence.live(ref ?? never(), signal);

    expect(kept?.revisions.map(nameOf).toSorted()).toEqual(fresh?.revisions.map(nameOf).toSorted());
    expect(kept?.pods.map(nameOf).toSorted()).toEqual(fresh?.pods.map(nameOf).toSorted());
  });

  it('holds no Secret and no data of a ConfigMap', () => {
    const files = readdirSync(join(folder.path, 'objects'));
    const maps = readFileSync(join(folder.path, 'objects', 'configmap.json'), 'utf8');

    expect(files).not.toContain('secret.json');
    expect(maps).toContain('kube-root-ca.crt');
    expect(maps).not.toMatch(/"data"/);
  });
});

const named = z.object({ metadata: z.object({ name: z.string() }) });

function nameOf(object: unknown): string {
  return named.parse(object).metadata.name;
}

function never(): never {
  throw new Error('the world has Deployments');
}

function manifestOf(of: LiveCluster): Manifest {
  const view = of.view();
  return {
    capturedAtMs: view.asOfMs,
    cluster: { id: view.clusterId, name: 'sandbox', version: of.capabilities()?.version.text ?? '' },
    namespaces: of.scope(),
    complete: view.complete,
    logs: 'none',
    missing: of.missing(),
  };
}
