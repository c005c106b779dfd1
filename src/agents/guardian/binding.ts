// Digests of what is judged: the action of a permit, what an approval of an action binds, and what one of a plan binds. Status never enters.
import { digestOf, toJson } from '../../model/json.ts';
import { planDigest, type Plan, type PlannedAction } from '../../model/plan.ts';
import type { Ruling, Verdict } from '../../model/ruling.ts';
import type { Facts } from './facts.ts';
import { uidOf } from './request-shape.ts';

/** SHA-256 over action name, target and parameters. */
export function actionDigest(action: PlannedAction): string {
  return digestOf(toJson({ action: action.action, target: action.target, params: action.params }));
}

/**
 * SHA-256 over action, target with its UID, tested values, change, undo, and each ruling's id and word. Permit ids and marks are
 * not in it: they differ at each look. A ruling that is pending counts as allow, since its word is only given later; should it then
 * ask or deny, the binding is another.
 */
export function bindingOf(
  facts: Pick<Facts, 'action' | 'live' | 'change'>,
  rulings: readonly Pick<Ruling, 'rule' | 'word' | 'people'>[],
): string {
  const { action } = facts;
  const change = 'known' in facts.change && !('refused' in facts.change.known) ? facts.change.known : null;
  const object = 'known' in facts.live ? facts.live.known.object : null;
  return digestOf(
    toJson({
      action: { id: action.id, name: action.action, params: action.params },
      target: { ...action.target, uid: object === null ? null : uidOf(object) },
      tests: change?.preview.tests ?? [],
      changes: change?.preview.changes ?? [],
      undo: change?.undo ?? null,
      risk: change?.risk ?? null,
      rulings: rulings
        .filter((one) => one.rule !== 'G15')
        .map((one) => ({ rule: one.rule, word: one.word === 'pending' ? 'allow' : one.word, people: one.people ?? 0 })),
    }),
  );
}

/** SHA-256 over the plan and the bindings of its verdicts, in order. */
export function planBinding(plan: Plan, verdicts: readonly Pick<Verdict, 'binding'>[]): string {
  return digestOf(toJson({ plan: planDigest(plan), verdicts: verdicts.map((one) => one.binding) }));
}
