// Writes what a model was asked into the journal: each call with its digests, the texts beside it, every change of rung, and when the endpoint is left alone.
import type { EventBody } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import { toJson } from '../../model/json.ts';
import type { AskingOptions } from './asking.ts';

export interface CallJournal {
  readonly on: Required<Pick<AskingOptions, 'onCall' | 'onRungChange' | 'onOutage'>>;
  /** Resolves when everything told so far is written or has failed. */
  settled(): Promise<void>;
}

const cost = 'the playbook leads; known causes only, no ranking of unusual ones';

/** A record that cannot be written is told to `fault` and holds nothing up: without a journal nothing is executed anyway. */
export function createCallJournal(
  journal: Pick<Journal, 'append' | 'keep'>,
  fault: (error: unknown) => void,
): CallJournal {
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): void => {
    tail = tail.then(work).catch(fault);
  };
  const append = (body: EventBody): void => inTurn(async () => await journal.append(body, 'orchestrator'));
  return {
    on: {
      onCall({ incident, ...call }, { prompt, answer, reasoning }) {
        for (const text of [prompt, answer, reasoning])
          if (text !== null) inTurn(async () => await journal.keep(toJson(text)));
        append({ kind: 'leader.called', ...call, ...(incident === null ? {} : { incident }) });
      },
      onRungChange: (change) => append({ kind: 'rung.changed', ...change }),
      onOutage: (lost) =>
        append(
          lost === null
            ? { kind: 'source.recovered', source: 'model' }
            : { kind: 'source.lost', source: 'model', reason: lost.detail, cost },
        ),
    },
    async settled() {
      await tail;
    },
  };
}
