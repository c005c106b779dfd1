// G14: how many people an action needs, by the risk that code computes: low none in auto, medium one or an allow, high two, irreversible always one.
import type { Risk } from '../../model/action.ts';
import { needChange, type Facts } from './facts.ts';
import { allow, ask, type Rule, type Word } from './rule.ts';

export const riskAndPeople: Rule = {
  id: 'G14',
  about:
    'Low risk may run in auto, medium needs one person or an allow that names it, high two different people, irreversible always a person.',
  judge(facts) {
    const { risk, summary } = needChange(facts);
    const word = byRisk(facts, risk);
    if (facts.mode.mode !== 'approve' || word.word !== 'allow') return word;
    return ask(1, `${risk} risk, and in mode approve (${facts.mode.because}) every action asks one person: ${summary}`);
  },
};

function byRisk(facts: Facts, risk: Risk): Word {
  switch (risk) {
    case 'low':
      return allow('low risk may run in auto');
    case 'medium':
      return medium(facts);
    case 'high':
      return ask(2, 'high risk needs two different people');
    case 'irreversible':
      return ask(1, 'it cannot be taken back: a person decides');
    default:
      return risk satisfies never;
  }
}

function medium({ action, allows, allowsSuspended }: Facts): Word {
  const found = allows.find((one) => one.action === action.action && one.namespace === action.target.namespace);
  if (found !== undefined && allowsSuspended === null)
    return allow(`medium risk, allowed beforehand: ${action.action} in ${action.target.namespace} (${found.at})`);
  const suspended = allowsSuspended === null ? '' : `; what was allowed beforehand is suspended: ${allowsSuspended}`;
  return ask(1, `medium risk needs one person${suspended}`);
}

/** Who of those that approved counts for this risk: each person once, and no local operator towards the two of high risk. */
export function peopleWhoCount(people: readonly string[], need: number): readonly string[] {
  const different = [...new Set(people)];
  return need > 1 ? different.filter((one) => !one.startsWith('local:')) : different;
}
