// The real control plane as a subject of the contract: with simulated nodes that know its images, and without a world.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { wallClock } from '../src/clock.ts';
import { startKubeletServer } from '../src/sandbox/kubelet/kubelet-server.ts';
import { startKubelets } from '../src/sandbox/kubelet/kubelets.ts';
import { createPhysics } from '../src/sandbox/workload/physics.ts';
import { nodes } from '../src/sandbox/world/nodes.ts';
import { contractImages, contractModels } from '../test/contract/images.ts';
import type { Subject } from '../test/contract/subject.ts';
import { startControlPlane } from './control-plane.ts';
import { createHttpPort } from './http-port.ts';
import { identities } from './identities.ts';
import { openSession } from './session.ts';

const timeScale = 20;
const momentMs = 100;

export async function openContractPlane(): Promise<Subject> {
  const session = openSession();
  const closers: (() => Promise<void> | void)[] = [async () => await session.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const plane = await startControlPlane({ session });
    closers.push(async () => await plane.close());
    const ca = readFileSync(plane.caFile, 'utf8');
    const key = readFileSync(plane.servingCertificate.keyFile, 'utf8');
    const servers = new Map(
      await Promise.all(
        nodes.map(async ({ name }) => [name, await startKubeletServer(name, { cert: ca, key })] as const),
      ),
    );
    for (const server of servers.values()) closers.push(async () => await server.close());
    const port = createHttpPort({
      url: plane.url,
      caFile: plane.caFile,
      token: plane.tokenOf('kubelet'),
      manager: 'kubelet',
    });
    closers.push(async () => await port.close());
    const clock = wallClock();
    const kubelets = await startKubelets({
      port,
      clock,
      timeScale,
      nodes,
      physics: createPhysics({ models: contractModels, images: contractImages, seed: 1, timeScale }),
      kubeletPort: (node) => servers.get(node)?.port ?? 0,
    });
    const ticking = setInterval(() => kubelets.tick(), momentMs);
    closers.push(() => {
      clearInterval(ticking);
      kubelets.close();
    });
    for (const server of servers.values())
      server.show({
        series: () => kubelets.series(),
        readLog: (request) => kubelets.readLog(request),
        now: () => clock.now(),
      });
    return {
      url: plane.url,
      ca,
      tokenOf: (who) => plane.tokenOf(who),
      userOf: (who) => identities[who].user,
      pass: async () => await pause(momentMs),
      async forget() {
        const newest = await plane.request('admin', { method: 'GET', path: '/api/v1/namespaces' });
        await plane.stopApiServer();
        await compact(plane.etcdUrl, versionOf(newest.body));
        await plane.startApiServer();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function versionOf(list: unknown): string {
  return /"resourceVersion":"(\d+)"/.exec(JSON.stringify(list))?.[1] ?? '';
}

/** Without the restart, the API server's own cache would go on serving what etcd has forgotten. */
async function compact(etcdUrl: string, revision: string): Promise<void> {
  const reply = await fetch(`${etcdUrl}/v3/kv/compaction`, {
    method: 'POST',
    body: JSON.stringify({ revision, physical: true }),
  });
  if (!reply.ok) throw new Error(`etcd refused to compact: ${reply.status}`);
}
