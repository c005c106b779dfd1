// The Nemotron leader: puts the question for a plan through the one door to the model; what does not hold is a refusal with its reason, so that the playbook leads.
import { randomBytes } from 'node:crypto';
import type { ActionDefinition, ActionName } from '../../model/action.ts';
import type { Reasoner } from '../reasoner.ts';
import { answerQuestion } from './answer-question.ts';
import { createAsking, type Asking, type AskingOptions } from './asking.ts';
import { planQuestion } from './plan-question.ts';
import { suspicionQuestion, suspicionsOf } from './suspicion-question.ts';

export type LeaderOptions = AskingOptions & { readonly actions: ReadonlyMap<ActionName, ActionDefinition> };

export interface NemotronLeader extends Reasoner, Omit<Asking, 'name'> {}

export function createNemotronLeader({ actions, ...options }: LeaderOptions): NemotronLeader {
  const asking = createAsking(options);
  const secret = randomBytes(32).toString('hex');
  return {
    ask: asking.ask,
    probe: asking.probe,
    status: asking.status,
    close: asking.close,
    get name() {
      return asking.name();
    },
    immediate: false,
    async lead(input, signal) {
      const answer = await asking.ask(planQuestion(input, { actions, secret }), signal);
      const { rung, usage } = answer;
      return 'value' in answer
        ? { ...answer.value, rung, usage }
        : { kind: 'refused', reason: answer.refused, rung, usage };
    },
    async suspect(digest, signal) {
      const answer = await asking.ask(suspicionQuestion(digest, secret), signal);
      return 'value' in answer ? suspicionsOf(answer.value, digest) : [];
    },
    async word(question, facts, privateNames, signal) {
      const answer = await asking.ask(answerQuestion(question, facts, { secret, privateNames }), signal);
      return 'value' in answer
        ? { sentences: answer.value, usage: answer.usage }
        : { refused: `no answer of the model was taken: ${answer.refused}` };
    },
  };
}
