// The kubectl line that takes a change back, for a person whose advisor may not: a JSON patch of the inverse, or the shorter verb where there is one.
import type { ActionDefinition, Irreversible, Preview } from '../../model/action.ts';
import { toJson } from '../../model/json.ts';
import type { ObjectRef } from '../../model/target.ts';
import { hidesAny } from './shown-value.ts';

const longestPatch = 400;

export function undoLine(definition: ActionDefinition, target: ObjectRef, undo: Preview | Irreversible): string {
  return 'irreversible' in undo ? `cannot be undone: ${undo.irreversible}` : undoByHand(definition, target, undo);
}

export function undoByHand(definition: ActionDefinition, target: ObjectRef, undo: Preview): string {
  const [only] = undo.changes;
  if (undo.changes.length === 1 && only?.path === '/spec/replicas' && only.op === 'replace') {
    const params = { replicas: only.value };
    if (definition.params.safeParse(params).success) return definition.byHand(target, params);
  }
  const patch = JSON.stringify(toJson(undo.changes));
  const object = `${target.kind.toLowerCase()}/${target.name}`;
  const isOpen = undo.changes.every((one) => one.op === 'remove' || !hidesAny(one.path, one.value));
  if (isOpen && patch.length <= longestPatch && !patch.includes("'"))
    return `kubectl -n ${target.namespace} patch ${object} --type=json -p '${patch}'`;
  return `kubectl -n ${target.namespace} rollout undo ${object}`;
}
