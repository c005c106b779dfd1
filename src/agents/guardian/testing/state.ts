// States for tests of the guardian, folded from the events that would have made them.
import { applyEvent } from '../../../folds/fold.ts';
import { emptyState, type State } from '../../../folds/state.ts';
import type { EventBody } from '../../../model/event.ts';
import { toJson } from '../../../model/json.ts';
import { eventBody } from '../../../model/event.ts';
import type { Plan } from '../../../model/plan.ts';

/** Each event at its own cluster time. */
export function folded(...events: readonly (readonly [atMs: number, body: EventBody])[]): State {
  return events.reduce<State>(
    (state, [atMs, body], at) =>
      applyEvent(state, { seq: at + 1, v: 1, atMs, actor: 'test', body, prevHash: '', hash: '' }),
    emptyState,
  );
}

/** An incident with a plan that is proposed. */
export function proposed(plan: Plan): readonly EventBody[] {
  const [first] = plan.actions;
  return [
    anEvent({
      kind: 'incident.opened',
      incident: plan.incident,
      root: first?.target,
      severity: 'critical',
      title: 'something is wrong',
      findings: [],
      evidence: [],
    }),
    anEvent({ kind: 'plan.proposed', plan }),
  ];
}

/** The intent of a plan's first action. */
export function intended(plan: Plan, permit: string, more: object = {}): EventBody {
  const [action] = plan.actions;
  return anEvent({
    kind: 'intent.recorded',
    permit,
    purpose: 'act',
    plan: plan.id,
    action: action?.id,
    target: { ...action?.target, uid: 'uid-checkout' },
    resource: { group: 'apps', version: 'v1', plural: 'deployments' },
    formerMark: null,
    epoch: 7,
    actionDigest: 'digest',
    requestDigests: ['request'],
    before: 'before',
    summary: 'scale 3 → 5',
    ...more,
  });
}

export function answered(permit: string, result: 'landed' | 'refused' | 'unknown', more: object = {}): EventBody {
  return anEvent({ kind: 'write.answered', permit, result, status: 200, reason: 'test', ...more });
}

export function ended(plan: Plan, outcome: 'effective' | 'ineffective' | 'harmful' | 'unknown'): EventBody {
  return anEvent({
    kind: 'outcome.recorded',
    plan: plan.id,
    action: plan.actions[0]?.id,
    outcome,
    undone: false,
    sentence: 's',
  });
}

/** Reads it by the schema, so that a test cannot fold what the journal would not take. */
export function anEvent(body: object): EventBody {
  return eventBody.parse(toJson(body));
}
