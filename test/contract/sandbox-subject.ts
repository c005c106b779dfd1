// The sandbox as a subject of the contract: its API server with controllers and simulated kubelets on a clock that steps.
import { steppedClock } from '../../src/clock.ts';
import { startApiServer } from '../../src/sandbox/api/server.ts';
import { startKubelets } from '../../src/sandbox/kubelet/kubelets.ts';
import { createPhysics } from '../../src/sandbox/workload/physics.ts';
import { serveLogs } from '../../src/sandbox/serve-logs.ts';
import { own, reads, writes } from '../../src/sandbox/world/advisor-rights.ts';
import { nodes } from '../../src/sandbox/world/nodes.ts';
import { contractImages, contractModels } from './images.ts';
import type { Subject, Who } from './subject.ts';

const startMs = Date.UTC(2026, 5, 9, 14);
const momentMs = 1_000;
const users: Readonly<Record<Who, string>> = {
  admin: 'lab:admin',
  advisor: 'system:serviceaccount:nemotron-advisor:advisor',
  stranger: 'lab:stranger',
};

export type SandboxSubject = Subject & { kubeconfig(): string };

export async function openSandbox(): Promise<SandboxSubject> {
  const clock = steppedClock(startMs);
  const server = await startApiServer({ clock });
  const physics = createPhysics({ models: contractModels, images: contractImages, seed: 1, timeScale: 1 });
  const kubelets = await startKubelets({
    port: server.port('kubelet'),
    clock,
    timeScale: 1,
    nodes,
    physics,
    kubeletPort: () => 10_250,
  });
  serveLogs(server, (request) => kubelets.readLog(request));
  const tokens: Readonly<Record<Who, string>> = {
    admin: server.addIdentity(users.admin, ['system:masters']).token,
    advisor: server.addIdentity(
      users.advisor,
      ['system:serviceaccounts', 'system:serviceaccounts:nemotron-advisor'],
      [...reads, ...writes, ...own.map((rule) => ({ ...rule, namespaces: ['nemotron-advisor'] }))],
    ).token,
    stranger: server.addIdentity(users.stranger, [], []).token,
  };
  const rest = async (): Promise<void> => {
    for (let round = 0; round < 50; round += 1) {
      await kubelets.idle();
      await server.settle();
      if (!kubelets.busy()) return;
    }
    throw new Error('the sandbox does not come to rest');
  };
  await rest();
  return {
    url: server.url,
    tokenOf: (who) => tokens[who],
    userOf: (who) => users[who],
    kubeconfig: () => server.kubeconfig(users.admin),
    async pass() {
      clock.advance(momentMs);
      kubelets.tick();
      await rest();
    },
    async forget() {
      server.compact();
      await Promise.resolve();
    },
    async close() {
      kubelets.close();
      await server.close();
    },
  };
}
