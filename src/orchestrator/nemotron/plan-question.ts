// The question for a plan: the brief of one incident, the shape of a choice, and the look that the cycle will take at it.
import type { ActionDefinition, ActionName } from '../../model/action.ts';
import type { BriefInput, Choice } from '../reasoner.ts';
import { validate } from '../validation.ts';
import { choiceAnswer } from './answer.ts';
import { writeBrief } from './brief.ts';
import type { StructuredQuestion } from './question.ts';

/** `actions` is the catalogue: a choice is looked at as the cycle will look at it, so that the repair turn can name what is wrong. */
export function planQuestion(
  input: BriefInput,
  actions: ReadonlyMap<ActionName, ActionDefinition>,
): StructuredQuestion<Choice> {
  return {
    purpose: 'plan',
    incident: input.incident,
    schema: choiceAnswer,
    messages: ({ budget, systemLine, refused }) =>
      writeBrief(input, budget, {
        ...(systemLine === undefined ? {} : { systemLine }),
        ...(refused === undefined ? {} : { refused }),
      }),
    validate: (choice) => {
      const looked = validate(choice, input, actions);
      return 'refused' in looked ? looked.refused : null;
    },
  };
}
