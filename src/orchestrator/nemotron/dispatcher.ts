// The connections to a model endpoint: straight, or through the proxy of the network, and trusting its own certificate authority beside the usual ones.
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

export type Route = {
  /** Proxy for every request that `noProxy` does not exempt. */
  readonly proxy?: string;
  /** Hosts that are reached straight, in the form of NO_PROXY. */
  readonly noProxy?: string;
  /** PEM of a certificate authority, trusted beside the usual ones. */
  readonly ca?: string;
};

export function createModelDispatcher(route: Route = {}): Dispatcher {
  const ca = route.ca === undefined ? {} : { ca: [...getCACertificates('default'), route.ca] };
  const limits = { connect: { timeout: 10_000, ...ca }, headersTimeout: 0, bodyTimeout: 0 };
  if (route.proxy === undefined) return new Agent(limits);
  // Named in full, since the agent would else read the environment itself.
  const way = { httpProxy: route.proxy, httpsProxy: route.proxy, noProxy: route.noProxy ?? '' };
  return new EnvHttpProxyAgent({ ...limits, ...way, requestTls: { ...ca }, proxyTls: { ...ca } });
}
