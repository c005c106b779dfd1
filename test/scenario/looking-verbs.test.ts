import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { wallClock } from '../../src/clock.ts';
import type { Rule } from '../../src/sandbox/api/identity.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { aFolder, linesOf, runLine, type Folder, type RunOptions } from '../../src/cli/testing/command-line.ts';

const agoMs = 4 * 60_000;
const reads = ['get', 'list', 'watch'];
const everything: Rule = { apiGroups: ['*'], resources: ['*'], verbs: reads };

let sandbox: Sandbox;
let folder: Folder;
beforeAll(async () => {
  folder = aFolder();
  sandbox = await startSandbox({ startMs: wallClock().now() - agoMs });
  await sandbox.inject('oom-killed');
  await sandbox.advance(agoMs);
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  folder.remove();
});

function as(user: string, rules?: readonly Rule[]): string {
  sandbox.api.server.addIdentity(user, [], rules);
  return written(user, sandbox.api.server.kubeconfig(user));
}
function written(name: string, kubeconfig: string): string {
  const path = join(folder.path, `${name}.yaml`);
  writeFileSync(path, kubeconfig);
  return path;
}
const scan = async (args: readonly string[], options: RunOptions = {}, user = as('admin')) =>
  await runLine(['scan', '--kubeconfig', user, ...args], {
    clock: wallClock(),
    ...options,
    env: { PROMETHEUS_URL: sandbox.prometheusUrl, ...options.env },
  });

describe('scan', () => {
  it('finds what is wrong outside of the namespace of the context, and exits 0', async () => {
    const ran = await scan([]);
    expect(ran.code).toBe(0);
    expect(linesOf(ran.out)).toEqual([
      expect.stringMatching(/^SEVERITY +WHAT +WORKLOAD +LIKELY-CAUSE +SINCE$/),
      expect.stringMatching(/^\w+ +killed for memory +shop\/deploy\/checkout +oom-killed +\d{4}-\d\d-\d\dT[\d:]+Z$/),
    ]);
    expect(ran.err).toMatch(/^sandbox \(\w{6}\) · all 9 readable namespaces · leader playbook \(no key\)\n/);
    expect(ran.err).toMatch(/1 incident from \d+ findings? · \d+ signs? held to be usual/);
  });

  it('shows people words and ages within 80 columns', async () => {
    const ran = await scan(['--color', 'never'], { columns: 80 });
    // The API keeps the last kill of a container alone, so that the age depends on how far its back-off has come.
    expect(ran.out).toMatch(/oom-killed \((strong|fair)\) +\d+ (s|min)$/m);
    expect(linesOf(ran.out).filter((line) => line.length > 80)).toEqual([]);
    expect(ran.err).toContain('next: advisor run');
  });

  it('inlines the evidence in JSON, and says the same in YAML', async () => {
    const asJson: unknown = JSON.parse((await scan(['-o', 'json'])).out);
    expect(asJson).toMatchObject({
      kind: 'IncidentList',
      metadata: { seq: null, complete: true, warnings: [], scope: { namespaces: 9, all: true } },
      items: [{ id: null, code: 'WL-001' }],
    });
    expect(JSON.stringify(asJson)).toContain('"evidence":[{"id":"E1"');
    expect(parse((await scan(['-o', 'yaml'])).out)).toMatchObject({ items: [{ cause: 'oom_killed' }] });
    expect((await scan(['-o', 'name'])).out).toBe('shop/deploy/checkout\n');
    expect(linesOf((await scan(['-o', 'jsonl'])).out)).toHaveLength(1);
  });

  it.each([
    [['--fail-on', 'info'], 3],
    [['--fail-on', 'critical', '-n', 'pay'], 0],
    [['--fail-on', 'none'], 0],
  ])('exits by %j with the same code in every form', async (flags, code) => {
    expect((await scan(flags)).code).toBe(code);
    expect((await scan([...flags, '-o', 'json'])).code).toBe(code);
  });

  it('narrows to a namespace and to labels', async () => {
    expect((await scan(['-n', 'pay'])).out).toMatch(/^no incident in namespace pay \(as of /);
    expect((await scan(['-l', 'app=checkout', '-o', 'name'])).out).toBe('shop/deploy/checkout\n');
    expect((await scan(['-l', 'app=nothing', '-o', 'name'])).out).toBe('');
  });

  it('exits 2 for a namespace that is not there', async () => {
    const ran = await scan(['-n', 'shpo']);
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([2, '', 3]);
    expect(ran.err).toContain('there is no namespace "shpo"');
  });

  it('names what is lost without Prometheus, exits 0, and 4 when metrics are required', async () => {
    const env = { PROMETHEUS_URL: '' };
    const without = await scan(['-o', 'json'], { env });
    expect(without.code).toBe(0);
    expect(JSON.parse(without.out)).toMatchObject({ metadata: { complete: false } });
    expect((await scan([], { env })).err).toContain('cannot see: ');
    const required = await scan(['--require', 'metrics'], { env });
    expect([required.code, required.out, linesOf(required.err).length]).toEqual([4, '', 3]);
    expect((await scan(['--require', 'metrics'])).code).toBe(0);
  });

  it('writes nothing to the cluster: it reads and asks for reviews', async () => {
    await scan([]);
    const requests = sandbox.api.server.audit.filter((one) => one.user === 'admin');
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((one) => !reads.includes(one.verb) && !one.resource.endsWith('reviews'))).toEqual([]);
    expect(requests.filter((one) => one.resource === 'secrets')).toEqual([]);
  });

  it('says which objectives nothing counts, with what to do, and goes on', async () => {
    const slos = [
      'slos:',
      '  - { of: shop/Deployment/absent, availability: 99.9/30d }',
      '  - { of: shop/Deployment/checkout, latency: 99@3600s/30d }',
    ];
    writeFileSync(join(folder.path, 'slo.yaml'), slos.join('\n'));
    const ran = await scan(['--require', 'metrics'], { env: { ADVISOR_SLO: join(folder.path, 'slo.yaml') } });
    expect(ran.code).toBe(0);
    const told = ran.err.replaceAll(/\s+/g, ' ');
    expect(told).toMatch(/objectives of shop\/deploy\/absent are not watched: slo\.yaml:2 names it/);
    expect(told).toMatch(/objective latency@3600s of shop\/deploy\/checkout is not counted: no bucket/);
  });

  it('says which right is missing and what that costs, and goes on', async () => {
    const rules = [{ ...everything, apiGroups: ['', 'apps', 'discovery.k8s.io', 'autoscaling'] }];
    const ran = await scan([], {}, as('partly', rules));
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/cannot see: \w+ poddisruptionbudgets\.policy: budgets are not known/);
    expect(ran.out).toContain('shop/deploy/checkout');
  });

  it('exits 5 when nothing may be read, 4 when the API server is down, in both forms', async () => {
    const nobody = await scan([], {}, as('nobody', []));
    const { kubeconfigs, api } = sandbox;
    const down = written('down', kubeconfigs.person.replaceAll(api.server.url, 'http://127.0.0.1:1'));
    const away = await scan([], {}, down);
    const awayJson = await scan(['-o', 'json'], {}, down);
    expect([nobody.code, away.code, awayJson.code]).toEqual([5, 4, 4]);
    expect([nobody.out, away.out, awayJson.out]).toEqual(['', '', '']);
    expect(linesOf(away.err)).toHaveLength(3);
    expect(JSON.parse(awayJson.err)).toMatchObject({ kind: 'Error', code: 'cluster-unreachable', exitCode: 4 });
  });
});

describe('snapshot', () => {
  const snapshot = async (...args: string[]) =>
    await runLine(['snapshot', '--kubeconfig', as('keeper'), ...args], {
      clock: wallClock(),
      folder: folder.path,
      env: { PROMETHEUS_URL: sandbox.prometheusUrl },
    });

  it('writes a folder in which a scan finds the same, without a cluster', async () => {
    const ran = await snapshot('--out', 'bundle');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/bundle: \d+ objects in \d+ files, no Secrets\n$/);
    expect(sandbox.api.server.audit.filter((one) => one.user === 'keeper' && !reads.includes(one.verb))).toEqual([]);
    expect(sandbox.api.server.audit.filter((one) => one.user === 'keeper' && one.resource === 'secrets')).toEqual([]);
    const found = await runLine(['scan', '--from', 'bundle', '-o', 'name'], {
      clock: wallClock(),
      folder: folder.path,
    });
    expect(found).toEqual({ code: 0, out: 'shop/deploy/checkout\n', err: '' });
  });

  it('takes no folder that holds something, and no namespace that is not there', async () => {
    writeFileSync(join(folder.path, 'a-file'), '');
    const cases = [
      await snapshot('--out', '.'),
      await snapshot('--out', 'a-file'),
      await snapshot('--out', 'new', '-n', 'nope'),
    ];
    for (const one of cases) expect([one.code, one.out, linesOf(one.err).length]).toEqual([2, '', 3]);
  });

  it('says what it wrote as one document', async () => {
    const ran = await snapshot('--out', 'shop', '-n', 'shop', '-o', 'json');
    expect(JSON.parse(ran.out)).toMatchObject({
      kind: 'Snapshot',
      metadata: { complete: true },
      data: { logs: 'none' },
    });
    expect(ran.err).toBe('');
  });
});

describe('doctor on a whole cluster', () => {
  const report = z.object({
    missing: z.array(z.string()),
    items: z.array(z.object({ id: z.string(), state: z.string(), required: z.boolean(), found: z.string() })),
  });
  const doctor = async (kubeconfig: string, env: Readonly<Record<string, string>> = {}, ...args: string[]) => {
    const line = ['doctor', '--kubeconfig', kubeconfig, '-o', 'json', ...args];
    const ran = await runLine(line, { clock: wallClock(), env: { XDG_STATE_HOME: folder.path, ...env } });
    const read = report.parse(JSON.parse(ran.out));
    return { ...read, code: ran.code, item: (id: string) => read.items.find((one) => one.id === id) };
  };

  it('reads Prometheus once and counts what it has', async () => {
    const found = await doctor(as('admin'), { PROMETHEUS_URL: sandbox.prometheusUrl });
    expect(found.item('prometheus')?.state).toBe('ok');
    expect(found.item('prometheus')?.found).toMatch(/^\d+ series/);
    expect(found.item('kubelets')?.state).toBe('off');
  });

  it('reads a kubelet where there is no Prometheus', async () => {
    const found = await doctor(as('admin'));
    expect(found.item('prometheus')?.state).toBe('off');
    expect(found.item('kubelets')).toMatchObject({ state: 'ok', found: 'node node-1 answers; 3 nodes in all' });
  });

  it('finds nothing missing with the least rights that the product is given', async () => {
    const kubeconfig = written('advisor', sandbox.kubeconfigs.advisor);
    const found = await doctor(kubeconfig, { PROMETHEUS_URL: sandbox.prometheusUrl }, '--mode', 'auto');
    expect(found.missing).toEqual([]);
    expect(found.code).toBe(0);
  });
});
