// The configuration of an advisor under test: mode auto, logs allowed, nothing read from the machine it runs on.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, type Config } from '../../src/config/config.ts';

/** A model endpoint, by address and key; one model when it is named. */
export type ScenarioModel = { readonly baseUrl: string; readonly apiKey: string; readonly model?: string };

export type ScenarioCluster = {
  /** Text of a kubeconfig. */
  readonly kubeconfig: string;
  readonly prometheusUrl: string;
  readonly pace: 'cluster' | 'lab';
  /** Policy files by name; none when absent. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly model?: ScenarioModel;
};

/** Writes kubeconfig and policies into the folder, where the journal will live too. */
export function scenarioConfig(folder: string, cluster: ScenarioCluster): Config {
  const kubeconfig = join(folder, 'kubeconfig');
  const policyFolder = join(folder, 'policy');
  mkdirSync(policyFolder, { recursive: true });
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  for (const [name, text] of Object.entries(cluster.policies ?? {})) writeFileSync(join(policyFolder, name), text);
  return readConfig({
    flags: {
      kubeconfig,
      policyFolder,
      prometheusUrl: cluster.prometheusUrl,
      pace: cluster.pace,
      mode: 'auto',
      readLogs: 'true',
      listen: '127.0.0.1:0',
      dataFolder: join(folder, 'data'),
      ...(cluster.model === undefined
        ? {}
        : {
            nemotronApiKey: cluster.model.apiKey,
            nemotronBaseUrl: cluster.model.baseUrl,
            ...(cluster.model.model === undefined ? {} : { nemotronModel: cluster.model.model }),
          }),
    },
    env: { XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
    folder,
  });
}
