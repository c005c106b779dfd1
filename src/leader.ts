// Chooses who leads: a Nemotron model when there is a key, else the playbook; heavy parts are loaded only for the model.
import { actionsByName } from './actions/actions.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { playbook } from './orchestrator/playbook/playbook.ts';
import type { Reasoner } from './orchestrator/reasoner.ts';

export type ChosenLeader = {
  readonly reasoner: Reasoner;
  /** For the first lines of `run`. */
  readonly said: string;
  close(): Promise<void>;
};

export async function chooseLeader(config: Config, wall: Clock, signal: AbortSignal): Promise<ChosenLeader> {
  const { nemotronApiKey: apiKey } = config;
  if (apiKey === undefined)
    return {
      reasoner: playbook,
      said: 'playbook (no NEMOTRON_API_KEY; set one to let a model lead)',
      close: () => Promise.resolve(),
    };
  const { createNemotronLeader } = await import('./orchestrator/nemotron/leader.ts');
  const source = config.sources.nemotronApiKey ?? '';
  const model = createNemotronLeader({
    apiKey,
    keyName: source.includes('NVIDIA_API_KEY') ? 'NVIDIA_API_KEY' : 'NEMOTRON_API_KEY',
    baseUrl: config.nemotronBaseUrl,
    clock: wall,
    actions: actionsByName,
    ...(config.nemotronModel === undefined ? {} : { model: config.nemotronModel }),
  });
  const state = await model.probe(signal);
  return {
    reasoner: model,
    said: state.state === 'ok' ? state.detail : `playbook (model ${state.state}: ${state.detail})`,
    close: async () => await model.close(),
  };
}
