// A look at the real cluster and a look at the snapshot just taken of it find the same: roots and causes, without Prometheus on either side.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeSnapshot } from '../src/capture.ts';
import { readConfig, type Config } from '../src/config/config.ts';
import { lookAtCluster, lookAtSnapshot, type Look } from '../src/look.ts';
import { shownRef } from '../src/model/target.ts';
import { startLab, type Lab } from './cluster.ts';

const injected = ['incorrect-image', 'oom-killed', 'zero-replicas', 'missing-configmap', 'node-selector'];
const { signal } = new AbortController();
let lab: Lab;
let folder: string;
let config: Config;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'advisor-lab-scan-'));
  lab = await startLab();
  config = readConfig({
    flags: { kubeconfig: lab.plane.kubeconfigFor('advisor'), pace: 'lab' },
    env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    folder,
  });
  for (const name of injected) await lab.inject(name);
  // Real time for real controllers and kubelets: until every fault shows in the API.
  for (let tries = 0; tries < 60 && (await found()).length < injected.length; tries += 1) await pause(1_000);
});

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

async function found(): Promise<string[]> {
  return causesOf(await lookAtCluster(config, { signal }));
}

function causesOf(look: Look): string[] {
  return [...look.state.incidents.values()]
    .map((one) => `${shownRef(one.root)} ${one.hypotheses[0]?.code ?? '-'}`)
    .toSorted();
}

describe('a look at the lab', () => {
  it('finds the root and the cause of every fault that the API shows', async () => {
    expect(await found()).toEqual([
      'batch/deploy/exporter SCH-001',
      'pay/deploy/payments WL-016',
      'shop/deploy/checkout WL-001',
      'shop/deploy/recommendations CFG-003',
      'web/deploy/search IMG-001',
    ]);
  });

  it('finds the same in a snapshot just taken of it', async () => {
    const out = join(folder, 'snapshot');
    await takeSnapshot(config, { out, logs: 'tail', signal });
    expect(causesOf(await lookAtSnapshot(out, config, { signal }))).toEqual(await found());
  });

  it('writes nothing to the cluster', () => {
    const writes = lab.plane
      .audit()
      .filter((one) => one.user.endsWith(':advisor') && !['get', 'list', 'watch'].includes(one.verb));
    expect(writes.filter((one) => !one.resource.startsWith('selfsubject'))).toEqual([]);
  });
});
