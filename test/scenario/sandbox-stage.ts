// The sandbox as a stage: time is stepped a quarter of a minute at a time, and each step waits until the product has come to rest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAdvisor, type AdvisorOptions } from '../../src/app.ts';
import { advisorUser, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Reasoner } from '../../src/orchestrator/reasoner.ts';
import { scenarioConfig, type ScenarioModel } from './scenario-config.ts';
import type { Stage } from './stage.ts';

const stepMs = 15_000;

export type SandboxStageOptions = {
  readonly onEvent?: AdvisorOptions['onEvent'];
  /** The endpoint whose model leads; without one the playbook does. */
  readonly model?: ScenarioModel;
};

export async function sandboxStage(seed: number, { onEvent, model }: SandboxStageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-scenario-'));
  const stop = new AbortController();
  const sandbox = await startSandbox({ seed });
  try {
    const config = scenarioConfig(folder, {
      kubeconfig: sandbox.kubeconfigs.advisor,
      prometheusUrl: sandbox.prometheusUrl,
      pace: 'cluster',
      ...(model === undefined ? {} : { model }),
    });
    const advisor = await startAdvisor({
      config,
      version: 'test',
      signal: stop.signal,
      clusterClock: sandbox.clock,
      scriptedApprover: true,
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(model === undefined ? {} : { reasonerFor: (_incident, own) => inStep(own) }),
    });
    advisor.start();
    const settle = async (): Promise<void> => {
      sandbox.api.server.bookmark();
      await advisor.idle(sandbox.version());
    };
    return {
      advisor,
      advisorUser,
      clock: sandbox.clock,
      scale: 1,
      inject: async (name) => await sandbox.inject(name),
      pass: async () => await sandbox.advance(stepMs, settle),
      audit: () => sandbox.api.server.audit,
      async close() {
        await advisor.close('the scenario is over');
        stop.abort();
        await sandbox.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Simulated time stands while the model thinks: its wall seconds are no minutes of the cluster. */
function inStep(own: Reasoner): Reasoner {
  return { name: own.name, immediate: true, lead: async (input, signal) => await own.lead(input, signal) };
}
