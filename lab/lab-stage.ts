// The lab as a stage for scenarios: a real control plane in real time, with all windows of the product divided by twenty.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startAdvisor, type AdvisorOptions } from '../src/app.ts';
import { wallClock } from '../src/clock.ts';
import { scenarioConfig } from '../test/scenario/scenario-config.ts';
import type { Stage } from '../test/scenario/stage.ts';
import type { Binaries } from './binaries.ts';
import { startLab } from './cluster.ts';
import type { ControlPlane } from './control-plane.ts';
import { identities } from './identities.ts';

const passMs = 500;
const scale = 20;

type LabStage = Stage & { readonly plane: ControlPlane };

export async function labStage(
  seed: number,
  binaries?: Binaries,
  onEvent?: AdvisorOptions['onEvent'],
): Promise<LabStage> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-lab-scenario-'));
  const stop = new AbortController();
  const lab = await startLab({ seed, ...(binaries === undefined ? {} : { binaries }) });
  try {
    const config = scenarioConfig(folder, {
      kubeconfig: readFileSync(lab.plane.kubeconfigFor('advisor'), 'utf8'),
      prometheusUrl: lab.prometheus.url,
      pace: 'lab',
    });
    const advisor = await startAdvisor({
      config,
      version: 'test',
      signal: stop.signal,
      scriptedApprover: true,
      ...(onEvent === undefined ? {} : { onEvent }),
    });
    advisor.start();
    return {
      plane: lab.plane,
      advisor,
      advisorUser: identities.advisor.user,
      clock: wallClock(),
      scale,
      inject: async (name) => await lab.inject(name),
      pass: async () => await pause(passMs),
      audit: () => lab.plane.audit(),
      async close() {
        await advisor.close('the scenario is over');
        stop.abort();
        await lab.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
