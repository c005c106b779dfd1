import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { aFolder, linesOf, runLine, type Folder } from '../../src/cli/testing/command-line.ts';
import { wallClock } from '../../src/clock.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { commands, words } from '../docs/markdown.ts';

const agoMs = 4 * 60_000;
const person = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.string() }) })]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});
const typed = commands(readFileSync('README.md', 'utf8'));

let sandbox: Sandbox;
let folder: Folder;
beforeAll(async () => {
  folder = aFolder();
  sandbox = await startSandbox({ startMs: wallClock().now() - agoMs });
  const { clusters, users } = person.parse(parse(sandbox.kubeconfigs.advisor));
  const token = join(folder.path, 'token');
  writeFileSync(token, users[0].user.token);
  writeFileSync(
    join(folder.path, '.env'),
    [
      `K8S_CLUSTER_URL=${clusters[0].cluster.server}`,
      `K8S_CLUSTER_TOKEN_FILE=${token}`,
      `PROMETHEUS_URL=${sandbox.prometheusUrl}`,
    ].join('\n'),
  );
  await sandbox.inject('oom-killed');
  await sandbox.advance(agoMs);
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  folder.remove();
});

/** Runs the line of README that begins so, in a folder whose `.env` names the cluster; `more` bounds what would not end. */
const run = async (begins: string, ...more: string[]) => {
  const line = typed.find((one) => one === `npx advisor ${begins}` || one.startsWith(`npx advisor ${begins} > `)) ?? '';
  return await runLine([...words(line.replace(/ > \S+$/, '')).slice(2), ...more], {
    clock: wallClock(),
    folder: folder.path,
    env: { XDG_STATE_HOME: folder.path },
  });
};

describe('the lines of README, typed on a cluster that .env names', () => {
  it('look: doctor says what it can do, and scan finds what is wrong', async () => {
    expect((await run('doctor')).out).toMatch(/\bAPI server\b/);
    const scan = await run('scan');
    expect(scan.code).toBe(0);
    expect(scan.out).toContain('shop/deploy/checkout');
  });

  it('suggest: a run plans and judges, and leaves a journal that verifies', async () => {
    const ran = await run('run --mode suggest', '--once', '--listen', '127.0.0.1:0');
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/ mode suggest \(flag\) /);
    const verified = await run('audit verify');
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('chain intact')]);
  });

  it('approve: doctor prints YAML that can be applied, and a run may act', async () => {
    const rights = await run('doctor --mode approve --rbac');
    expect(parseAllDocuments(rights.out).flatMap((one) => one.errors)).toEqual([]);
    const ran = await run('run --mode approve', '--once', '--listen', '127.0.0.1:0');
    expect(ran.err).toMatch(/ mode approve \(flag\) /);
    expect(ran.err).not.toContain('warning:');
  });

  it('stop: without a running advisor it is written to the cluster', async () => {
    const stopped = await run('stop --reason "network change"');
    expect(stopped.out).toContain('nemotron-advisor/nemotron-advisor-stop');
    expect(linesOf(stopped.out)).toHaveLength(1);
  });
});
