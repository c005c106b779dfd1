import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, Failure } from '../model/failure.ts';
import { connect, type Connection, type ConnectionSettings } from './connection.ts';

let folder: string;
const open: Connection[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function aKubeconfig(
  name: string,
  more: { readonly user?: string; readonly current?: string } = {},
): Promise<string> {
  return await file(
    `${name}.yaml`,
    `apiVersion: v1
kind: Config
current-context: ${more.current ?? name}
clusters: [{ name: ${name}, cluster: { server: "https://${name}.example:6443/" } }]
users: [{ name: ${name}, user: ${more.user ?? `{ token: token-of-${name} }`} }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
`,
  );
}

async function connected(settings: Partial<ConnectionSettings>): Promise<Connection> {
  const connection = await connect({ kubeconfigPinned: false, ...settings });
  open.push(connection);
  return connection;
}

async function authorization(connection: Connection): Promise<string | undefined> {
  return (await connection.credentials()).headers['authorization'];
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (!(error instanceof Failure)) return 'other';
    return `${error.problem.exitCode} ${error.problem.code}: ${error.problem.what}: ${error.problem.why}`;
  }
}

describe('which cluster', () => {
  it('a pinned kubeconfig wins over an address in the environment', async () => {
    const kubeconfig = await aKubeconfig('prod');
    const connection = await connected({ kubeconfig, kubeconfigPinned: true, clusterUrl: 'https://other.example' });
    expect([connection.server, connection.name]).toEqual(['https://prod.example:6443', 'prod']);
  });

  it('an address wins over a kubeconfig of the environment', async () => {
    const kubeconfig = await aKubeconfig('prod');
    const connection = await connected({ kubeconfig, clusterUrl: 'https://other.example/path/' });
    expect([connection.server, connection.name, connection.source]).toEqual([
      'https://other.example/path',
      'other.example',
      'K8S_CLUSTER_URL',
    ]);
  });

  it('a context that is named wins over an address, and over the current one', async () => {
    const kubeconfig = [await aKubeconfig('prod'), await aKubeconfig('stage')].join(delimiter);
    const connection = await connected({ kubeconfig, context: 'stage', clusterUrl: 'https://other.example' });
    expect([connection.server, connection.name]).toEqual(['https://stage.example:6443', 'stage']);
  });

  it('of several files the first decides, and empty entries are none', async () => {
    const kubeconfig = ['', await aKubeconfig('prod'), await aKubeconfig('stage'), ''].join(delimiter);
    const connection = await connected({ kubeconfig });
    expect([connection.name, connection.source]).toEqual(['prod', 'KUBECONFIG']);
  });

  it('of two things with one name the first file keeps its own', async () => {
    const first = await aKubeconfig('prod');
    const second = await file('again.yaml', (await textOf('prod')).replaceAll('token-of-prod', 'another'));
    const connection = await connected({ kubeconfig: [first, second].join(delimiter) });
    expect(await authorization(connection)).toBe('Bearer token-of-prod');
  });
});

async function textOf(name: string): Promise<string> {
  return await readFile(join(folder, `${name}.yaml`), 'utf8');
}

describe('credentials', () => {
  it('are the token of the settings, its file, or none', async () => {
    const clusterTokenFile = await file('token', 'from-file\n');
    const clusterUrl = 'https://a.example';
    const words = [
      await authorization(await connected({ clusterUrl, clusterToken: 'given', clusterTokenFile })),
      await authorization(await connected({ clusterUrl, clusterTokenFile })),
      await authorization(await connected({ clusterUrl })),
    ];
    expect(words).toEqual(['Bearer given', 'Bearer from-file', undefined]);
  });

  it('follow a token file that is renewed', async () => {
    const clusterTokenFile = await file('token', 'first');
    const connection = await connected({ clusterUrl: 'https://a.example', clusterTokenFile });
    await connection.credentials();
    await file('token', 'second');
    expect(await authorization(connection)).toBe('Bearer second');
  });

  it('name the setting whose file is absent', async () => {
    const clusterTokenFile = join(folder, 'absent');
    const connection = await connected({ clusterUrl: 'https://a.example', clusterTokenFile });
    expect(await problemOf(connection.credentials())).toBe(
      `${exitCodes.usage} file-unreadable: ${clusterTokenFile} cannot be read: K8S_CLUSTER_TOKEN_FILE names it, and it is absent or not readable`,
    );
    expect(await problemOf(connected({ clusterUrl: 'https://a.example', clusterCaFile: clusterTokenFile }))).toContain(
      'K8S_CLUSTER_CA_FILE names it',
    );
  });

  it('come from a plugin, and keep their connections while they stay the same', async () => {
    const plugin = await file(
      'plugin.mjs',
      `process.stdout.write(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'by-plugin' } }));`,
    );
    const user = `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(plugin)}], interactiveMode: Never } }`;
    const connection = await connected({ kubeconfig: await aKubeconfig('prod', { user }) });
    const first = await connection.credentials();
    const second = await connection.credentials();
    expect(first.headers['authorization']).toBe('Bearer by-plugin');
    expect(second.dispatcher).toBe(first.dispatcher);
  });

  it('that a plugin does not give are a failure that names the cluster', async () => {
    const user = `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ${JSON.stringify(join(folder, 'no-such-plugin'))}, interactiveMode: Never } }`;
    const connection = await connected({ kubeconfig: await aKubeconfig('prod', { user }) });
    expect(await problemOf(connection.credentials())).toMatch(
      new RegExp(`^${exitCodes.forbidden} no-credentials: no credentials for https://prod.example:6443`),
    );
  });
});

describe('a kubeconfig that cannot be used', () => {
  it('is named when it is absent', async () => {
    const kubeconfig = join(folder, 'absent.yaml');
    expect(await problemOf(connect({ kubeconfig, kubeconfigPinned: true }))).toBe(
      `${exitCodes.usage} file-unreadable: ${kubeconfig} cannot be read: --kubeconfig or --context names it, and it is absent or not readable`,
    );
  });

  it.each([
    ['is no YAML', '{{{'],
    ['is empty', ''],
    ['is a list', '- a\n- b\n'],
    ['is a number', '7'],
    ['has no current context', 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n'],
    ['has lists that are none', 'clusters: 7\ncontexts: x\nusers: {}\n'],
  ])('is named when it %s', async (_what, text) => {
    const kubeconfig = await file('broken.yaml', text);
    expect(await problemOf(connect({ kubeconfig, kubeconfigPinned: true }))).toMatch(
      new RegExp(`^${exitCodes.usage} kubeconfig-malformed: the kubeconfig .*broken\\.yaml cannot be used: .+`),
    );
  });

  it('lists the contexts there are when another is asked for', async () => {
    const kubeconfig = [await aKubeconfig('prod'), await aKubeconfig('stage')].join(delimiter);
    expect(await problemOf(connect({ kubeconfig, context: 'test', kubeconfigPinned: true }))).toBe(
      `${exitCodes.usage} unknown-context: there is no context "test": ${kubeconfig.replace(delimiter, ', ')} has prod, stage`,
    );
  });

  it('is malformed when its context names no cluster', async () => {
    const kubeconfig = await aKubeconfig('prod', { current: 'elsewhere' });
    expect(await problemOf(connect({ kubeconfig, kubeconfigPinned: true }))).toContain('kubeconfig-malformed');
  });
});
