// Reads the configuration: flag over environment over `.env` over file over default; the only room that sees process.env.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { exitCodes, Failure } from '../model/failure.ts';
import { mode } from '../model/mode.ts';

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const listen = z
  .string()
  .regex(
    /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d{1,5}$/,
    'must be a loopback address with a port, such as 127.0.0.1:7575',
  );

/** Every key with its environment variable; what is absent has no default here. */
const keys = {
  context: { env: null, about: 'context of the kubeconfig to use', schema: z.string().min(1) },
  kubeconfig: { env: 'KUBECONFIG', about: 'kubeconfig file to use', schema: z.string().min(1) },
  clusterUrl: { env: 'K8S_CLUSTER_URL', about: 'address of the API server', schema: url },
  clusterToken: { env: 'K8S_CLUSTER_TOKEN', about: 'bearer token for that address', schema: z.string().min(1) },
  clusterTokenFile: {
    env: 'K8S_CLUSTER_TOKEN_FILE',
    about: 'file that holds the token; read again when it changes',
    schema: z.string().min(1),
  },
  clusterCaFile: {
    env: 'K8S_CLUSTER_CA_FILE',
    about: 'certificate authority of that address',
    schema: z.string().min(1),
  },
  prometheusUrl: { env: 'PROMETHEUS_URL', about: 'Prometheus, Thanos, Mimir or VictoriaMetrics', schema: url },
  prometheusToken: { env: 'PROMETHEUS_TOKEN', about: 'bearer token for it', schema: z.string().min(1) },
  prometheusTokenFile: {
    env: 'PROMETHEUS_TOKEN_FILE',
    about: 'file that holds that token; read before each request',
    schema: z.string().min(1),
  },
  prometheusTenant: { env: 'PROMETHEUS_TENANT', about: 'value of the X-Scope-OrgID header', schema: z.string().min(1) },
  prometheusCaFile: {
    env: 'PROMETHEUS_CA_FILE',
    about: 'certificate authority of that address',
    schema: z.string().min(1),
  },
  prometheusCertFile: {
    env: 'PROMETHEUS_CERT_FILE',
    about: 'client certificate for it (PEM)',
    schema: z.string().min(1),
  },
  prometheusKeyFile: {
    env: 'PROMETHEUS_KEY_FILE',
    about: 'key of that client certificate (PEM)',
    schema: z.string().min(1),
  },
  prometheusSelector: {
    env: 'PROMETHEUS_SELECTOR',
    about: 'labels that only series of this cluster have, such as cluster="prod", where one server holds several',
    schema: z
      .string()
      .regex(
        /^\s*[A-Za-z_]\w*=~?"[^"\\{}]*"(\s*,\s*[A-Za-z_]\w*=~?"[^"\\{}]*")*\s*$/,
        'must be labels with values, such as cluster="prod"',
      ),
  },
  signalsFile: { env: 'ADVISOR_SIGNALS', about: 'file of signals of your own', schema: z.string().min(1) },
  nemotronApiKey: {
    env: 'NEMOTRON_API_KEY',
    about: 'key of the model endpoint (NVIDIA_API_KEY is read too); without it the playbook leads',
    schema: z.string().min(1),
  },
  nemotronBaseUrl: {
    env: 'NEMOTRON_BASE_URL',
    about: 'another endpoint, such as a self-hosted NIM (default: https://integrate.api.nvidia.com/v1)',
    schema: url,
  },
  nemotronModel: { env: 'NEMOTRON_MODEL', about: 'pins one model instead of the list', schema: z.string().min(1) },
  nemotronProxy: {
    env: 'NEMOTRON_PROXY',
    about: 'proxy on the way to the model endpoint (HTTPS_PROXY is read too, for an https address)',
    schema: z.string().min(1),
  },
  noProxy: {
    env: 'NO_PROXY',
    about: 'hosts that are reached without that proxy, with commas between them',
    schema: z.string().min(1),
  },
  nemotronCaFile: {
    env: 'NEMOTRON_CA_FILE',
    about: 'certificate authority of the model endpoint or of the proxy, trusted beside the usual ones',
    schema: z.string().min(1),
  },
  mode: { env: 'ADVISOR_MODE', about: 'observe, suggest, approve or auto (default: suggest)', schema: mode },
  advisorNamespace: {
    env: 'ADVISOR_NAMESPACE',
    about: 'namespace of the Lease and the stop ConfigMap (default: nemotron-advisor)',
    schema: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a namespace name'),
  },
  dataFolder: {
    env: 'ADVISOR_DATA',
    about: 'where the journal lives (default: under XDG_STATE_HOME, a folder for each cluster)',
    schema: z.string().min(1),
  },
  policyFolder: { env: 'ADVISOR_POLICY', about: 'folder of policy files', schema: z.string().min(1) },
  sloFile: { env: 'ADVISOR_SLO', about: 'file of service level objectives', schema: z.string().min(1) },
  listen: { env: 'ADVISOR_LISTEN', about: 'loopback address of the API (default: 127.0.0.1:7575)', schema: listen },
  readLogs: {
    env: 'ADVISOR_READ_LOGS',
    about: 'true lets the last 50 lines of a failing container be read as untrusted evidence (default: false)',
    schema: z.stringbool(),
  },
  /** The lab divides every window by 20; a cluster never does. */
  pace: {
    env: 'ADVISOR_PACE',
    about: 'cluster, or lab to divide every window by 20 (default: cluster)',
    schema: z.enum(['cluster', 'lab']),
  },
  server: { env: 'ADVISOR_SERVER', about: 'a running advisor for the client verbs', schema: url },
  token: { env: 'ADVISOR_TOKEN', about: 'token for that advisor', schema: z.string().min(1) },
} as const;

export type ConfigKey = keyof typeof keys;
type Values = { readonly [Key in ConfigKey]?: z.infer<(typeof keys)[Key]['schema']> };

export type Config = Values & {
  readonly mode: z.infer<typeof mode>;
  readonly modeSource: string;
  readonly advisorNamespace: string;
  readonly listen: string;
  readonly readLogs: boolean;
  readonly pace: 'cluster' | 'lab';
  readonly nemotronBaseUrl: string;
  /** Under it lies the data folder of each cluster, and the address of what runs. */
  readonly stateHome: string;
  /** Where each key was read, for `doctor`: flag, environment, .env, file or default. Never the value. */
  readonly sources: Readonly<Partial<Record<ConfigKey, string>>>;
};

export type ConfigInput = {
  readonly flags: Readonly<Partial<Record<ConfigKey, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
};

/** Throws a Failure that names the key, where it was read and what it must look like. */
export function readConfig(input: ConfigInput): Config {
  const dotEnv = readDotEnv(join(input.folder, '.env'));
  const file = readConfigFile(input.env);
  const values: Record<string, unknown> = {};
  const sources: Partial<Record<ConfigKey, string>> = {};
  for (const key of configKeys()) {
    const found = lookUp(key, input, dotEnv, file);
    if (found === null) continue;
    const parsed = keys[key].schema.safeParse(found.value);
    if (!parsed.success) throw badValue(key, found.source, parsed.error.issues[0]?.message ?? 'is not valid');
    values[key] = parsed.data;
    sources[key] = found.source;
  }
  const read: Values = values;
  return {
    ...read,
    mode: read.mode ?? 'suggest',
    modeSource: sources.mode ?? 'default',
    advisorNamespace: read.advisorNamespace ?? 'nemotron-advisor',
    listen: read.listen ?? '127.0.0.1:7575',
    readLogs: read.readLogs ?? false,
    pace: read.pace ?? 'cluster',
    nemotronBaseUrl: read.nemotronBaseUrl ?? 'https://integrate.api.nvidia.com/v1',
    stateHome: input.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'),
    sources,
  };
}

export function configKeys(): readonly ConfigKey[] {
  return Object.keys(keys).filter((key): key is ConfigKey => key in keys);
}

/** Environment variable and meaning of a key, for the reference. */
export function describeKey(key: ConfigKey): { readonly env: string | null; readonly about: string } {
  return { env: keys[key].env, about: keys[key].about };
}

function lookUp(
  key: ConfigKey,
  input: ConfigInput,
  dotEnv: Record<string, string | undefined>,
  file: ConfigFile,
): { value: string; source: string } | null {
  const flag = input.flags[key];
  if (flag !== undefined) return { value: flag, source: 'flag' };
  for (const name of namesOf(key)) {
    const fromEnv = input.env[name];
    if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, source: `environment ${name}` };
  }
  for (const name of namesOf(key)) {
    const fromDotEnv = dotEnv[name];
    if (fromDotEnv !== undefined && fromDotEnv !== '') return { value: fromDotEnv, source: `.env ${name}` };
  }
  const fromFile = file.values[key];
  return fromFile === undefined ? null : { value: fromFile, source: file.path };
}

function namesOf(key: ConfigKey): readonly string[] {
  const name = keys[key].env;
  if (name === null) return [];
  return [name, ...(otherNames[key] ?? [])];
}

/** Variables that others set for the same thing. */
const otherNames: Readonly<Partial<Record<ConfigKey, readonly string[]>>> = {
  nemotronApiKey: ['NVIDIA_API_KEY'],
  nemotronProxy: ['HTTPS_PROXY', 'https_proxy'],
  noProxy: ['no_proxy'],
};

function readDotEnv(path: string): Record<string, string | undefined> {
  const text = readIfThere(path);
  return text === null ? {} : parseEnv(text);
}

type ConfigFile = { readonly path: string; readonly values: Readonly<Partial<Record<ConfigKey, string>>> };

function readConfigFile(env: ConfigInput['env']): ConfigFile {
  const named = env['ADVISOR_CONFIG'];
  const path = named ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'nemotron-advisor', 'config.yaml');
  const text = readIfThere(path);
  if (text === null) {
    if (named === undefined) return { path, values: {} };
    throw new Failure({
      code: 'config-unreadable',
      what: `the config file ${path} cannot be read`,
      why: 'ADVISOR_CONFIG names it, and it is absent or not readable',
      next: 'correct ADVISOR_CONFIG or remove it',
      exitCode: exitCodes.usage,
    });
  }
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) {
    const [start] = broken.linePos ?? [];
    throw new Failure({
      code: 'config-malformed',
      what: `the config file ${path} is not YAML`,
      why: `line ${start?.line ?? 1}: ${broken.message.split('\n')[0] ?? ''}`.slice(0, 100),
      next: 'correct the line; keys are those of docs/reference/configuration.md',
      exitCode: exitCodes.usage,
    });
  }
  const content: unknown = document.toJS() ?? {};
  const parsed = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).safeParse(content);
  if (!parsed.success) throw badFile(path, 'it must be a map of keys to plain values');
  const values: Partial<Record<ConfigKey, string>> = {};
  for (const [key, value] of Object.entries(parsed.data)) {
    const known = configKeys().find((one) => one === key);
    if (known === undefined) throw badFile(path, `the key ${key} is not known`);
    values[known] = String(value);
  }
  return { path, values };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function badFile(path: string, why: string): Failure {
  return new Failure({
    code: 'config-malformed',
    what: `the config file ${path} cannot be used`,
    why,
    next: 'keys are those of docs/reference/configuration.md',
    exitCode: exitCodes.usage,
  });
}

function badValue(key: ConfigKey, source: string, why: string): Failure {
  return new Failure({
    code: 'config-invalid',
    what: `the value of ${key} (${source}) cannot be used`,
    why: `it ${why}`.slice(0, 100),
    next: `correct ${source === 'flag' ? `--${key}` : source}`,
    exitCode: exitCodes.usage,
  });
}
