// G04: only actions of the catalogue, on their target kinds, with parameters within their schema; anything that cannot be built is denied.
import { shownRef } from '../../model/target.ts';
import { need } from './facts.ts';
import { allow, deny, type Rule } from './rule.ts';

export const catalogueOnly: Rule = {
  id: 'G04',
  about: 'Only catalogue actions, only their target kinds, parameters within their schema; anything unparsed denies.',
  judge(facts) {
    const { action, definition } = facts;
    if (definition === null) return deny(`${action.action} is not in the catalogue`);
    const { kind } = action.target;
    if (!definition.targetKinds.includes(kind))
      return deny(`${definition.name} works on ${definition.targetKinds.join(', ')}, not on ${kind}`);
    const parsed = definition.params.safeParse(action.params);
    if (!parsed.success)
      return deny(
        `the parameters of ${definition.name} are not valid: ${parsed.error.issues[0]?.message ?? 'no reason given'}`,
      );
    const change = need(facts.change);
    return 'refused' in change
      ? deny(`${definition.name} cannot be built for ${shownRef(action.target)}: ${change.refused}`)
      : allow(
          `${definition.name} of the catalogue on ${kind}, ${Object.keys(action.params).length} parameters within its schema`,
        );
  },
};
