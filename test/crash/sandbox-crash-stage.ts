// The sandbox as the place of a crash: world and API server live in the test's process, the advisor behind a proxy in its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advisorUser, startSandbox } from '../../src/sandbox/sandbox.ts';
import { startProxy } from '../outage/proxy.ts';
import type { CrashStage } from './crash-stage.ts';

const stepMs = 15_000;

export async function sandboxCrashStage(seed: number): Promise<CrashStage> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-crash-'));
  const sandbox = await startSandbox({ seed });
  const proxy = await startProxy(sandbox.api.server.url);
  return {
    advisorUser,
    dataFolder: join(folder, 'data'),
    nowMs: () => sandbox.clock.now(),
    scale: 1,
    proxy,
    begin: () => ({
      folder,
      kubeconfig: sandbox.kubeconfigs.advisor.replaceAll(sandbox.api.server.url, proxy.url),
      prometheusUrl: sandbox.prometheusUrl,
      pace: 'cluster',
      nowMs: sandbox.clock.now(),
    }),
    inject: async (name) => await sandbox.inject(name),
    pass: async (advisor) =>
      await sandbox.advance(stepMs, async () => {
        sandbox.api.server.bookmark();
        await advisor.step(sandbox.clock.now(), sandbox.version());
      }),
    audit: () => sandbox.api.server.audit,
    async close() {
      await proxy.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
