// Starts a real Kubernetes control plane on loopback: etcd, API server with RBAC and an audit log, controller manager, scheduler.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type ApiRequest, type ApiReply, createApiClient } from './api-client.ts';
import type { AuditRecord } from '../src/sandbox/api/audit.ts';
import { auditPolicy, auditReader } from './audit.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { type Identity, kubeconfig, mintTokens, tokenFile } from './identities.ts';
import { freePorts, untilReady } from './ready.ts';
import { grants } from './rights.ts';
import { type Child, openSession, type Session } from './session.ts';

export type ControlPlaneOptions = {
  /** Folder and children; default: a session of its own, which `close` ends. */
  readonly session?: Session;
  readonly binaries?: Binaries;
  readonly signal?: AbortSignal;
};

export type ControlPlane = {
  /** https://127.0.0.1:port */
  readonly url: string;
  /** PEM bundle that signs the API server's certificate. */
  readonly caFile: string;
  /** Certificate and key of the API server for 127.0.0.1, signed by the same CA: simulated kubelets serve with it. */
  readonly servingCertificate: { readonly certFile: string; readonly keyFile: string };
  /** Path of a self-contained kubeconfig. */
  kubeconfigFor(identity: Identity): string;
  tokenOf(identity: Identity): string;
  /** http://127.0.0.1:port, with etcd's JSON gateway (compaction in tests). */
  readonly etcdUrl: string;
  /** All requests answered so far. A record may come a moment after the client had its answer. */
  audit(): readonly AuditRecord[];
  /** One request in JSON. Any HTTP status is an answer. */
  request(identity: Identity, request: ApiRequest): Promise<ApiReply>;
  /** SIGKILL; etcd and the controllers stay. */
  stopApiServer(): Promise<void>;
  /** Starts it again on the same port and data; resolves when it is ready. */
  startApiServer(): Promise<void>;
  close(): Promise<void>;
};

const startTimeoutMs = 60_000;

/** Resolves when the API server is ready, rights are granted and the controllers work. Throws a Failure with the logs of what did not start. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = options.binaries ?? (await ensureBinaries());
  const session = options.session ?? openSession();
  try {
    return await start(session, binaries, options);
  } catch (error) {
    if (options.session === undefined) await session.close();
    throw error;
  }
}

async function start(session: Session, binaries: Binaries, options: ControlPlaneOptions): Promise<ControlPlane> {
  const [clientPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const url = `https://127.0.0.1:${apiPort}`;
  const file = (name: string): string => join(session.folder, name);
  const tokens = mintTokens();
  writeInputs(session.folder, tokenFile(tokens));

  const etcd = session.start('etcd', binaries.etcd, etcdArguments(etcdUrl, `http://127.0.0.1:${peerPort}`));
  const etcdReady = async (): Promise<boolean> => (await fetch(`${etcdUrl}/health`)).ok;
  await untilReady(etcd, startTimeoutMs, etcdReady, options.signal);

  const caFile = file('certificates/apiserver.crt');
  const client = createApiClient(url, caFile);
  let server: Child | null = null;
  const startApiServer = async (): Promise<void> => {
    if (server !== null && !server.hasExited()) return;
    server = session.start('kube-apiserver', binaries['kube-apiserver'], apiServerArguments(etcdUrl, apiPort));
    const ready = async (): Promise<boolean> =>
      (await client.request(tokens.admin, { method: 'GET', path: '/readyz' })).status === 200;
    await untilReady(server, startTimeoutMs, ready, options.signal);
  };
  await startApiServer();

  const kubeconfigFor = (identity: Identity): string => {
    const path = file(`${identity}.kubeconfig`);
    writeFileSync(path, kubeconfig(url, readFileSync(caFile, 'utf8'), identity, tokens[identity]), { mode: 0o600 });
    return path;
  };
  const request = async (identity: Identity, asked: ApiRequest): Promise<ApiReply> =>
    await client.request(tokens[identity], asked);
  for (const { path, body } of grants) await expectCreated(await request('admin', { method: 'POST', path, body }));

  const controllers = session.start(
    'kube-controller-manager',
    binaries['kube-controller-manager'],
    controllerArguments(kubeconfigFor('controller-manager')),
  );
  writeFileSync(file('scheduler.yaml'), schedulerConfig(kubeconfigFor('scheduler')));
  session.start('kube-scheduler', binaries['kube-scheduler'], ['--config=scheduler.yaml', '--secure-port=0']);
  // Pods are refused until the controller manager has made the namespace's service account.
  const serviceAccount = '/api/v1/namespaces/default/serviceaccounts/default';
  const controllersWork = async (): Promise<boolean> =>
    (await request('admin', { method: 'GET', path: serviceAccount })).status === 200;
  await untilReady(controllers, startTimeoutMs, controllersWork, options.signal);

  return {
    url,
    caFile,
    servingCertificate: { certFile: caFile, keyFile: file('certificates/apiserver.key') },
    kubeconfigFor,
    tokenOf: (identity) => tokens[identity],
    etcdUrl,
    audit: auditReader(file('audit.log')),
    request,
    startApiServer,
    async stopApiServer() {
      await server?.kill();
    },
    async close() {
      await client.close();
      if (options.session === undefined) await session.close();
    },
  };
}

function writeInputs(folder: string, tokens: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  mkdirSync(join(folder, 'certificates'), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('service-account.key', privateKey.export({ type: 'sec1', format: 'pem' }).toString());
  write('service-account.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  write('tokens.csv', tokens);
  write('audit-policy.yaml', auditPolicy);
}

async function expectCreated(reply: ApiReply): Promise<void> {
  // 409: the API server was started again over the same data.
  if (reply.status !== 201 && reply.status !== 409)
    throw new Error(`the lab could not be prepared: ${reply.status} ${JSON.stringify(reply.body)}`);
  await Promise.resolve();
}

function etcdArguments(clientUrl: string, peerUrl: string): string[] {
  return [
    '--name=lab',
    '--data-dir=etcd',
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=lab=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiServerArguments(etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    // Objects stay readable in etcd, so that the lab can make its world nine days old.
    '--storage-media-type=application/json',
    '--endpoint-reconciler-type=none',
    '--cert-dir=certificates',
    '--token-auth-file=tokens.csv',
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-account-key-file=service-account.pub',
    '--service-account-signing-key-file=service-account.key',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP',
    '--audit-policy-file=audit-policy.yaml',
    '--audit-log-path=audit.log',
    '--audit-log-maxsize=2000',
    '--profiling=false',
  ];
}

/** Periods are short, as the lab's time runs 20 times as fast; nodes stay ready through an outage of the API server of half a minute. */
function controllerArguments(config: string): string[] {
  return [
    `--kubeconfig=${config}`,
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    '--service-account-private-key-file=service-account.key',
    '--root-ca-file=certificates/apiserver.crt',
    '--secure-port=0',
    '--node-monitor-period=1s',
    '--node-monitor-grace-period=60s',
    '--horizontal-pod-autoscaler-sync-period=1s',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}

function schedulerConfig(config: string): string {
  return stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: config, qps: 200, burst: 400 },
    leaderElection: { leaderElect: false },
    podInitialBackoffSeconds: 1,
    podMaxBackoffSeconds: 2,
  });
}
