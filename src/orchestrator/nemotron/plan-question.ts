// The question for a plan: the brief of one incident, the shape of a choice or of reads, and the look that the cycle will take at it.
import type { ActionDefinition, ActionName } from '../../model/action.ts';
import { refusalOf } from '../investigation/investigate.ts';
import type { BriefInput } from '../reasoner.ts';
import { validate } from '../validation.ts';
import { planAnswer, type PlanAnswer } from './answer.ts';
import { writeBrief } from './brief.ts';
import { asLine, readChoiceLine } from './line.ts';
import { createPseudonyms } from './pseudonyms.ts';
import type { StructuredQuestion } from './question.ts';

export type PlanQuestionOptions = {
  /** The catalogue: an answer is looked at as the cycle will look at it, so that the repair turn can name what is wrong. */
  readonly actions: ReadonlyMap<ActionName, ActionDefinition>;
  /** Of this process, for pseudonyms. */
  readonly secret: string;
};

export function planQuestion(
  input: BriefInput,
  { actions, secret }: PlanQuestionOptions,
): StructuredQuestion<PlanAnswer> {
  const names = createPseudonyms({ secret, incident: input.incident }, input.privateNames);
  const hide = (text: string): string => names.hide(text);
  return {
    purpose: 'plan',
    incident: input.incident,
    schema: planAnswer((text) => names.restore(text)),
    messages: ({ budget, form, systemLine, refused }) => {
      const brief = writeBrief(input, budget, {
        hide,
        ...(systemLine === undefined ? {} : { systemLine }),
        ...(refused === undefined ? {} : { refused }),
      });
      return form === 'line' ? asLine(brief) : brief;
    },
    readLine: readChoiceLine,
    validate: (answer) => {
      if (answer.kind === 'reads') return refusalOf(answer.reads, input.reads);
      const looked = validate(answer.choice, input, actions);
      return 'refused' in looked ? looked.refused : null;
    },
  };
}
