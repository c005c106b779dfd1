// An advisor that only looks, so that a fault lasts until the slower of two alarms has rung.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAdvisor, type Advisor, type AdvisorOptions } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { objectivesFile } from './objectives.ts';

export type Observed = {
  readonly kubeconfig: string;
  readonly prometheusUrl: string;
  readonly pace: 'cluster' | 'lab';
  readonly clusterClock?: NonNullable<AdvisorOptions['clusterClock']>;
  readonly onEvent: NonNullable<AdvisorOptions['onEvent']>;
};

export type Observer = { readonly advisor: Advisor; close(): Promise<void> };

export async function startObserver({
  kubeconfig,
  prometheusUrl,
  pace,
  clusterClock,
  onEvent,
}: Observed): Promise<Observer> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-mttd-'));
  const stop = new AbortController();
  const file = join(folder, 'kubeconfig');
  const sloFile = join(folder, 'objectives.yaml');
  writeFileSync(sloFile, objectivesFile());
  const policyFolder = join(folder, 'policy');
  mkdirSync(policyFolder);
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const config = readConfig({
    flags: {
      kubeconfig: file,
      policyFolder,
      prometheusUrl,
      sloFile,
      pace,
      mode: 'observe',
      listen: '127.0.0.1:0',
      dataFolder: join(folder, 'data'),
    },
    env: { XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
    folder,
  });
  const advisor = await startAdvisor({
    config,
    version: 'bench',
    signal: stop.signal,
    onEvent,
    ...(clusterClock === undefined ? {} : { clusterClock }),
  });
  advisor.start();
  return {
    advisor,
    async close() {
      await advisor.close('the measurement is over');
      stop.abort();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
