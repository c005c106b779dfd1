// G13: a hypothesis that rests on text which anybody may have written can at most ask a person.
import { allow, ask, type Rule } from './rule.ts';

export const untrustedEvidence: Rule = {
  id: 'G13',
  about: 'A hypothesis resting on untrusted evidence alone can at most ask.',
  judge: ({ plan }) =>
    plan.untrustedOnly
      ? ask(1, 'its cause rests on text that anybody may have written: a person decides')
      : allow('its cause rests on measured or reported facts'),
};
