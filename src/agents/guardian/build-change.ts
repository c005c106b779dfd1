// Builds the change of an action, or of the undo of one, from what was just read: request, outcome by our own reckoning, way back, risk. Pure.
import type { ActionDefinition, Irreversible, Live, Preview, Refusal, Risk } from '../../model/action.ts';
import { isJsonObject, pointer, type Json, type JsonObject } from '../../model/json.ts';
import type { PlannedAction } from '../../model/plan.ts';
import { changedLeaves } from './changed-leaves.ts';
import type { Change } from './facts.ts';
import { patched } from './patched.ts';
import { changeRequest } from './request-shape.ts';
import { shownValue } from './shown-value.ts';
import { undoByHand } from './undo-line.ts';
import { writableResource } from './never-touched.ts';

/** What an undo is built from: the target as read before the act, as the act's reply showed it, and the risk that was judged then. */
export type ActPast = { readonly before: JsonObject; readonly reply: JsonObject; readonly risk: Risk };

export function buildChange(
  definition: ActionDefinition,
  action: PlannedAction,
  live: Live,
  permit: string,
  past: ActPast | null,
): Change | Refusal {
  const { target } = action;
  const resource = writableResource(target.kind);
  if (resource === null) return { refused: `objects of kind ${target.kind} are never written` };
  const parsed = definition.params.safeParse(action.params);
  if (!parsed.success) return { refused: parsed.error.issues[0]?.message ?? 'its parameters are not valid' };
  const { params } = action;
  const made: Preview | Refusal | Irreversible =
    past === null ? definition.preview(live, params) : definition.undo(past.before, past.reply, params);
  if ('refused' in made) return made;
  if ('irreversible' in made) return { refused: `it cannot be taken back: ${made.irreversible}` };
  if (made.changes.length === 0) return { refused: 'there is nothing to change' };
  const aim = { resource, namespace: target.namespace, name: target.name, object: live.object };
  const request = changeRequest(aim, made, permit);
  if (request === null) return { refused: 'it has no UID' };
  const after = patched(live.object, request.ops);
  // The mark is no part of the way back: the undo leaves a mark of its own.
  const undo =
    past === null ? definition.undo(live.object, after, params) : definition.undo(past.reply, past.before, params);
  const summary = past === null ? definition.summary(live, params) : backSummary(live.object, after);
  const back = undoByHand(definition, target, made);
  return {
    preview: made,
    request,
    after,
    risk: past === null ? definition.risk(live, params) : past.risk,
    undo,
    summary,
    byHand: past === null ? definition.byHand(target, params, live) : back,
  };
}

const shownValues = 2;

/** "384Mi → 256Mi": the values that come back. */
function backSummary(before: JsonObject, after: JsonObject): string {
  const spec = pointer('spec');
  const leaves = changedLeaves(before['spec'], after['spec'], spec);
  const [first] = leaves;
  if (first === undefined) return 'nothing';
  if (leaves.length > shownValues || leaves.some((one) => isJsonObject(one.before) || isJsonObject(one.after)))
    return `${leaves.length} fields back as they were`;
  const shown = (path: string, value: Json | undefined): string =>
    short(value === undefined ? value : shownValue(path, value));
  return leaves.map((one) => `${shown(one.path, one.before)} → ${shown(one.path, one.after)}`).join(', ');
}

function short(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60);
}
