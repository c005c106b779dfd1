import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallClock } from '../../src/clock.ts';
import { aFolder, linesOf, runLine, type Folder } from '../../src/cli/testing/command-line.ts';
import { advisorUser, startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';

const agoMs = 4 * 60_000;
const reads = ['get', 'list', 'watch'];

let sandbox: Sandbox;
let folder: Folder;
beforeAll(async () => {
  folder = aFolder();
  sandbox = await startSandbox({ startMs: wallClock().now() - agoMs });
  writeFileSync(join(folder.path, 'advisor.yaml'), sandbox.kubeconfigs.advisor);
  await sandbox.inject('oom-killed');
  await sandbox.advance(agoMs);
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  folder.remove();
});

const line = async (args: readonly string[]) =>
  await runLine(args, {
    clock: wallClock(),
    env: { XDG_STATE_HOME: folder.path, PROMETHEUS_URL: sandbox.prometheusUrl },
  });
const once = async (...flags: string[]) =>
  await line(['run', '--once', '--listen', '127.0.0.1:0', '--kubeconfig', join(folder.path, 'advisor.yaml'), ...flags]);

describe('run --once', () => {
  it('says who leads, what it reads and where it listens, and exits 0 whatever it found', async () => {
    const ran = await once();
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/^advisor \S+ · sandbox \(\w{6}\) · mode suggest \(default\) · journal \d+ events\n/);
    expect(ran.err).toMatch(/\nleader +playbook /);
    expect(ran.err).toMatch(/\nmetrics +\S+, \d+ series with a past\n/);
    expect(ran.err).toMatch(/\nrights +read \d+ of \d+/);
    expect(ran.err).toMatch(/\napi +http:\/\/127\.0\.0\.1:\d+ \(token in /);
  });

  it('exits 3 by --fail-on, and prints one JSON object for each transition into a pipe', async () => {
    const ran = await once('--fail-on', 'info', '--data', join(folder.path, 'fresh'));
    expect(ran.code).toBe(3);
    const words = linesOf(ran.out).map((text): unknown => JSON.parse(text));
    expect(words[0]).toMatchObject({ kind: 'incident.opened', word: 'open', subject: 'shop/deploy/checkout' });
    expect((await once('--fail-on', 'none')).code).toBe(0);
  });

  it('writes nothing in suggest but reviews', async () => {
    const requests = sandbox.api.server.audit.filter((one) => one.user === advisorUser && !one.dryRun);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((one) => !reads.includes(one.verb) && !one.resource.endsWith('reviews'))).toEqual([]);
  });

  it('leaves a journal that verifies and that the other verbs read', async () => {
    const data = join(folder.path, 'fresh');
    expect((await line(['audit', 'verify', '--from', data])).code).toBe(0);
    const ids = await line(['incidents', '--state', 'all', '-o', 'name', '--journal', data]);
    expect(ids.out).toBe('inc-1\n');
    expect((await line(['show', '1', '--journal', data])).out).toContain('checkout is killed for memory');
  });
});
