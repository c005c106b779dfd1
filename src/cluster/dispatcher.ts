// The one pool of connections to an API server, direct or through the proxy that a kubeconfig names.
import { Agent, type Dispatcher, ProxyAgent } from 'undici';

/** TLS material of a connection; PEM text or a PKCS#12 bundle in `pfx`. */
export type Tls = {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly pfx?: string | Buffer;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** Connections are not limited here: each watch holds one, and the transport bounds the other requests. */
export function createDispatcher(tls: Tls, proxyUrl?: string): Dispatcher {
  const limits = { headersTimeout: 60_000, bodyTimeout: 0, allowH2: false };
  if (proxyUrl !== undefined) return new ProxyAgent({ uri: proxyUrl, requestTls: { ...tls }, ...limits });
  return new Agent({
    connect: { ...tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 },
    ...limits,
  });
}
