// Bad input at the edges of the whole product: what went wrong, where, and what to do, in words; never a stack trace, never a write.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wallClock } from '../../src/clock.ts';
import { aFolder, linesOf, runLine, type Folder, type Ran } from '../../src/cli/testing/command-line.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { passAll, startProxy, type Fate, type Passing, type Proxy } from './proxy.ts';

const agoMs = 4 * 60_000;
const page = '<!doctype html><html><title>Sign in</title></html>';
const deployments = { group: 'apps', version: 'v1', plural: 'deployments' };

let sandbox: Sandbox;
let folder: Folder;
let api: Proxy;
let prometheus: Proxy;
beforeAll(async () => {
  folder = aFolder();
  sandbox = await startSandbox({ startMs: wallClock().now() - agoMs });
  api = await startProxy(sandbox.api.server.url);
  prometheus = await startProxy(sandbox.prometheusUrl);
  const kubeconfig = sandbox.kubeconfigs.advisor.replaceAll(sandbox.api.server.url, api.url);
  writeFileSync(join(folder.path, 'advisor.yaml'), kubeconfig);
  await sandbox.inject('oom-killed');
  await sandbox.advance(agoMs);
}, 60_000);
afterEach(() => {
  api.rule(passAll);
  prometheus.rule(passAll);
});
afterAll(async () => {
  await api.close();
  await prometheus.close();
  await sandbox.close();
  folder.remove();
});

const scan = async (...args: readonly string[]): Promise<Ran> =>
  await runLine(['scan', '--kubeconfig', join(folder.path, 'advisor.yaml'), ...args], {
    clock: wallClock(),
    env: { PROMETHEUS_URL: prometheus.url, XDG_STATE_HOME: folder.path },
  });

function expectPlain(ran: Ran): void {
  const text = `${ran.out}${ran.err}`;
  expect(text).not.toMatch(/^\s+at .+:\d+/m);
  expect(text).not.toContain('internal-fault');
  expect(text).not.toMatch(/undefined|\[object Object\]/);
}

/** WatchList is refused as by an older server, so that lists carry the objects. */
function rewritingLists(change: (item: Record<string, unknown>) => void): (passing: Passing) => Fate {
  return ({ method, path }) => {
    if (path.includes('sendInitialEvents'))
      return {
        kind: 'answer',
        status: 422,
        type: 'application/json',
        body: '{"kind":"Status","code":422,"reason":"Invalid"}',
      };
    if (method !== 'GET' || path.includes('watch=') || path.includes('/log')) return { kind: 'pass' };
    return { kind: 'rewrite', body: (text) => changed(text, change) };
  };
}
const list = z.looseObject({ items: z.array(z.record(z.string(), z.unknown())).default([]) });

function changed(text: string, change: (item: Record<string, unknown>) => void): string {
  const read = list.parse(JSON.parse(text));
  for (const item of read.items) change(item);
  return JSON.stringify(read);
}

describe('an API server that is none', () => {
  const cases: readonly (readonly [string, Fate, string])[] = [
    ['a page of HTML with 200', { kind: 'answer', status: 200, type: 'text/html', body: page }, 'not-an-api-server'],
    [
      'a page of HTML that calls itself JSON',
      { kind: 'answer', status: 200, type: 'application/json', body: page },
      'not-an-api-server',
    ],
    ['a gateway error as a page', { kind: 'answer', status: 502, type: 'text/html', body: page }, 'not-an-api-server'],
    [
      'JSON that breaks off',
      { kind: 'answer', status: 200, type: 'application/json', body: '{"gitVersion":"v1.3' },
      'answer-truncated',
    ],
    ['a connection that breaks off', { kind: 'break off', afterBytes: 20 }, 'cluster-unreachable'],
    ['nothing', { kind: 'cut' }, 'cluster-unreachable'],
  ];

  it.each(cases)('answers %s: three lines that name the address, exit 4', async (_what, fate, code) => {
    api.rule(() => fate);
    const ran = await scan();
    expectPlain(ran);
    expect([ran.code, ran.out]).toEqual([4, '']);
    expect(linesOf(ran.err)).toHaveLength(3);
    expect(ran.err).toContain(`(${code})`);
    expect(ran.err).toMatch(/next: .*advisor doctor/);
  });

  it('answers JSON of another service: exit 4 or 5 in three lines', async () => {
    api.rule(() => ({ kind: 'answer', status: 200, type: 'application/json', body: '{"hello":"world"}' }));
    const ran = await scan();
    expectPlain(ran);
    expect([4, 5]).toContain(ran.code);
    expect(linesOf(ran.err)).toHaveLength(3);
  });
});

describe('a Prometheus that is none', () => {
  const row = (at: number): string => `{"metric":{"namespace":"shop","pod":"p${at}","container":"c"},"value":[1,"1"]}`;
  const success = (rows: readonly string[]): string =>
    `{"status":"success","data":{"resultType":"vector","result":[${rows.join(',')}]}}`;
  const json = (body: string): Fate => ({ kind: 'answer', status: 200, type: 'application/json', body });
  const cases: readonly (readonly [string, Fate])[] = [
    ['HTML', { kind: 'answer', status: 200, type: 'text/html', body: page }],
    ['an error with 200', json('{"status":"error","errorType":"internal","error":"boom"}')],
    ['a truncated body', { kind: 'break off', afterBytes: 60 }],
    ['a redirect to a sign-in', { kind: 'answer', status: 302, type: 'text/html', body: '' }],
    ['100,000 series', json(success(Array.from({ length: 100_000 }, (_, at) => row(at))))],
    [
      'rows of another shape',
      json('{"status":"success","data":{"resultType":"vector","result":[{"metric":7},null,"x"]}}'),
    ],
    ['a scalar', json('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}')],
  ];

  it.each(cases)(
    'answers %s: the facts of the API are found, and what is not seen is said with why',
    async (_what, fate) => {
      prometheus.rule(() => fate);
      const ran = await scan();
      expectPlain(ran);
      expect(ran.code).toBe(0);
      expect(ran.out).toMatch(/killed for memory +shop\/deploy\/checkout +oom-killed/);
      expect(linesOf(ran.out)).toHaveLength(2);
      // A hundred thousand rows may be read now, and none has an owner; what has no rows of a range is the past.
      expect(ran.err).toMatch(/cannot see: .*(?:Prometheus|its answer has no matrix)/);
    },
  );

  it('answers NaN and infinities: no finding is made of them', async () => {
    prometheus.rule(() => ({
      kind: 'rewrite',
      body: (text) => text.replaceAll(/"-?\d[\d.e+-]*"(?=\])/g, '"NaN"').replaceAll('"0"', '"+Inf"'),
    }));
    const ran = await scan();
    expectPlain(ran);
    expect([ran.code, linesOf(ran.out).length]).toEqual([0, 2]);
  });
});

describe('objects that are not whole', () => {
  it('lack their status: they are read as far as they go, and nothing is invented', async () => {
    api.rule(rewritingLists((item) => delete item['status']));
    const ran = await scan();
    expectPlain(ran);
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('oom-killed');
  });

  it('lack even a name: they are counted as not readable, and the rest is found', async () => {
    api.rule(rewritingLists((item) => JSON.stringify(item).includes('"mailer') && delete item['metadata']));
    const ran = await scan();
    expectPlain(ran);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('shop/deploy/checkout');
    expect(ran.err).toMatch(/cannot see: watch pods, /);
  });

  it('carry text in any script and control characters: it is shown plain and never breaks a line', async () => {
    const text = '检出 ‮Ωмега‬ \u001b[31m\u0007\nerror: fake';
    await sandbox.api.server.port('kubectl-user').patch(deployments, 'shop', 'checkout', 'merge', {
      metadata: { annotations: { 'example.com/owner': text, 'nemotron-advisor.dev/mode': text } },
    });
    for (const form of ['table', 'json', 'yaml']) {
      const ran = await scan('-o', form);
      expectPlain(ran);
      expect(ran.code).toBe(0);
      expect(`${ran.out}${ran.err}`).not.toContain('\u001b[31m');
      expect(ran.out).toContain('checkout');
    }
  });
});

describe('what people type', () => {
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['an unknown flag', ['--nope'], 2, /--nope/],
    ['an unknown context', ['--context', 'nope'], 2, /nope/],
    ['an unknown namespace', ['-n', 'nope'], 2, /nope/],
    ['a namespace in another script', ['-n', '名前'], 2, /名前/],
    ['an unknown form', ['-o', 'nope'], 2, /nope/],
  ];

  it.each(cases)('%s is named, with what to type instead', async (_what, args, code, named) => {
    const ran = await scan(...args);
    expectPlain(ran);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.err).toMatch(named);
    expect(ran.err).toMatch(/ next: /);
  });

  it.each([
    ['empty', ''],
    ['not YAML', 'clusters: [: {'],
    ['YAML of another kind', 'kind: Pod\nmetadata: {name: x}\n'],
    ['binary', '\u0000\u0001\u0002'],
    ['a list', '- a\n- b\n'],
  ])('a kubeconfig that is %s is named by its path', async (name, text) => {
    const path = join(folder.path, `${name.replaceAll(' ', '-')}.kubeconfig`);
    writeFileSync(path, text);
    const ran = await runLine(['scan', '--kubeconfig', path], { clock: wallClock() });
    expectPlain(ran);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(linesOf(ran.err)).toHaveLength(3);
    expect(ran.err).toContain('.kubeconfig');
  });
});
