// The kubelet's own port of each node on loopback, HTTP and HTTPS alike: resource and cadvisor metrics, container logs, and the metrics of its pods.
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type Socket } from 'node:net';
import { expositionText, type Series } from '../workload/exposition.ts';
import type { LogAnswer, LogRequest } from './container-log.ts';
import type { ServerCertificate } from './self-signed.ts';

/** What the endpoints show; set once the kubelets run, since their ports must be known before. */
type KubeletView = {
  series(): readonly Series[];
  readLog(request: LogRequest): LogAnswer;
  now(): number;
};

export interface KubeletServer {
  readonly port: number;
  show(view: KubeletView): void;
  close(): Promise<void>;
}

/** Listens on a free port of `host`; a connection whose first byte is a TLS handshake is served as HTTPS. */
export async function startKubeletServer(
  node: string,
  certificate: ServerCertificate,
  host = '127.0.0.1',
): Promise<KubeletServer> {
  let view: KubeletView | null = null;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { status, text, type } =
      view === null ? unavailable : answer(new URL(request.url ?? '/', 'http://node'), node, view);
    response.writeHead(status, { 'content-type': type });
    response.end(text);
  };
  const plain = createHttpServer(handle);
  const secure = createHttpsServer(certificate, handle);
  const sockets = new Set<Socket>();
  const front = createNetServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    // Read without flowing: a TLS server takes the bytes that were put back only from a socket that never flowed.
    socket.once('readable', () => {
      const first: unknown = socket.read();
      if (!Buffer.isBuffer(first)) return;
      socket.unshift(first);
      (first[0] === 0x16 ? secure : plain).emit('connection', socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(0, host, resolve);
  });
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error(`the kubelet of ${node} has no port`);
  return {
    port: address.port,
    show(shown) {
      view = shown;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        front.close(() => resolve());
      });
    },
  };
}

type Page = { readonly status: number; readonly text: string; readonly type: string };

const metricsType = 'text/plain; version=0.0.4; charset=utf-8';
const unavailable: Page = { status: 503, text: 'the kubelet is starting\n', type: 'text/plain' };

function answer(url: URL, node: string, view: KubeletView): Page {
  const own = (job: Series['job']): Page => ({
    status: 200,
    text: expositionText(view.series().filter((one) => one.job === job && one.node === node)),
    type: metricsType,
  });
  const [first, namespace, pod, last] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (url.pathname === '/metrics/resource') return own('kubelet-resource');
  if (url.pathname === '/metrics/cadvisor') return own('kubelet-cadvisor');
  if (url.pathname === '/healthz') return { status: 200, text: 'ok', type: 'text/plain' };
  if (first === 'containerLogs' && namespace !== undefined && pod !== undefined) {
    const log = view.readLog(logRequest(url.searchParams, namespace, pod, last, view.now()));
    return { status: log.status, text: log.text, type: 'text/plain' };
  }
  if (first === 'pods' && last === 'metrics') {
    const key = `${namespace}/${pod}`;
    const series = view.series().filter((one) => one.pod === key && one.node === node);
    if (series.length > 0) return { status: 200, text: expositionText(series), type: metricsType };
  }
  return { status: 404, text: '404 page not found\n', type: 'text/plain' };
}

function logRequest(
  query: URLSearchParams,
  namespace: string,
  pod: string,
  container: string | undefined,
  nowMs: number,
): LogRequest {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    return text === null || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const sinceSeconds = number('sinceSeconds');
  const sinceTime = Date.parse(query.get('sinceTime') ?? '');
  return {
    namespace,
    pod,
    container,
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    sinceMs: sinceSeconds !== undefined ? nowMs - sinceSeconds * 1000 : Number.isNaN(sinceTime) ? undefined : sinceTime,
  };
}
