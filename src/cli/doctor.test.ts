import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { steppedClock, wallClock } from '../clock.ts';
import { startApiServer, type SandboxApi } from '../sandbox/api/server.ts';
import type { Rule } from '../sandbox/api/identity.ts';
import { openJournal } from '../store/journal.ts';
import { anOpening } from '../../test/builders/events.ts';
import { apiServerItem } from './doctor/api-server.ts';
import { aFolder, linesOf, runLine, type Folder, type RunOptions } from './testing/command-line.ts';

const report = z.object({
  kind: z.literal('DoctorReport'),
  metadata: z.object({ mode: z.string(), complete: z.boolean() }),
  you: z.object({ user: z.string() }),
  missing: z.array(z.string()),
  items: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['ok', 'missing', 'failed', 'unknown', 'off']),
      required: z.boolean(),
      found: z.string(),
      costs: z.string().nullable(),
      fix: z.string().nullable(),
    }),
  ),
});
const role = z.object({
  kind: z.string(),
  metadata: z.object({ namespace: z.string().optional() }),
  rules: z
    .array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }))
    .optional(),
});

const namespaceList = { group: '', version: 'v1', plural: 'namespaces' };
const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
const ownNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nemotron-advisor' } };

let api: SandboxApi;
let folder: Folder;
beforeEach(async () => {
  api = await startApiServer({ clock: steppedClock(wallClock().now()) });
  folder = aFolder();
});
afterEach(async () => {
  await api.close();
  folder.remove();
});

function as(user: string, rules?: readonly Rule[]): string {
  api.addIdentity(user, [], rules);
  const path = join(folder.path, `${user}.yaml`);
  writeFileSync(path, api.kubeconfig(user));
  return path;
}
const run = async (kubeconfig: string, args: readonly string[], options: RunOptions = {}) =>
  await runLine(['doctor', '--kubeconfig', kubeconfig, ...args], {
    clock: wallClock(),
    ...options,
    env: { XDG_STATE_HOME: folder.path, ...options.env },
  });
const reported = async (kubeconfig: string, ...args: string[]) => {
  const ran = await run(kubeconfig, [...args, '-o', 'json']);
  return { code: ran.code, ...report.parse(JSON.parse(ran.out)) };
};
/** The rules that `--rbac` prints, as the sandbox takes them. */
const rulesOf = (yaml: string): readonly Rule[] =>
  parseAllDocuments(yaml).flatMap((one) => {
    const { metadata, rules = [] } = role.parse(one.toJS());
    const namespaces = metadata.namespace === undefined ? {} : { namespaces: [metadata.namespace] };
    return rules.map((rule) => ({ ...rule, ...namespaces }));
  });

describe('doctor with every right', () => {
  it('exits 0 in suggest: all reads are ok, writes are off by choice', async () => {
    const found = await reported(as('admin'));
    expect(found.code).toBe(0);
    expect(found.missing).toEqual([]);
    expect(found.items.filter((one) => one.id.startsWith('read-')).map((one) => one.state)).toEqual([
      ...Array.from({ length: 7 }, () => 'ok'),
      'off',
      'ok',
    ]);
    expect(found.items.find((one) => one.id === 'patch-deployments')).toMatchObject({
      state: 'off',
      found: 'mode suggest writes nothing',
    });
  });

  it('exits 3 in approve while the namespace of the lease is absent, and prints how to make it', async () => {
    const ran = await run(as('admin'), ['--mode', 'approve'], { columns: 80 });
    expect(ran.code).toBe(3);
    expect(ran.out).toContain('kubectl create namespace nemotron-advisor');
    expect(linesOf(ran.out).filter((line) => line.length > 100)).toEqual([]);
    expect(ran.err).toContain('you are admin · mode approve');
  });

  it('exits 0 in approve when nothing is missing any more', async () => {
    await api.port('admin').create(namespaceList, null, ownNamespace);
    const found = await reported(as('admin'), '--mode', 'approve');
    const lacking = found.items.filter((one) => one.required && one.state !== 'ok' && one.id !== 'kubelets');
    expect(lacking).toEqual([]);
  });

  it('sends nothing but reads and reviews', async () => {
    await run(as('admin'), ['--mode', 'auto']);
    const writes = api.audit.filter((one) => !['get', 'list', 'watch'].includes(one.verb));
    expect(writes.filter((one) => !one.resource.endsWith('reviews'))).toEqual([]);
  });

  it('prints one line for each capability into a pipe, in columns', async () => {
    const { out } = await run(as('admin'), []);
    expect(linesOf(out)[0]).toMatch(/^STATE +CAPABILITY +FOUND +COSTS +FIX$/);
    expect(linesOf(out).filter((line) => !/^(STATE|ok|off|missing|failed|unknown) /.test(line))).toEqual([]);
  });
});

describe('doctor without rights', () => {
  it('exits 3, never 0, for a kubeconfig that signs in and may do nothing', async () => {
    const found = await reported(as('nobody', []));
    expect(found.code).toBe(3);
    expect(found.items.filter((one) => one.id.startsWith('read-') && one.state === 'ok')).toEqual([]);
    expect(found.metadata.complete).toBe(false);
  });

  it('prints rules that, once applied, make every missing right ok', async () => {
    const before = await run(as('newcomer', []), ['--rbac', '--mode', 'approve']);
    expect(before.code).toBe(3);
    const kinds = parseAllDocuments(before.out).map((one) => role.parse(one.toJS()).kind);
    expect(kinds).toEqual(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
    expect(before.out).not.toMatch(/secrets|"\*"|exec/);
    const after = await reported(as('granted', rulesOf(before.out)), '--mode', 'approve');
    expect(after.missing).toEqual([]);
    expect(after.items.filter((one) => one.state === 'missing').map((one) => one.id)).toEqual(['advisor-namespace']);
  });

  it('asks for no right to write in suggest', async () => {
    const { out } = await run(as('newcomer', []), ['--rbac']);
    const verbs = rulesOf(out).flatMap((one) => one.verbs);
    expect(new Set(verbs)).toEqual(new Set(['get', 'list', 'watch']));
  });

  it('turns exactly one line to missing, with its cost, when any one right is taken away', async () => {
    const all = rulesOf((await run(as('newcomer', []), ['--rbac', '--mode', 'approve'])).out);
    const single = all.flatMap((one) =>
      one.resources.flatMap((resource) => one.verbs.map((verb) => ({ ...one, resources: [resource], verbs: [verb] }))),
    );
    const full = (await reported(as('full', single), '--mode', 'approve')).items;
    const missingOf = (items: typeof full) => items.filter((one) => one.state === 'missing');
    for (const [index] of single.entries()) {
      const { items } = await reported(as(`less-${index}`, single.toSpliced(index, 1)), '--mode', 'approve');
      const more = missingOf(items).filter((one) => !missingOf(full).some((other) => other.id === one.id));
      expect([index, more.length]).toEqual([index, 1]);
      expect(more[0]?.costs).not.toBeNull();
    }
  });

  it('names the namespaces where a right is missing', async () => {
    const all = rulesOf((await run(as('newcomer', []), ['--rbac', '--mode', 'approve'])).out);
    const rules = [
      ...all.filter((one) => !one.verbs.includes('patch') || one.apiGroups.includes('')),
      { apiGroups: ['apps'], resources: ['*'], verbs: ['patch'], namespaces: ['default', 'kube-public'] },
    ];
    const { items } = await reported(as('partly', rules), '--mode', 'approve');
    expect(items.find((one) => one.id === 'patch-deployments')).toMatchObject({
      state: 'missing',
      found: 'patch deployments in kube-node-lease, kube-system',
    });
  });
});

describe('doctor and the sources', () => {
  it('says that Prometheus failed, and that the mode lacks it, when it was configured', async () => {
    const found = await run(as('admin'), ['-o', 'json'], { env: { PROMETHEUS_URL: 'http://127.0.0.1:1' } });
    expect(found.code).toBe(3);
    expect(report.parse(JSON.parse(found.out)).items.find((one) => one.id === 'prometheus')).toMatchObject({
      state: 'failed',
      found: 'it refuses the connection',
      costs: 'usage, latency and errors are not seen; guards of a repair cannot be watched',
    });
  });

  it('says that the model failed, and goes on: the playbook leads', async () => {
    const env = { NEMOTRON_API_KEY: 'key-of-a-test', NEMOTRON_BASE_URL: 'http://127.0.0.1:1/v1' };
    const found = await run(as('admin'), ['-o', 'json'], { env });
    expect(found.code).toBe(0);
    expect(found.out).not.toContain('key-of-a-test');
    expect(report.parse(JSON.parse(found.out)).items.find((one) => one.id === 'model')).toMatchObject({
      state: 'failed',
      required: false,
    });
  });

  it('verifies the journal of this cluster, and fails on a broken one', async () => {
    const clock = steppedClock(1_000);
    const data = join(folder.path, 'data');
    const journal = await openJournal({ folder: data, cluster: clock, wall: clock, pid: 1 });
    await journal.append(anOpening(), 'advisor');
    await journal.close();
    const item = async () => {
      const { out } = await run(as('admin'), ['-o', 'yaml'], { env: { ADVISOR_DATA: data } });
      return report.parse(parse(out)).items.find((one) => one.id === 'journal');
    };
    const intact = await item();
    expect(intact?.state).toBe('ok');
    expect(intact?.found).toMatch(/^1 events intact, [\d.]+ GiB free$/);
    writeFileSync(join(data, 'journal.sqlite'), 'SQLite format 3\0 and nothing more');
    const broken = await item();
    expect(broken?.state).toBe('failed');
    expect(broken?.costs).toContain('nothing is executed');
  });

  it('warns of a clock that is far off, which no mode is stopped by', () => {
    expect(apiServerItem(21, 400)).toMatchObject({ state: 'ok', found: '21 ms, clock within 1 s' });
    expect(apiServerItem(21, -3_000)).toMatchObject({ state: 'ok', found: '21 ms, clock 3 s behind this machine' });
    expect(apiServerItem(21, 7_200_000)).toMatchObject({
      state: 'failed',
      required: false,
      found: '21 ms, its clock is 7200 s ahead of this machine',
    });
    expect(apiServerItem(21, null)).toMatchObject({ state: 'ok', found: '21 ms; it does not tell its time' });
  });
});

describe('without a cluster', () => {
  const bad = async (name: string, text: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return await run(path, []);
  };

  it('tells expired, unreachable and absent clusters apart by exit code and next step', async () => {
    const good = api.kubeconfig(api.addIdentity('sre').user);
    const expired = await bad('expired', good.replaceAll(/sandbox-[0-9a-f-]{36}/g, 'sandbox-of-yesterday'));
    const away = await bad('away', good.replaceAll(api.url, 'http://127.0.0.1:1'));
    const absent = await run('/nonexistent/kubeconfig', []);
    expect([expired.code, away.code, absent.code]).toEqual([5, 4, 2]);
    const nexts = [expired, away, absent].map((one) => linesOf(one.err)[2]);
    expect(new Set(nexts).size).toBe(3);
    for (const one of [expired, away, absent]) {
      expect(one.out).toBe('');
      expect(linesOf(one.err).map((line) => line.slice(0, 6))).toEqual(['error:', '  why:', '  next']);
      expect(linesOf(one.err).filter((line) => line.length > 100)).toEqual([]);
    }
  });

  it('is one JSON object on stderr with -o json', async () => {
    const ran = await run('/nonexistent/kubeconfig', ['-o', 'json']);
    expect(ran.out).toBe('');
    expect(JSON.parse(ran.err)).toMatchObject({ kind: 'Error', exitCode: 2 });
  });
});

describe('stop without an advisor', () => {
  const stop = async (kubeconfig: string, ...args: string[]) =>
    await runLine(['stop', '--kubeconfig', kubeconfig, '--reason', 'network change', ...args], {
      env: { ADVISOR_SERVER: 'http://127.0.0.1:1', ADVISOR_TOKEN: 'a-token-of-an-earlier-run' },
    });
  const stopMap = async () => await api.port('admin').get(configMaps, 'nemotron-advisor', 'nemotron-advisor-stop');

  it('writes the stop ConfigMap itself and says so', async () => {
    await api.port('admin').create(namespaceList, null, ownNamespace);
    const ran = await stop(as('sre'));
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('stopped   by the ConfigMap nemotron-advisor/nemotron-advisor-stop');
    expect(await stopMap()).toMatchObject({ data: { stopped: 'true', by: 'sre', reason: 'network change' } });
    const asJson = await stop(as('sre'), '-o', 'json');
    expect(JSON.parse(asJson.out)).toMatchObject({ kind: 'Switch', data: { stopped: true, by: 'sre' } });
  });

  it('fails with three lines when the cluster does not take it either', async () => {
    const missing = await stop(as('sre'));
    const forbidden = await stop(as('nobody', []));
    expect([missing.code, forbidden.code]).toEqual([6, 5]);
    expect([missing.out, forbidden.out]).toEqual(['', '']);
    expect(missing.err).toContain('kubectl create namespace nemotron-advisor');
  });
});
