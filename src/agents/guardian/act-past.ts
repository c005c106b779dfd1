// What an undo rests on: the write that it takes back, the people who approved it, and the target before and after, as the journal keeps them.
import { findPlan } from '../../folds/lookup.ts';
import type { Intent, State } from '../../folds/state.ts';
import type { ActionDefinition } from '../../model/action.ts';
import type { Journal } from '../../model/journal.ts';
import { isJsonObject, jsonEquals, type JsonObject } from '../../model/json.ts';
import type { Plan, PlannedAction } from '../../model/plan.ts';
import { sameRef } from '../../model/target.ts';
import type { ActPast } from './build-change.ts';
import type { Cover } from './facts.ts';
import { markOf } from './request-shape.ts';

export type UndoBasis = { readonly cover: Cover; readonly past: ActPast };

/** `none` with a sentence when nothing is known to have landed, or when what was read before is not kept any more. */
export async function undoBasis(
  journal: Pick<Journal, 'payload'>,
  state: State,
  plan: Plan,
  action: PlannedAction,
  live: JsonObject,
  definition: ActionDefinition,
): Promise<UndoBasis | { readonly none: string }> {
  const found = findPlan(state, plan.undoOf ?? '');
  if (found === undefined) return { none: `${plan.undoOf ?? 'the plan'} is not known any more` };
  const acted = found.plan.plan.actions.findLast(
    (one) =>
      one.action === action.action && sameRef(one.target, action.target) && jsonEquals(one.params, action.params),
  );
  const known = found.plan.actions.find((one) => one.id === acted?.id);
  const intent = landedOf(state, known?.permits ?? []);
  if (acted === undefined || known === undefined || intent === null)
    return { none: `no write of ${plan.undoOf ?? 'the plan'} on it is known to have landed` };
  const before = await journal.payload(intent.before);
  if (!isJsonObject(before)) return { none: 'the target as it was before is not kept any more' };
  const kept = intent.after === undefined ? null : await journal.payload(intent.after);
  // A write whose reply was lost is seen by its mark: what carries it is what the reply would have shown.
  const reply = isJsonObject(kept) ? kept : markOf(live) === intent.permit ? live : null;
  if (reply === null) return { none: 'the target as it was right after the write is not kept any more' };
  const approval = found.plan.approval === null ? undefined : state.approvals.get(found.plan.approval);
  return {
    cover: {
      action: acted.id,
      permit: intent.permit,
      verdict: known.verdict,
      people: approval?.state === 'used' ? approval.have.map((one) => one.by) : [],
      requestedBy: plan.requestedBy ?? null,
    },
    past: {
      before,
      reply,
      risk: known.verdict?.risk ?? definition.risk({ object: before, revisions: [], pods: [] }, acted.params),
    },
  };
}

function landedOf(state: State, permits: readonly string[]): Intent | null {
  for (const permit of permits.toReversed()) {
    const intent = state.intents.get(permit);
    if (intent?.purpose !== 'act') continue;
    if (intent.answer?.result === 'landed' || intent.fence?.result === 'landed') return intent;
  }
  return null;
}
