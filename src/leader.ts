// Chooses who leads: a Nemotron model when there is a key, else the playbook; heavy parts are loaded only for the model.
import { actionsByName } from './actions/actions.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { Journal } from './model/journal.ts';
import { modelEndpointOf } from './model-endpoint.ts';
import { playbook } from './orchestrator/playbook/playbook.ts';
import type { Reasoner } from './orchestrator/reasoner.ts';

export type ChosenLeader = {
  readonly reasoner: Reasoner;
  /** For the first lines of `run`. */
  readonly said: string;
  close(): Promise<void>;
};

export type LeaderParts = {
  readonly wall: Clock;
  /** Takes a record of every call. */
  readonly journal: Pick<Journal, 'append' | 'keep'>;
  readonly fault: (error: unknown) => void;
};

/** Throws a Failure when a file that the configuration names cannot be read. */
export async function chooseLeader(config: Config, parts: LeaderParts, signal: AbortSignal): Promise<ChosenLeader> {
  const endpoint = modelEndpointOf(config);
  if (endpoint === null)
    return {
      reasoner: playbook,
      said: 'playbook (no NEMOTRON_API_KEY; set one to let a model lead)',
      close: () => Promise.resolve(),
    };
  const { createNemotronLeader } = await import('./orchestrator/nemotron/leader.ts');
  const { createCallJournal } = await import('./orchestrator/nemotron/call-journal.ts');
  const record = createCallJournal(parts.journal, parts.fault);
  const model = createNemotronLeader({ ...endpoint, ...record.on, clock: parts.wall, actions: actionsByName });
  const state = await model.probe(signal);
  return {
    reasoner: model,
    said: state.state === 'ok' ? state.detail : `playbook (model ${state.state}: ${state.detail})`,
    async close() {
      await model.close();
      await record.settled();
    },
  };
}
