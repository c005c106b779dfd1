// Finds the cluster and its credentials: --context/--kubeconfig, then K8S_CLUSTER_URL, then KUBECONFIG, in-cluster, and the home kubeconfig.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { exitCodes, Failure } from '../model/failure.ts';
import { createDispatcher, type Tls } from './dispatcher.ts';

export type ConnectionSettings = {
  readonly context?: string;
  readonly kubeconfig?: string;
  /** True when `kubeconfig` comes from a flag, so that an address in the environment does not win over it. */
  readonly kubeconfigPinned: boolean;
  readonly clusterUrl?: string;
  readonly clusterToken?: string;
  readonly clusterTokenFile?: string;
  readonly clusterCaFile?: string;
};

export type Connection = {
  /** Base address without a trailing slash; may carry a path. */
  readonly server: string;
  /** Name that people use: the context, or the host. */
  readonly name: string;
  /** Where it was found, in words. */
  readonly source: string;
  /** Fresh credentials for each request: token files and exec plugins renew here. */
  credentials(): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly dispatcher: Dispatcher }>;
  close(): Promise<void>;
};

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Throws a Failure: exit 4 when there is no cluster, exit 2 when a kubeconfig cannot be read. */
export async function connect(settings: ConnectionSettings): Promise<Connection> {
  if (settings.context !== undefined || (settings.kubeconfigPinned && settings.kubeconfig !== undefined))
    return await fromKubeconfig(settings, '--kubeconfig or --context');
  if (settings.clusterUrl !== undefined) return fromAddress(settings, settings.clusterUrl);
  if (settings.kubeconfig !== undefined) return await fromKubeconfig(settings, 'KUBECONFIG');
  if (existsSync(join(serviceAccount, 'token'))) return await inCluster();
  if (existsSync(homeKubeconfig())) return await fromKubeconfig(settings, 'the home kubeconfig');
  throw new Failure({
    code: 'no-kubeconfig',
    what: 'no cluster to look at',
    why: 'no --kubeconfig, K8S_CLUSTER_URL and KUBECONFIG are empty, ~/.kube/config does not exist',
    next: 'advisor demo      (a simulated cluster), or set KUBECONFIG',
    exitCode: exitCodes.unreachable,
  });
}

function homeKubeconfig(): string {
  return join(homedir(), '.kube', 'config');
}

function fromAddress(settings: ConnectionSettings, url: string): Connection {
  const ca =
    settings.clusterCaFile === undefined ? undefined : readOrFail(settings.clusterCaFile, 'K8S_CLUSTER_CA_FILE');
  const dispatcher = createDispatcher(ca === undefined ? {} : { ca });
  const { clusterToken, clusterTokenFile } = settings;
  return {
    server: url.replace(/\/$/, ''),
    name: new URL(url).host,
    source: 'K8S_CLUSTER_URL',
    async credentials() {
      const token =
        clusterToken ??
        (clusterTokenFile === undefined ? undefined : readOrFail(clusterTokenFile, 'K8S_CLUSTER_TOKEN_FILE').trim());
      const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return await Promise.resolve({ headers, dispatcher });
    },
    close: async () => await dispatcher.destroy(),
  };
}

async function inCluster(): Promise<Connection> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node');
  const config = new Loader();
  config.loadFromCluster();
  return overKubeconfig(config, 'the service account of this pod');
}

async function fromKubeconfig(settings: ConnectionSettings, source: string): Promise<Connection> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node');
  const config = new Loader();
  const paths = settings.kubeconfig?.split(delimiter).filter((path) => path !== '') ?? [homeKubeconfig()];
  for (const [at, path] of paths.entries()) {
    const text = readOrFail(path, source);
    try {
      const part = loadedFrom(Loader, text, dirname(path));
      if (at === 0) takeOver(config, part);
      else mergeLater(config, part);
    } catch (error) {
      const known = error instanceof Error && !(error instanceof TypeError);
      throw unusable(path, known ? (error.message.split('\n')[0] ?? '') : 'it is not a kubeconfig', error);
    }
  }
  if (settings.context !== undefined) {
    const known = config.getContexts().map((one) => one.name);
    if (!known.includes(settings.context)) {
      throw new Failure({
        code: 'unknown-context',
        what: `there is no context "${settings.context}"`,
        why: `${paths.join(', ')} has ${known.slice(0, 5).join(', ') || 'none'}`,
        next: 'name one of them with --context',
        exitCode: exitCodes.usage,
      });
    }
    config.setCurrentContext(settings.context);
  }
  if (config.getCurrentCluster() === null) throw unusable(paths.join(', '), 'its current context names no cluster');
  return overKubeconfig(config, source);
}

function overKubeconfig(config: KubeConfig, source: string): Connection {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw unusable(source, 'it names no cluster');
  let known = '';
  let dispatcher: Dispatcher | null = null;
  return {
    server: cluster.server.replace(/\/$/, ''),
    name: config.getCurrentContext(),
    source,
    async credentials() {
      const options: RequestOptions = {};
      try {
        await config.applyToHTTPSOptions(options);
      } catch (error) {
        throw new Failure(
          {
            code: 'no-credentials',
            what: `no credentials for ${cluster.server}`,
            why: error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 90) : 'the plugin failed',
            next: 'check the user of the kubeconfig, then: advisor doctor',
            exitCode: exitCodes.forbidden,
          },
          { cause: error },
        );
      }
      const tls = tlsOf(options);
      const now = JSON.stringify(tls);
      if (dispatcher === null || now !== known) {
        const former = dispatcher;
        known = now;
        dispatcher = createDispatcher(tls, cluster.proxyUrl);
        // Requests under way on the former credentials end by themselves.
        void former?.close();
      }
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(options.headers ?? {}))
        if (typeof value === 'string') headers[name.toLowerCase()] = value;
      if (typeof options.auth === 'string')
        headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
      return { headers, dispatcher };
    },
    async close() {
      await dispatcher?.destroy();
    },
  };
}

function tlsOf(options: RequestOptions): Tls {
  const ca = pemOf(options.ca);
  const cert = pemOf(options.cert);
  const key = pemOf(options.key);
  const { pfx, passphrase, rejectUnauthorized, servername } = options;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(typeof pfx === 'string' || Buffer.isBuffer(pfx) ? { pfx } : {}),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}

function loadedFrom(loader: typeof KubeConfig, content: string, folder: string): KubeConfig {
  const config = new loader();
  config.loadFromString(content);
  config.makePathsAbsolute(folder);
  return config;
}

function takeOver(config: KubeConfig, part: KubeConfig): void {
  config.clusters = part.clusters;
  config.users = part.users;
  config.contexts = part.contexts;
  config.currentContext = part.currentContext;
}

/** As kubectl merges: the first file that names a thing wins. */
function mergeLater(config: KubeConfig, part: KubeConfig): void {
  const absent = <Item extends { readonly name: string }>(known: readonly Item[], items: readonly Item[]): Item[] => [
    ...known,
    ...items.filter((one) => known.every((other) => other.name !== one.name)),
  ];
  config.clusters = absent(config.clusters, part.clusters);
  config.users = absent(config.users, part.users);
  config.contexts = absent(config.contexts, part.contexts);
  if ((config.currentContext ?? '') === '') config.currentContext = part.currentContext;
}

function pemOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined;
}

function readOrFail(path: string, source: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(
      {
        code: 'file-unreadable',
        what: `${path} cannot be read`,
        why: `${source} names it, and it is absent or not readable`,
        next: `correct ${source}`,
        exitCode: exitCodes.usage,
      },
      { cause: error },
    );
  }
}

function unusable(path: string, why: string, cause?: unknown): Failure {
  return new Failure(
    {
      code: 'kubeconfig-malformed',
      what: `the kubeconfig ${path} cannot be used`,
      why: why.slice(0, 90),
      next: 'kubectl config view shows what kubectl reads',
      exitCode: exitCodes.usage,
    },
    { cause },
  );
}
