// Starts the sandbox's API server on loopback: storage, identities, HTTP, the in-process port, and the controllers behind it.
import { createServer } from 'node:http';
import { type Clock, wallClock } from '../../clock.ts';
import type { ClusterPort } from '../cluster-port.ts';
import { startControllers } from '../controllers/controllers.ts';
import { type AuditRecord, createAudit } from './audit.ts';
import { bootstrap } from './bootstrap.ts';
import { type Api, seeded } from './context.ts';
import { handle } from './http.ts';
import { Identities, type Identity, kubeconfigText, type Rule } from './identity.ts';
import type { PodLogHandler } from './log.ts';
import { createPort } from './port.ts';
import { Store } from './store.ts';

export type ApiServerOptions = {
  /** The cluster's clock: all timestamps and controller timers. */
  readonly clock: Clock;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** UID of the namespace kube-system. */
  readonly clusterUid?: string;
  readonly seed?: number;
  /** Controllers settle by themselves a few wall milliseconds after a change, and on their own timers. */
  readonly auto?: boolean;
};

export interface SandboxApi {
  readonly url: string;
  readonly audit: readonly AuditRecord[];
  /** Newest resourceVersion that was given out. */
  version(): number;
  /** Without rules everything is allowed. A user added again gets a new token. */
  addIdentity(user: string, groups?: readonly string[], rules?: readonly Rule[]): Identity;
  /** Kubeconfig of an identity that was added. */
  kubeconfig(user: string): string;
  /** The same cluster in-process, under a user's name; no request is audited or refused for its rights. */
  port(user: string): ClusterPort;
  onPodLog(handler: PodLogHandler): void;
  /** Runs the controllers until none has anything to do at this moment of the clock. */
  settle(): Promise<void>;
  /** Tells every watch that wants bookmarks the newest version now, as it is told each minute anyway. */
  bookmark(): void;
  /** Forgets the history of changes: watches and continued lists from before are answered 410. */
  compact(): void;
  close(): Promise<void>;
}

const autoSettleMs = 5;

export async function startApiServer(options: ApiServerOptions): Promise<SandboxApi> {
  const random = seeded(options.seed ?? 1);
  const api: Api = { store: new Store(), clock: options.clock, random };
  const wall = wallClock(false);
  const identities = new Identities();
  const audit = createAudit();
  const open = new Set<() => void>();
  const bookmarks = new Set<() => void>();
  let logs: PodLogHandler | null = null;
  bootstrap(api, options.clusterUid ?? random.uid());
  const controllers = startControllers(api);
  controllers.settle();

  const server = createServer((request, response) => {
    void handle(
      {
        api,
        identities,
        audit,
        logHandler: () => logs,
        after: (delayMs, run) => wall.after(delayMs, run),
        open,
        bookmarks,
      },
      request,
      response,
    );
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  let cancelAuto: (() => void) | null = null;
  if (options.auto === true)
    controllers.onWork(() => {
      cancelAuto ??= wall.after(autoSettleMs, () => {
        cancelAuto = null;
        controllers.settle();
      });
    });

  return {
    url,
    audit: audit.records,
    version: () => api.store.version,
    addIdentity: (user, groups = [], rules) =>
      identities.add({ user, groups, rules: rules ?? null, token: `sandbox-${random.uid()}` }),
    kubeconfig(user) {
      const identity = identities.byUser(user);
      if (identity === undefined) throw new Error(`no identity ${user}: add it first`);
      return kubeconfigText(url, identity, 'sandbox');
    },
    port: (user) => createPort(api, user),
    onPodLog(handler) {
      logs = handler;
    },
    settle() {
      controllers.settle();
      return Promise.resolve();
    },
    bookmark() {
      for (const one of bookmarks) one();
    },
    compact: () => api.store.compact(),
    async close() {
      cancelAuto?.();
      controllers.close();
      for (const end of open) end();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
