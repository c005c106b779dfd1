// G18: what is written is watched by guard signals and taken back on harm; what cannot be taken back says so before anybody approves.
import { need, needChange } from './facts.ts';
import { patched } from './patched.ts';
import { allow, deny, type Rule } from './rule.ts';
import { isJsonObject, valueAt, jsonEquals } from '../../model/json.ts';

export const undoReady: Rule = {
  id: 'G18',
  about: 'Guard signals are watched after the write and harm is undone; what cannot be undone says so before approval.',
  judge(facts) {
    const { definition } = facts;
    const { object } = need(facts.live);
    const { undo, after } = needChange(facts);
    if (definition === null || definition.guards.length === 0) return deny('no signal would tell whether it does harm');
    const guards = definition.guards.join(', ');
    if ('irreversible' in undo) return allow(`guards ${guards} are watched; it cannot be undone: ${undo.irreversible}`);
    const back = patched(after, undo.changes);
    const spec = valueAt(object, '/spec');
    return isJsonObject(spec) && jsonEquals(valueAt(back, '/spec'), spec)
      ? allow(`guards ${guards} are watched; its undo brings the spec back as it is now`)
      : deny('its undo would not bring the spec back as it is now');
  },
};
