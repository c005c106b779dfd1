// The lab as the place of a crash: a real control plane in real time, the advisor in a process of its own straight in front of it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashStage } from '../test/crash/crash-stage.ts';
import type { Binaries } from './binaries.ts';
import { startLab } from './cluster.ts';
import { identities } from './identities.ts';

const passMs = 500;
const scale = 20;

export async function labCrashStage(seed: number, binaries: Binaries): Promise<CrashStage> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-lab-crash-'));
  const lab = await startLab({ seed, binaries });
  return {
    advisorUser: identities.advisor.user,
    dataFolder: join(folder, 'data'),
    nowMs: () => Date.now(),
    scale,
    proxy: null,
    begin: () => ({
      folder,
      kubeconfig: readFileSync(lab.plane.kubeconfigFor('advisor'), 'utf8'),
      prometheusUrl: lab.prometheus.url,
      pace: 'lab',
      nowMs: null,
    }),
    inject: async (name) => await lab.inject(name),
    pass: async () => await pause(passMs),
    audit: () => lab.plane.audit(),
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
