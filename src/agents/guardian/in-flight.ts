// What of our own is under way elsewhere: written and not yet judged, or sent without a known end. Pure over the state.
import { isOpenIntent } from '../../folds/lookup.ts';
import type { State } from '../../folds/state.ts';
import { sameRef, type ObjectRef } from '../../model/target.ts';

export type InFlight = { readonly plan: string; readonly action: string; readonly target: ObjectRef };

/** Actions of other plans. A plan and the plan that takes it back are one. */
export function inFlightBeside(
  state: State,
  plan: { readonly id: string; readonly undoOf?: string | undefined },
): readonly InFlight[] {
  const found: InFlight[] = [];
  for (const incident of state.incidents.values())
    for (const one of incident.plans) {
      const isOwn = one.plan.id === plan.id || one.plan.id === plan.undoOf || one.plan.undoOf === plan.id;
      if (isOwn) continue;
      for (const action of one.actions) {
        const planned = one.plan.actions.find((other) => other.id === action.id);
        if (planned === undefined || action.outcome !== null) continue;
        const isSent = action.permits.some((permit) => {
          const intent = state.intents.get(permit);
          return intent !== undefined && intent.purpose !== 'fence' && isOpenIntent(intent);
        });
        if (isSent || (action.writtenAtMs !== null && one.ended === null))
          found.push({ plan: one.plan.id, action: action.id, target: planned.target });
      }
    }
  return found;
}

export function onSameTarget(flights: readonly InFlight[], target: ObjectRef): InFlight | undefined {
  return flights.find((one) => sameRef(one.target, target));
}
