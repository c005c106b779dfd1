// G03: the kill switch and the mode; in observe and suggest the verdict is only what would be said. Both are read again right before the write.
import { allow, deny, type Rule } from './rule.ts';

export const switchAndMode: Rule = {
  id: 'G03',
  about: 'Kill switch and mode are read again right before the write.',
  judge({ stopped, mode, state }) {
    if (stopped || state.switch.stopped) return deny(`actions are stopped${by(state.switch.by)}`);
    return mode.mode === 'observe' || mode.mode === 'suggest'
      ? allow(`mode ${mode.mode} (${mode.because}): nothing is written, this is what would be said`)
      : allow(`actions are not stopped, mode ${mode.mode} (${mode.because})`);
  },
};

function by(person: string | null): string {
  return person === null ? '' : ` by ${person}`;
}
