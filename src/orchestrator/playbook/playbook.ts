// The deterministic leader: the first remedy of the leading hypothesis when that is proven or likely, else nothing.
import type { BriefInput, Choice, Reasoner } from '../reasoner.ts';

export const playbookName = 'playbook';

export function choose(input: BriefInput): Choice {
  const [leading] = input.hypotheses;
  const order = input.hypotheses.map((one) => one.id);
  if (leading === undefined || (leading.strength !== 'strong' && leading.strength !== 'fair'))
    return { picks: [], order };
  const entry = input.menu.find((one) => one.hypothesis === leading.id && !one.generic);
  if (entry === undefined) return { picks: [], order };
  return { picks: [{ candidate: entry.id, params: {}, cites: entry.cites, why: entry.why }], order };
}

export const playbook: Reasoner = {
  name: playbookName,
  immediate: true,
  lead: (input) => Promise.resolve({ kind: 'choice', choice: choose(input), rung: 'playbook', usage: {} }),
};
