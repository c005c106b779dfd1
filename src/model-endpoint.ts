// Where the model is reached and with what, out of the configuration: key and its name, address, pinned model, proxy and certificate authority.
import { readFileSync } from 'node:fs';
import type { Config } from './config/config.ts';
import { exitCodes, Failure } from './model/failure.ts';

export type ModelEndpoint = {
  readonly apiKey: string;
  /** The variable that holds the key, for messages. */
  readonly keyName: string;
  readonly baseUrl: string;
  readonly model?: string;
  readonly route: { readonly proxy?: string; readonly noProxy?: string; readonly ca?: string };
};

type Keys =
  'nemotronApiKey' | 'nemotronBaseUrl' | 'nemotronModel' | 'nemotronProxy' | 'noProxy' | 'nemotronCaFile' | 'sources';

/** Null without a key: the playbook leads. Throws a Failure when the certificate authority cannot be read. */
export function modelEndpointOf(config: Pick<Config, Keys>): ModelEndpoint | null {
  const { nemotronApiKey: apiKey, nemotronBaseUrl: baseUrl, nemotronModel: model, sources } = config;
  if (apiKey === undefined) return null;
  return {
    apiKey,
    keyName: sources.nemotronApiKey?.includes('NVIDIA_API_KEY') === true ? 'NVIDIA_API_KEY' : 'NEMOTRON_API_KEY',
    baseUrl,
    ...(model === undefined ? {} : { model }),
    route: {
      ...proxyOf(config),
      ...(config.nemotronCaFile === undefined ? {} : { ca: readAuthority(config.nemotronCaFile) }),
    },
  };
}

/** HTTPS_PROXY is meant for https addresses alone; a proxy that is set for the model serves both. */
function proxyOf({
  nemotronProxy: proxy,
  noProxy,
  nemotronBaseUrl,
  sources,
}: Pick<Config, Keys>): ModelEndpoint['route'] {
  const isGeneral = /https_proxy/i.test(sources.nemotronProxy ?? '');
  if (proxy === undefined || (isGeneral && !nemotronBaseUrl.startsWith('https:'))) return {};
  const address = /^[\w.-]+:\d+\/?$/.test(proxy) ? `http://${proxy}` : proxy;
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw noProxyAddress(sources.nemotronProxy ?? 'its source');
  return { proxy: address, ...(noProxy === undefined ? {} : { noProxy }) };
}

function noProxyAddress(source: string): Failure {
  return new Failure({
    code: 'proxy-unusable',
    what: 'the proxy of the model endpoint cannot be used',
    why: `its value (${source}) is no http or https address`,
    next: 'set NEMOTRON_PROXY to http://host:port, or remove NEMOTRON_API_KEY to go without a model',
    exitCode: exitCodes.usage,
  });
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Failure({
      code: 'ca-unreadable',
      what: `the certificate authority ${path} cannot be read`,
      why: 'NEMOTRON_CA_FILE names it, and it is absent or not readable',
      next: 'correct NEMOTRON_CA_FILE or remove it',
      exitCode: exitCodes.usage,
    });
  }
}
