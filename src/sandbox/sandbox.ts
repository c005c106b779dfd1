// The embedded cluster as the product meets it: a world behind its API server, and an identity with the least rights for the advisor.
import type { Identity } from './api/identity.ts';
import { type SandboxApi, startApiServer } from './api/server.ts';
import { advisorNamespace } from './world/load.ts';
import { own, reads, writes } from './world/advisor-rights.ts';
import { buildWorld, type World } from './world/world.ts';
import type { WorldClock } from './world/world-clock.ts';
import type { WorldApi } from './world/world.ts';
import type { LogAnswer, LogRequest } from './kubelet/container-log.ts';
import { serveLogs } from './serve-logs.ts';

/** As the audit log names it. */
export const advisorUser = `system:serviceaccount:${advisorNamespace}:advisor`;

export type SandboxOptions = {
  readonly startMs?: number;
  readonly seed?: number;
  /** Port of the API server; any free one when absent. */
  readonly port?: number;
  readonly onError?: (error: unknown) => void;
};

type Api = WorldApi & { readonly server: SandboxApi };

export type Sandbox = World<Api> & {
  readonly advisor: Identity;
  /** Kubeconfig of the advisor, and of a person who may do everything. */
  readonly kubeconfigs: { readonly advisor: string; readonly person: string };
  /** Newest resourceVersion that was given out. */
  version(): string;
};

/** Resolves when the world runs and has eight days behind it; a few seconds. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const built = await buildWorld<Api>({
    ...options,
    startApi: async (clock, readLog) => await openApi(clock, readLog, options),
  });
  const { server } = built.api;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${advisorNamespace}`];
  const rules = [...reads, ...writes, ...own.map((rule) => ({ ...rule, namespaces: [advisorNamespace] }))];
  const advisor = server.addIdentity(advisorUser, groups, rules);
  server.addIdentity('kubectl-user');
  return {
    ...built,
    advisor,
    kubeconfigs: { advisor: server.kubeconfig(advisorUser), person: server.kubeconfig('kubectl-user') },
    version: () => String(server.version()),
  };
}

async function openApi(
  clock: WorldClock,
  readLog: (request: LogRequest) => LogAnswer,
  options: SandboxOptions,
): Promise<Api> {
  const server = await startApiServer({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  serveLogs(server, readLog);
  return {
    server,
    port: server.port('system:simulator'),
    settle: async () => await server.settle(),
    close: async () => await server.close(),
  };
}
